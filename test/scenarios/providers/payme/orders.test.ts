import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
  paymeCaller,
  USUAL_AMOUNT,
} from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop);
});
afterAll(() => platform.closesClean());

/** A new buyer's order. */
async function order(given: Parameters<typeof orderByClick>[3] = {}, of = shop): Promise<number> {
  return orderByClick(platform, of, await newBuyer(platform, of), { method: 'payme', ...given });
}

const attempts = (paymentId: number) =>
  platform.database.paymentAttempt.findMany({ where: { paymentId }, orderBy: { id: 'asc' } });
const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const statement = async () => {
  const { result } = await payme.live.call('GetStatement', { from: 0, to: 9_999_999_999_999 });
  return result?.['transactions'] as { id: string }[];
};

const refusal = (code: number) => ({ status: 200, result: null, error: { code } });
const THREE = ['uz', 'ru', 'en'];

describe('Whether an order may be paid', () => {
  test('is said, and nothing is kept of the question', async () => {
    const paymentId = await order();
    const reply = await payme.live.check(paymentId);
    expect(reply).toMatchObject({ status: 200, text: '{"jsonrpc":"2.0","id":7,"result":{"allow":true}}' });
    expect((await payme.live.check(undefined, { account: { order_id: paymentId } })).result).toEqual({
      allow: true,
    });
    expect(await attempts(paymentId)).toEqual([]);
    expect(await payment(paymentId)).toMatchObject({ status: 'created', lockedUntil: null });
  });

  test('is said to each of many that ask at once, of its own bot alone', async () => {
    const other = await openShop(platform, { title: 'Ikkinchi' });
    const till = await connectPayme(platform, other);
    const bare = await openShop(platform, { title: 'Uchinchi' });
    const { accountId } = await connectPayme(platform, bare);
    const stranger = paymeCaller(() => platform.app.origin, bare.shop.id, 'no-key', platform.clock.now);
    const [here, there] = [await order(), await order({ amount: '70000' }, other)];
    const dearer = { amount: 7_000_000 };
    const allowed = { result: { allow: true }, error: null };
    const asked = Array.from({ length: 10 }, () => [
      payme.live.check(here),
      till.live.check(there, dearer),
      payme.live.check(there, dearer),
      till.live.check(here),
      payme.test.check(here),
      payme.live.check(here, dearer),
      till.live.check(there),
      stranger.check(there, dearer),
    ]);
    for (const replies of await Promise.all(asked.map((calls) => Promise.all(calls)))) {
      expect(replies).toMatchObject([
        allowed,
        allowed,
        refusal(-31_050),
        refusal(-31_050),
        refusal(-31_050),
        refusal(-31_001),
        refusal(-31_001),
        refusal(-32_504),
      ]);
    }
    expect(
      await platform.database.merchantAccount.findUniqueOrThrow({ where: { id: accountId } }),
    ).toMatchObject({ refusedCalls: 10, lastAcceptedAt: null });
  });

  test('is said with what stands in its fiscal receipt, where that is known', async () => {
    const fiscal = await openShop(platform, { title: 'Kanal' });
    const till = await connectPayme(platform, fiscal, { isFiscal: true });
    expect((await till.live.check(await order({}, fiscal))).text).toBe(
      '{"jsonrpc":"2.0","id":7,"result":{"allow":true,"detail":{"receipt_type":0,"items":[{"title":"Kanal, 1 oy","price":5000000,"count":1,"code":"10305008002000000","package_code":"1503212","vat_percent":12}]}}}',
    );
    await platform.database.merchantAccount.update({
      where: { id: till.accountId },
      data: { packageCode: null },
    });
    expect((await till.live.check(await order({}, fiscal))).result).toEqual({ allow: true });
  });

  test.each([
    [USUAL_AMOUNT + 1, -31_001],
    [USUAL_AMOUNT - 1, -31_001],
    [0, -31_001],
    [-1, -31_001],
    [1.5, -31_001],
    [1e308, -31_001],
    [USUAL_AMOUNT / 100, -31_001],
    [String(USUAL_AMOUNT), -32_600],
    [null, -32_600],
  ])('for %j tiyin: %i, and so is a transaction', async (amount, code) => {
    const paymentId = await order();
    expect(await payme.live.check(paymentId, { amount })).toMatchObject(refusal(code));
    const id = newTransactionId();
    expect(await payme.live.create(id, paymentId, { amount })).toMatchObject(refusal(code));
    expect(await payme.live.look(id)).toMatchObject(refusal(-31_003));
    expect(await attempts(paymentId)).toEqual([]);
    expect((await statement()).map((row) => row.id)).not.toContain(id);
  });

  test('is asked of nobody’s order, by any number that is none', async () => {
    const known = await order();
    const theirs = await openShop(platform);
    await connectPayme(platform, theirs);
    const nobodys = [
      999_999,
      undefined,
      '',
      'x',
      ' 1',
      '-1',
      `0${known}`,
      '99999999999999999999',
      '1.0',
      await order({ method: 'card' }),
      await order({ method: 'click' }),
      await order({ isTest: true }),
      await order({}, theirs),
    ];
    for (const orderNumber of nobodys) {
      const reply = await payme.live.check(orderNumber);
      expect(reply, String(orderNumber)).toMatchObject({
        status: 200,
        error: {
          code: -31_050,
          message: { uz: 'Buyurtma topilmadi', ru: 'Заказ не найден', en: 'Order not found' },
          data: 'order_id',
        },
      });
      const id = newTransactionId();
      expect((await payme.live.create(id, orderNumber)).error).toEqual(reply.error);
      expect(await payme.live.look(id)).toMatchObject(refusal(-31_003));
    }
  });

  test.each([
    ['is paid', -31_052, { status: 'approved' }],
    ['was paid and returned', -31_052, { status: 'reversed' }],
    ['was cancelled', -31_053, { status: 'cancelled' }],
  ] as const)('and it %s', async (_, code, change) => {
    const paymentId = await order();
    await platform.database.payment.update({ where: { id: paymentId }, data: change });
    for (const reply of [
      await payme.live.check(paymentId, { amount: 1 }),
      await payme.live.create(newTransactionId(), paymentId),
    ]) {
      expect(reply).toMatchObject({ status: 200, error: { code, data: 'order_id' } });
      expect(Object.keys(reply.error?.message ?? {})).toEqual(THREE);
    }
    expect(await attempts(paymentId)).toEqual([]);
  });

  test('and it ran out after a day; before, it may', async () => {
    const paymentId = await order();
    platform.clock.passes({ hours: 23, minutes: 59 });
    expect((await payme.live.check(paymentId)).result).toEqual({ allow: true });
    platform.clock.passes({ minutes: 1 });
    expect(await payme.live.check(paymentId)).toMatchObject(refusal(-31_053));
  });

  test.each([
    ['the owner is banned', () => ({ owner: { update: { banned: true } } })],
    ['the bot has lost its token', () => ({ tokenDeadAt: platform.clock.now(), isActive: false })],
    ['the bot was removed', () => ({ removedAt: platform.clock.now(), isActive: false })],
  ])('and %s', async (_, change) => {
    const closed = await openShop(platform);
    const till = await connectPayme(platform, closed);
    const paymentId = await order({}, closed);
    const where = { telegramBotId: BigInt(closed.shop.id) };
    const bot = await platform.database.sellerBot.findFirstOrThrow({ where });
    await platform.database.sellerBot.update({ where: { id: bot.id }, data: change() });
    expect(await till.live.check(paymentId)).toMatchObject(refusal(-31_053));
    expect(await till.live.create(newTransactionId(), paymentId)).toMatchObject(refusal(-31_053));
  });
});

describe('A transaction', () => {
  test('holds its order for half an hour', async () => {
    const paymentId = await order();
    const id = newTransactionId();
    const now = platform.clock.now().getTime();
    const reply = await payme.live.create(id, paymentId, { time: now - 120 });
    const [attempt] = await attempts(paymentId);
    expect(reply).toMatchObject({
      status: 200,
      text: `{"jsonrpc":"2.0","id":7,"result":{"create_time":${now},"transaction":"${attempt?.id}","state":1}}`,
    });
    expect(attempt).toMatchObject({
      provider: 'payme',
      merchantAccountId: payme.accountId,
      isTest: false,
      providerTxnId: id,
      paydocId: null,
      amount: BigInt(USUAL_AMOUNT),
      currency: 'UZS',
      state: 'created',
      settled: false,
      providerTime: BigInt(now - 120),
      createTime: BigInt(now),
      performTime: null,
      cancelTime: null,
      reason: null,
    });
    expect(await payment(paymentId)).toMatchObject({ lockedUntil: new Date(now + 30 * 60_000) });
  });

  test('is the same an hour later, byte for byte; of another order or amount it is none', async () => {
    const paymentId = await order();
    const other = await order();
    const id = newTransactionId();
    const { time } = { time: platform.clock.now().getTime() };
    const first = await payme.live.create(id, paymentId, { time });
    platform.clock.passes({ hours: 1 });
    expect(await payme.live.create(id, paymentId, { time })).toEqual(first);
    expect(await payme.live.create(id, undefined, { time, account: { order_id: paymentId } })).toEqual(first);
    for (const reply of [
      await payme.live.create(id, other, { time }),
      await payme.live.create(id, 999_999, { time }),
      await payme.live.create(id, undefined, { time }),
      await payme.live.create(id, paymentId, { time, amount: USUAL_AMOUNT + 1 }),
    ]) {
      expect(reply).toMatchObject(refusal(-31_008));
    }
    expect(await attempts(paymentId)).toHaveLength(1);
    expect(await attempts(other)).toEqual([]);
  });

  test('of many calls at once is one, with one answer', async () => {
    const paymentId = await order();
    const id = newTransactionId();
    const replies = await Promise.all(Array.from({ length: 8 }, () => payme.live.create(id, paymentId)));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies[0]?.result).toMatchObject({ state: 1 });
    expect(await attempts(paymentId)).toHaveLength(1);
  });

  test('of two buyers’ orders at once is one of them', async () => {
    const orders = [await order(), await order()];
    const id = newTransactionId();
    const replies = await Promise.all(orders.map((paymentId) => payme.live.create(id, paymentId)));
    expect(new Set(replies.map(({ error }) => error?.code ?? 0))).toEqual(new Set([-31_008, 0]));
    const made = await Promise.all(orders.map(attempts));
    expect(made.flat()).toHaveLength(1);
  });

  test('keeps every other one from its order', async () => {
    const paymentId = await order();
    const first = newTransactionId();
    await payme.live.create(first, paymentId);
    for (const reply of [
      await payme.live.create(newTransactionId(), paymentId),
      await payme.live.check(paymentId),
    ]) {
      expect(reply).toMatchObject({ status: 200, error: { code: -31_051, data: 'order_id' } });
    }
    expect((await payme.live.look(first)).result).toMatchObject({ state: 1 });
    expect(await payme.live.check(paymentId, { amount: 1 })).toMatchObject(refusal(-31_001));
  });

  test('that Payme began more than twelve hours ago is too late, however often', async () => {
    const paymentId = await order();
    const id = newTransactionId();
    const time = platform.clock.now().getTime() - 43_200_001;
    expect(await payme.live.create(id, paymentId, { time })).toMatchObject(refusal(-31_008));
    expect(await payme.live.create(id, paymentId, { time })).toMatchObject(refusal(-31_008));
    expect(await payme.live.look(id)).toMatchObject(refusal(-31_003));
    expect(await attempts(paymentId)).toEqual([]);
    expect((await payme.live.create(id, paymentId, { time: time + 1 })).result).toMatchObject({ state: 1 });
  });
});

describe('Each key opens its own world', () => {
  test('that of orders, and that of tests', async () => {
    const [real, trial] = [await order(), await order({ isTest: true })];
    expect(await payme.test.check(real)).toMatchObject(refusal(-31_050));
    expect(await payme.live.check(trial)).toMatchObject(refusal(-31_050));
    expect(await payme.live.check(real)).toMatchObject({ result: { allow: true } });
    expect(await payme.test.check(trial)).toMatchObject({ result: { allow: true } });

    const id = newTransactionId();
    expect(await payme.test.create(id, trial)).toMatchObject({ result: { state: 1 } });
    expect(await payme.live.look(id)).toMatchObject(refusal(-31_003));
    // The same number may be another transaction there.
    expect(await payme.live.create(id, real)).toMatchObject({ result: { state: 1 } });
    expect((await payme.test.look(id)).result).not.toEqual((await payme.live.look(id)).result);
  });

  test('and a key of another bot opens nothing here', async () => {
    const theirs = await openShop(platform);
    const till = await connectPayme(platform, theirs);
    expect(await till.live.check(await order())).toMatchObject(refusal(-31_050));
    await connectPayme(platform, await openShop(platform), { keys: { live: 'only-one', test: null } });
    const here = await connectPayme(platform, await openShop(platform), {
      keys: { live: 'only-live', test: null },
    });
    // Where no second key was entered an empty one is none.
    expect(await here.test.check(1)).toMatchObject(refusal(-32_504));
  });
});
