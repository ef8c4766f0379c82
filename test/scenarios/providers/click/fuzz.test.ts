import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyBody } from '../../../support/fuzz.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  type ClickFields,
  connectClick,
  orderByClick,
  postClick,
} from '../../../support/providers/click-caller.ts';
import { Random } from '../../../support/random.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

/** Another seed is another test. */
const SEED = Number(process.env['SEED'] ?? 20_261_128);
/** Ten thousand when asked. */
const CALLS = Number(process.env['REQUESTS'] ?? 150);

/** What stands in a field instead of what should. */
const VALUES = [
  '',
  '0',
  '-0',
  '-1',
  '00',
  '1e3',
  '0x10',
  '1.5',
  'NaN',
  '2147483648',
  '9223372036854775808',
  '99999999999999999999',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e42',
  '４２',
  "'; DROP TABLE payments; --",
  '__proto__',
  'x'.repeat(10_000),
  '"},"error":0,"x":{"',
  '50000.00\n',
];

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  process.stdout.write(`seed ${SEED}\n`);
  platform = await startPlatform({ environment: { TRUST_PROXY: '127.0.0.1' } });
  shop = await openShop(platform);
  click = await connectClick(platform, shop);
});
afterAll(() => platform.closesClean());

const everything = async () => ({
  payments: await platform.database.payment.findMany({ orderBy: { id: 'asc' } }),
  attempts: await platform.database.paymentAttempt.findMany({ orderBy: { id: 'asc' } }),
  refunds: await platform.database.refund.count(),
  subscriptions: await platform.database.subscription.count(),
});

const known = new Set(['0', '-1', '-2', '-3', '-4', '-5', '-6', '-8', '-9']);

/** The words of the protocol, in JSON, however it was called. */
function expectAnswered({ status, text }: { status: number; text: string }, sent: unknown): void {
  const what = JSON.stringify(sent).slice(0, 2_000);
  expect(status, what).toBe(200);
  const answer = JSON.parse(text) as { error: number };
  expect(known.has(String(answer.error)), what).toBe(true);
}

function mutated(random: Random, fields: ClickFields): ClickFields {
  const changed = { ...fields };
  for (let changes = 1 + random.int(3); changes > 0; changes -= 1) {
    changed[random.pick(Object.keys(fields))] = random.pick(VALUES);
  }
  return changed;
}

test('Broken calls without the secret change nothing, and are answered in Click’s words', async () => {
  const random = new Random(SEED);
  const paymentId = await orderByClick(platform, shop, await newBuyer(platform, shop));
  const prepareId = attemptIn(await click.prepare(click.of(paymentId)));
  const before = await everything();
  for (let index = 0; index < CALLS; index += 1) {
    const operation = random.pick(['prepare', 'complete'] as const);
    const whole = click.formOf(operation, click.of(paymentId, { merchant_prepare_id: prepareId }));
    const forged = { ...mutated(random, whole), sign_string: random.pick(['0'.repeat(32), ...VALUES]) };
    const isForm = random.pick([true, true, false]);
    const body = isForm ? new URLSearchParams(forged).toString() : String(anyBody(random, forged));
    const reply = await postClick(`${platform.app.origin}/click/${shop.shop.id}/${operation}`, body, {
      contentType: random.pick([
        'application/x-www-form-urlencoded',
        'application/json',
        'text/plain; ;',
        'x',
      ]),
      from: `10.${(index >> 8) & 255}.${index & 255}.1`,
    });
    expectAnswered(reply, body);
  }
  expect(await everything()).toEqual(before);
}, 120_000);

test('Calls with the secret and anything else in them are answered, and approve nothing by mistake', async () => {
  const random = new Random(SEED + 1);
  const paymentId = await orderByClick(platform, shop, await newBuyer(platform, shop));
  const prepareId = attemptIn(await click.prepare(click.of(paymentId)));
  for (let index = 0; index < CALLS; index += 1) {
    const usual = click.of(paymentId, { merchant_prepare_id: prepareId, amount: '49999.99' });
    const operation = random.pick(['prepare', 'complete'] as const);
    const { sign_string: _, ...unsigned } = click.formOf(operation, usual);
    const changed = mutated(random, unsigned);
    expectAnswered(
      await (operation === 'prepare' ? click.prepare(changed) : click.complete(changed)),
      changed,
    );
  }
  const { status } = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(status).toBe('created');
}, 120_000);
