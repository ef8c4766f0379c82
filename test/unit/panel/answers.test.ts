import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../src/kernel/errors.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/kernel/outbox/delivery-error.ts';
import { answerErrors, useContract } from '../../../src/panel/answers.ts';

const faults: unknown[] = [];
const app = Fastify();
useContract(app);
answerErrors(app, { report: (error) => void faults.push(error) });
afterAll(() => app.close());

const fails = (error: unknown) => async () => {
  throw error;
};

/** A route that refuses, and may show along what it refuses for. */
async function refuses(url: string, error: unknown, current?: () => Promise<unknown>) {
  app.get(url, { config: current ? { current } : {} }, fails(error));
}
const gone = new AppError('notFound');
const broken = new Error('broken');
void refuses('/stands', new AppError('payment.approved'), async () => ({ id: 7 }));
void refuses('/gone', new AppError('payment.approved'), fails(gone));
void refuses('/broken', new AppError('payment.approved'), fails(broken));
for (const failure of ['not-sent', 'unknown', 'refused'] satisfies DeliveryFailure[]) {
  void refuses(`/${failure}`, new DeliveryError(failure));
}
app.get('/ours', async () => z.enum(['card']).parse('starsub'));

const asks = async (url: string) => {
  const answer = await app.inject(url);
  const { error } = answer.json();
  const { current } = error;
  return {
    status: answer.statusCode,
    code: error.code,
    current,
    wait: answer.headers['retry-after'],
    reported: faults.splice(0),
  };
};

test('what stands in the way is shown along, and where it cannot be read the refusal is told without it', async () => {
  const refused = { status: 409, code: 'payment.approved', wait: undefined };
  expect(await asks('/stands')).toEqual({ ...refused, current: { id: 7 }, reported: [] });
  expect(await asks('/gone')).toEqual({ ...refused, current: undefined, reported: [] });
  expect(await asks('/broken')).toEqual({ ...refused, current: undefined, reported: [broken] });
});

test('what we fail to read ourselves is our fault, and nobody else’s', async () => {
  const { status, code, reported } = await asks('/ours');
  expect([status, code, reported]).toEqual([500, 'fault', [expect.any(z.ZodError)]]);
});

test('while Telegram cannot be reached, or says nothing, the same is to be asked again', async () => {
  for (const failure of ['not-sent', 'unknown']) {
    const { status, code, wait, reported } = await asks(`/${failure}`);
    expect([failure, status, code, wait, reported]).toEqual([failure, 503, 'away', '5', []]);
  }
  expect(await asks('/refused')).toMatchObject({ status: 500, code: 'fault', reported: [expect.anything()] });
});
