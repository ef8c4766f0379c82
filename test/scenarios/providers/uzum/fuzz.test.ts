import { afterAll, beforeAll, expect, test } from 'vitest';
import { UZUM_CODES } from '../../../../src/modules/payments/providers/uzum/uzum-protocol.ts';
import { anyBody, mutate } from '../../../support/fuzz.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  basic,
  connectUzum,
  newTransId,
  orderByUzum,
  type UzumCaller,
} from '../../../support/providers/uzum-caller.ts';
import { Random } from '../../../support/random.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

/** Another seed is another test. */
const SEED = Number(process.env['SEED'] ?? 20_261_128);
/** Of each kind; as many as one likes when asked. */
const REQUESTS = Number(process.env['REQUESTS'] ?? 150);
const AT_ONCE = 10;
const OPERATIONS = ['check', 'create', 'confirm', 'reverse', 'status'] as const;
const ADDRESSES = [
  ...OPERATIONS,
  'foo',
  'check/',
  'check/x',
  '..%2fcheck',
  'constructor',
  '%00',
  'x'.repeat(90),
];

let platform: Platform;
let shop: Shop;
let uzum: UzumCaller;
let orderId: number;
const transId = newTransId();
const random = new Random(SEED);
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  uzum = await connectUzum(platform, shop);
  orderId = await orderByUzum(platform, shop, await newBuyer(platform, shop));
  await uzum.create(orderId, transId);
});
afterAll(() => platform.closesClean());

/** A call that would be well, and changes nothing. */
const whole = () => ({
  serviceId: uzum.serviceId,
  timestamp: platform.clock.now().getTime(),
  transId,
  params: { order_id: String(orderId), tariff: 'x' },
  amount: 5_000_000,
  phone: '998900000000',
});

async function post(address: string, body: Buffer | string): Promise<[status: number, code: unknown]> {
  const response = await fetch(`${platform.app.origin}/uzum/${shop.shop.id}/${address}`, {
    method: 'POST',
    headers: { authorization: basic(`uzum:${uzum.password}`), 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? null : JSON.parse(text);
  return [response.status, Reflect.get(Object(answer), 'errorCode')];
}

async function throws(next: () => { address: string; body: Buffer | string }): Promise<void> {
  const known: ReadonlySet<unknown> = new Set(Object.values(UZUM_CODES).filter((code) => code !== '99999'));
  for (let done = 0; done < REQUESTS; done += AT_ONCE) {
    const calls = Array.from({ length: AT_ONCE }, next);
    const answers = await Promise.all(calls.map(({ address, body }) => post(address, body)));
    answers.forEach(([status, code], index) => {
      const isAnswer = status === 200 ? code === undefined : status === 400 && known.has(code);
      expect(isAnswer, `seed ${SEED}: ${status} ${String(code)} to ${JSON.stringify(calls[index])}`).toBe(
        true,
      );
    });
  }
  expect(platform.faults).toEqual([]);
}

test('whatever stands in a call, Uzum’s answers are those of its protocol', () =>
  throws(() => {
    const { update_id: _, ...call } = mutate(random, whole(), 1) as Record<string, unknown>;
    return { address: random.pick(OPERATIONS), body: JSON.stringify(call) };
  }));

test('whatever comes instead of a call, and wherever', () =>
  throws(() => ({ address: random.pick(ADDRESSES), body: anyBody(random, whole()) })));

test('and afterwards everything is as it was, and works', async () => {
  const attempts = await platform.database.paymentAttempt.findMany();
  expect(attempts.filter(({ providerTxnId }) => providerTxnId === transId)).toHaveLength(1);
  expect(attempts.every(({ paymentId }) => paymentId === orderId)).toBe(true);
  const another = newTransId();
  const buyer = await newBuyer(platform, shop);
  expect((await uzum.create(await orderByUzum(platform, shop, buyer), another)).status).toBe(200);
  expect((await uzum.confirm(another)).status).toBe(200);
  await platform.quiet();
});
