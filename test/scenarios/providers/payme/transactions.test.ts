import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { holdsLink, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop);
});
afterAll(() => platform.closesClean());

/** Somebody whose order Payme takes the money of. */
interface Paying {
  buyer: SandboxPerson;
  paymentId: number;
  /** Payme's number, and its time. */
  id: string;
  time: number;
}

async function pays({
  isTest = false,
  time = platform.clock.now().getTime(),
  of = shop,
  till = payme,
} = {}): Promise<Paying> {
  const buyer = await newBuyer(platform, of);
  const paymentId = await orderByClick(platform, of, buyer, { method: 'payme', isTest });
  const id = newTransactionId();
  const caller = isTest ? till.test : till.live;
  expect((await caller.create(id, paymentId, { time })).result).toMatchObject({ state: 1 });
  return { buyer, paymentId, id, time };
}

const payment = ({ paymentId }: Paying) =>
  platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
const attempt = ({ id }: Paying) =>
  platform.database.paymentAttempt.findFirstOrThrow({ where: { providerTxnId: id } });
const subscriptions = ({ buyer }: Paying) =>
  platform.database.subscription.findMany({ where: { endUser: { telegramUserId: buyer.id } } });
const waysIn = ({ buyer }: Paying) => buyer.chatWith(shop.shop).messages.filter(holdsLink).length;

/** One grant, and one way in. */
async function expectGiven(paying: Paying): Promise<void> {
  await platform.quiet();
  expect(await payment(paying)).toMatchObject({ status: 'approved', lockedUntil: null });
  expect(await subscriptions(paying)).toMatchObject([{ status: 'active' }]);
  expect(waysIn(paying)).toBe(1);
}

async function expectNothingGiven(paying: Paying): Promise<void> {
  await platform.quiet();
  expect(await subscriptions(paying)).toEqual([]);
  expect(waysIn(paying)).toBe(0);
}

const refusal = (code: number) => ({ status: 200, result: null, error: { code } });
const now = () => platform.clock.now().getTime();
/** So that it is a millisecond too late. */
const aMillisecondAfter = (hours: number) => now() - hours * 3_600_000 - 1;

describe('Payme takes the money', () => {
  test('and its transaction can be looked at before', async () => {
    const paying = await pays();
    const { id: transaction } = await attempt(paying);
    expect((await payme.live.look(paying.id)).text).toBe(
      `{"jsonrpc":"2.0","id":7,"result":{"create_time":${now()},"perform_time":0,"cancel_time":0,"transaction":"${transaction}","state":1,"reason":null}}`,
    );
  });

  test('and the order is approved, with one way in, however often it says so', async () => {
    const paying = await pays();
    platform.clock.passes({ minutes: 1 });
    const reply = await payme.live.perform(paying.id);
    const { id: transaction } = await attempt(paying);
    expect(reply.text).toBe(
      `{"jsonrpc":"2.0","id":7,"result":{"transaction":"${transaction}","perform_time":${now()},"state":2}}`,
    );
    await expectGiven(paying);
    expect(await attempt(paying)).toMatchObject({ state: 'paid', settled: true });
    platform.clock.passes({ hours: 1 });
    expect(await payme.live.perform(paying.id)).toEqual(reply);
    await expectGiven(paying);
    const again = await payme.live.create(paying.id, paying.paymentId, { time: paying.time });
    expect(again).toMatchObject(refusal(-31_008));
  });

  test('many times at once: equal answers, and one grant', async () => {
    const paying = await pays();
    const replies = await Promise.all(Array.from({ length: 6 }, () => payme.live.perform(paying.id)));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies[0]?.result).toMatchObject({ state: 2 });
    await expectGiven(paying);
  });

  test('of what nobody knows: there is no such transaction', async () => {
    for (const call of ['PerformTransaction', 'CancelTransaction', 'CheckTransaction']) {
      const reply = await payme.live.call(call, { id: newTransactionId(), reason: 5 });
      expect(reply, call).toMatchObject(refusal(-31_003));
    }
  });

  test('of a test order: it is approved and gives nothing', async () => {
    const paying = await pays({ isTest: true });
    expect(await payme.test.perform(paying.id)).toMatchObject({ result: { state: 2 } });
    await expectNothingGiven(paying);
    expect(await payment(paying)).toMatchObject({ status: 'approved' });
    expect(await payme.test.cancel(paying.id)).toMatchObject({ result: { state: -2 } });
    expect(await payment(paying)).toMatchObject({ status: 'reversed' });
  });

  test('twelve hours after it began, of an order chosen thirty hours ago: it is in time', async () => {
    const buyer = await newBuyer(platform, shop);
    const paymentId = await orderByClick(platform, shop, buyer, { method: 'payme' });
    platform.clock.passes({ hours: 18 });
    const id = newTransactionId();
    const time = now();
    await payme.live.create(id, paymentId, { time });
    platform.clock.passes({ hours: 12 });
    await platform.app.jobs.sweep();
    expect(await payme.live.perform(id)).toMatchObject({ result: { state: 2 } });
    await expectGiven({ buyer, paymentId, id, time });
  });

  test.each([
    [
      'the buyer was banned',
      ({ buyer }: Paying) =>
        platform.database.endUser.updateMany({
          where: { telegramUserId: buyer.id },
          data: { banned: true },
        }),
    ],
    [
      'the order was cancelled',
      ({ paymentId }: Paying) =>
        platform.database.payment.update({ where: { id: paymentId }, data: { status: 'cancelled' } }),
    ],
  ])('after %s: it is refused, so that Payme returns it', async (_, happens) => {
    const paying = await pays();
    await happens(paying);
    expect(await payme.live.perform(paying.id)).toMatchObject(refusal(-31_008));
    expect(await attempt(paying)).toMatchObject({ state: 'created', performTime: null });
    await expectNothingGiven(paying);
    expect(await payme.live.cancel(paying.id, 10)).toMatchObject({ result: { state: -1 } });
    expect(await platform.database.refund.count({ where: { attempt: { providerTxnId: paying.id } } })).toBe(
      0,
    );
  });

  test('after the chat was lost: it is refused', async () => {
    const lost = await openShop(platform);
    const till = await connectPayme(platform, lost);
    const paying = await pays({ of: lost, till });
    await platform.database.channel.updateMany({
      where: { telegramChatId: BigInt(lost.chat.id) },
      data: { disconnectedAt: platform.clock.now() },
    });
    expect(await till.live.perform(paying.id)).toMatchObject(refusal(-31_008));
    await expectNothingGiven(paying);
  });

  test('while the bot is paused, or its token dead, or its owner banned: it is honoured', async () => {
    const troubled = await openShop(platform);
    const till = await connectPayme(platform, troubled);
    const paying = await pays({ of: troubled, till });
    await platform.database.sellerBot.updateMany({
      where: { telegramBotId: BigInt(troubled.shop.id) },
      data: { tokenDeadAt: platform.clock.now(), isActive: false },
    });
    await platform.database.owner.updateMany({
      where: { telegramUserId: troubled.owner.id },
      data: { banned: true },
    });
    expect(await till.live.perform(paying.id)).toMatchObject({ result: { state: 2 } });
    expect(await payment(paying)).toMatchObject({ status: 'approved' });
  });
});

describe('A transaction that takes longer than twelve hours', () => {
  test.each([
    ['looked at', (paying: Paying) => payme.live.look(paying.id)],
    ['performed', (paying: Paying) => payme.live.perform(paying.id)],
    ['cancelled', (paying: Paying) => payme.live.cancel(paying.id)],
    ['created again', ({ id, paymentId, time }: Paying) => payme.live.create(id, paymentId, { time })],
    ['asked about by its order', ({ paymentId }: Paying) => payme.live.check(paymentId)],
    ['in a statement', ({ time }: Paying) => payme.live.call('GetStatement', { from: time, to: time })],
  ])('has run out, and is ended when it is %s', async (_, touch) => {
    const paying = await pays();
    platform.clock.passes({ hours: 12 });
    await payme.live.look(paying.id);
    expect(await attempt(paying)).toMatchObject({ state: 'created' });
    // The clock of these tests has no milliseconds.
    await platform.database.paymentAttempt.updateMany({
      where: { providerTxnId: paying.id },
      data: { providerTime: paying.time - 1 },
    });
    await touch({ ...paying, time: paying.time - 1 });
    const cancelTime = now();
    expect(await attempt(paying)).toMatchObject({
      state: 'expired',
      reason: 4,
      cancelTime: BigInt(cancelTime),
    });
    expect(await payment(paying)).toMatchObject({ lockedUntil: null });

    platform.clock.passes({ hours: 1 });
    expect(await payme.live.perform(paying.id)).toMatchObject(refusal(-31_008));
    const { id, paymentId, time } = paying;
    expect(await payme.live.create(id, paymentId, { time })).toMatchObject(refusal(-31_008));
    const ended = { state: -1, reason: 4, cancel_time: cancelTime, perform_time: 0 };
    expect((await payme.live.look(paying.id)).result).toMatchObject(ended);
    expect((await payme.live.cancel(paying.id, 3)).result).toMatchObject({
      state: -1,
      cancel_time: cancelTime,
    });
    expect((await payme.live.look(paying.id)).result).toMatchObject(ended);
  });

  test('leaves its order to another one', async () => {
    const paying = await pays({ time: aMillisecondAfter(12) + 1 });
    await platform.database.paymentAttempt.updateMany({
      where: { providerTxnId: paying.id },
      data: { providerTime: paying.time - 1 },
    });
    expect(await payme.live.create(newTransactionId(), paying.paymentId)).toMatchObject({
      result: { state: 1 },
    });
  });
});

describe('Payme gives a transaction up', () => {
  test('before the money moved: its order can be paid again, by another one', async () => {
    const paying = await pays();
    platform.clock.passes({ minutes: 1 });
    const reply = await payme.live.cancel(paying.id, 3);
    const { id: transaction } = await attempt(paying);
    const cancelTime = now();
    expect(reply.text).toBe(
      `{"jsonrpc":"2.0","id":7,"result":{"transaction":"${transaction}","cancel_time":${cancelTime},"state":-1}}`,
    );
    expect(await payment(paying)).toMatchObject({ status: 'created', lockedUntil: null });
    platform.clock.passes({ hours: 1 });
    expect(await payme.live.cancel(paying.id, 5)).toEqual(reply);
    expect((await payme.live.look(paying.id)).result).toMatchObject({
      state: -1,
      reason: 3,
      perform_time: 0,
    });
    expect(await payme.live.perform(paying.id)).toMatchObject(refusal(-31_008));
    const { id, paymentId, time } = paying;
    expect(await payme.live.create(id, paymentId, { time })).toMatchObject(refusal(-31_008));
    await expectNothingGiven(paying);

    const again = { ...paying, id: newTransactionId() };
    expect(await payme.live.create(again.id, paymentId)).toMatchObject({ result: { state: 1 } });
    expect(await payme.live.perform(again.id)).toMatchObject({ result: { state: 2 } });
    await expectGiven(again);
  });

  test.each([1, 2, 3, 4, 5, 10])('for reason %i, which is told again', async (reason) => {
    const paying = await pays();
    await payme.live.cancel(paying.id, reason);
    expect((await payme.live.look(paying.id)).result).toMatchObject({ state: -1, reason });
  });

  test('after the money came: what it gave is taken back, once', async () => {
    const paying = await pays();
    await payme.live.perform(paying.id);
    await expectGiven(paying);
    const performTime = now();
    platform.clock.passes({ minutes: 1 });
    const reply = await payme.live.cancel(paying.id, 5);
    const cancelTime = now();
    expect(reply.result).toMatchObject({ state: -2, cancel_time: cancelTime });
    expect(Object.keys(reply.result ?? {})).toEqual(['transaction', 'cancel_time', 'state']);
    platform.clock.passes({ minutes: 1 });
    expect(await payme.live.cancel(paying.id, 3)).toEqual(reply);
    await platform.quiet();
    expect(await payment(paying)).toMatchObject({ status: 'reversed' });
    expect((await subscriptions(paying)).map(({ status }) => status)).not.toContain('active');
    const { createTime, id: transaction } = await attempt(paying);
    expect((await payme.live.look(paying.id)).text).toBe(
      `{"jsonrpc":"2.0","id":7,"result":{"create_time":${createTime},"perform_time":${performTime},"cancel_time":${cancelTime},"transaction":"${transaction}","state":-2,"reason":5}}`,
    );
    expect(await payme.live.perform(paying.id)).toMatchObject(refusal(-31_008));
    expect(await payme.live.create(newTransactionId(), paying.paymentId)).toMatchObject(refusal(-31_052));
  });

  test('twice at once: equal answers, and the time is taken back once', async () => {
    const paying = await pays();
    await payme.live.perform(paying.id);
    await expectGiven(paying);
    const replies = await Promise.all(Array.from({ length: 4 }, () => payme.live.cancel(paying.id)));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    await platform.quiet();
    expect(await payment(paying)).toMatchObject({ status: 'reversed' });
    const entries = await platform.database.timeEntry.findMany({
      where: { sourceId: paying.paymentId, source: 'payment' },
    });
    expect(entries.length).toBeLessThanOrEqual(2);
  });

  test('months later: the refund is the owner’s, and never refused', async () => {
    const paying = await pays();
    await payme.live.perform(paying.id);
    await expectGiven(paying);
    platform.clock.passes({ days: 100 });
    expect(await payme.live.cancel(paying.id)).toMatchObject({ result: { state: -2 } });
    expect(await payment(paying)).toMatchObject({ status: 'reversed' });
    await platform.quiet();
  });

  test('after its owner had taken it back by hand: nothing is taken twice', async () => {
    const paying = await pays();
    await payme.live.perform(paying.id);
    await expectGiven(paying);
    await platform.database.payment.update({
      where: { id: paying.paymentId },
      data: { status: 'reversed' },
    });
    const before = await subscriptions(paying);
    expect(await payme.live.cancel(paying.id)).toMatchObject({ result: { state: -2 } });
    await platform.quiet();
    expect(await subscriptions(paying)).toEqual(before);
    expect(await attempt(paying)).toMatchObject({ state: 'refunded', reason: 5 });
  });
});
