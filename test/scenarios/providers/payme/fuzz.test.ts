import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { anyBody, mutate } from '../../../support/fuzz.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  basic,
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { Random } from '../../../support/random.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

/** Another seed is another test: `SEED=7 npx vitest run test/scenarios/providers/payme/fuzz.test.ts`. */
const SEED = Number(process.env['SEED'] ?? 20_261_128);
const CALLS = Number(process.env['REQUESTS'] ?? 600);
const AT_ONCE = 10;

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
let calls: object[];
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop, { keys: { live: 'live-key', test: null }, isFiscal: true });
  const [paid, running] = [newTransactionId(), newTransactionId()];
  const order = async () => orderByClick(platform, shop, await newBuyer(platform, shop), { method: 'payme' });
  const orders = [await order(), await order(), await order()] as const;
  await payme.live.create(paid, orders[0]);
  await payme.live.perform(paid);
  await payme.live.create(running, orders[1]);
  await platform.quiet();
  const time = platform.clock.now().getTime();
  const account = { order_id: String(orders[2]) };
  calls = [
    { method: 'CheckPerformTransaction', params: { amount: 5_000_000, account }, id: 1 },
    { method: 'CreateTransaction', params: { id: running, time, amount: 5_000_000, account }, id: 'two' },
    { method: 'PerformTransaction', params: { id: running }, id: 3 },
    { method: 'CancelTransaction', params: { id: paid, reason: 5 }, id: 4 },
    { method: 'CheckTransaction', params: { id: paid }, id: 5 },
    { method: 'GetStatement', params: { from: 0, to: time }, id: 6 },
    {
      method: 'SetFiscalData',
      params: { id: paid, type: 'CANCEL', fiscal_data: { receipt_id: 1, message: 'accepted' } },
      id: 7,
    },
  ];
});
afterAll(() => platform.closesClean());

/** What calls could change. That somebody tries keys is told to the owner. */
async function everything(): Promise<string> {
  const { paymentAttempt, payment, refund, timeEntry, outboxMessage } = platform.database;
  const rows = [
    await paymentAttempt.findMany({ orderBy: { id: 'asc' } }),
    await payment.findMany({ orderBy: { id: 'asc' } }),
    await refund.findMany(),
    await timeEntry.count(),
    await outboxMessage.count({ where: { kind: 'deliver-access' } }),
  ];
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function bodyOf(random: Random, number: number): string | Buffer {
  const call = random.pick(calls);
  return random.chance(70) ? JSON.stringify(mutate(random, call, number)) : anyBody(random, call);
}

async function post(body: string | Buffer, authorization: string) {
  const response = await fetch(`${platform.app.origin}/payme/${shop.shop.id}`, {
    method: 'POST',
    headers: { 'content-type': 'text/json', authorization },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: response.status, text: await response.text() };
}

async function postAll(random: Random, calls: number, authorization: string) {
  const replies: { status: number; text: string }[] = [];
  for (let number = 0; number < calls; number += AT_ONCE) {
    const bodies = Array.from({ length: AT_ONCE }, (_, at) => bodyOf(random, number + at));
    replies.push(...(await Promise.all(bodies.map((body) => post(body, authorization)))));
  }
  return replies;
}

test('Nothing that comes with the key is a fault of ours, whatever it is', async () => {
  onTestFailed(() => void process.stdout.write(`seed ${SEED}\n`));
  const replies = await postAll(new Random(SEED), CALLS, basic('Paycom', 'live-key'));
  for (const { status, text } of replies) {
    expect(status, text).toBe(200);
    const { jsonrpc, result, error } = JSON.parse(text) as {
      jsonrpc: string;
      result?: object;
      error?: { code: number };
    };
    expect(jsonrpc).toBe('2.0');
    expect(result ?? error, text).toBeTypeOf('object');
    expect(error?.code, text).not.toBe(-32_400);
    expect(error?.code, text).not.toBe(-32_504);
  }
  expect(platform.faults).toEqual([]);
  await platform.quiet();
});

test('Nothing that comes without the key changes anything, or is answered by anything but a refusal', async () => {
  onTestFailed(() => void process.stdout.write(`seed ${SEED}\n`));
  const before = await everything();
  const replies = await postAll(new Random(SEED), 60, basic('Paycom', 'guessed'));
  for (const { status, text } of replies) {
    if (status === 429) expect(text).toBe('');
    else expect([status, text]).toEqual([200, expect.stringMatching(/"code":-32(?:504|600)/)]);
  }
  expect(replies.some(({ status }) => status === 429)).toBe(true);
  expect(await everything()).toBe(before);
});
