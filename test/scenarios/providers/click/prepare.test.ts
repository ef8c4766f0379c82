import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  clickCaller,
  connectClick,
  orderByClick,
  postClick,
} from '../../../support/providers/click-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  click = await connectClick(platform, shop);
});
afterAll(() => platform.closesClean());

/** A new buyer's order. */
async function order(given: Parameters<typeof orderByClick>[3] = {}): Promise<number> {
  return orderByClick(platform, shop, await newBuyer(platform, shop), given);
}

const attempts = (paymentId?: number) =>
  platform.database.paymentAttempt.findMany({
    where: paymentId === undefined ? {} : { paymentId },
    orderBy: { id: 'asc' },
  });

const address = (operation = 'prepare') => `${platform.app.origin}/click/${shop.shop.id}/${operation}`;
const NUMBERS = ['click_trans_id', 'service_id', 'click_paydoc_id', 'action', 'error'] as const;

describe('A call that is no call of Click', () => {
  test.each([
    'click_trans_id',
    'service_id',
    'click_paydoc_id',
    'merchant_trans_id',
    'amount',
    'action',
    'error',
    'sign_time',
    'sign_string',
  ])('is an error without %s, on either address', async (field) => {
    const fields = { ...click.of(await order()), [field]: undefined };
    expect(await click.prepare(fields)).toMatchObject({ status: 200, error: -8 });
    expect(await click.complete({ ...fields, merchant_prepare_id: '1' })).toMatchObject({ error: -8 });
  });

  test('is an error when it is empty, JSON, too large, or tells of no preparing', async () => {
    const nothing = {
      status: 200,
      text: '{"error":-8,"error_note":"Error in request from click"}',
      error: -8,
    };
    expect(await postClick(address(), '')).toEqual(nothing);
    expect(await postClick(address(), '{"error":0}', { contentType: 'application/json' })).toEqual(nothing);
    expect(await postClick(address(), `x=${'y'.repeat(70_000)}`)).toEqual(nothing);
    const complete = await click.complete(click.of(await order()));
    expect(complete).toMatchObject({ status: 200, error: -8 });
  });

  test.each(NUMBERS)('is an error where %s is no number', async (field) => {
    expect(await click.prepare({ ...click.of(await order()), [field]: 'x' })).toMatchObject({ error: -8 });
  });

  test('is told what can be read of it', async () => {
    const paymentId = await order();
    expect((await click.prepare(click.of(paymentId, { amount: '5e4' }))).text).toBe(
      `{"click_trans_id":1001,"merchant_trans_id":"${paymentId}","error":-8,"error_note":"Error in request from click"}`,
    );
  });

  test('may come by POST alone, to one of two addresses below a bot’s number', async () => {
    expect((await postClick(address(), '', { method: 'GET' })).status).toBe(405);
    expect((await postClick(address('complete'), '', { method: 'PUT' })).status).toBe(405);
    for (const path of ['cancel', 'prepare/now', '', 'Prepare']) {
      expect(await postClick(address(path), ''), path).toEqual({ status: 404, text: '', error: null });
    }
    for (const bot of ['0', '01', 'x', '9223372036854775808', '-5']) {
      const reply = await postClick(`${platform.app.origin}/click/${bot}/prepare`, '');
      expect(reply, bot).toEqual({ status: 404, text: '', error: null });
    }
    expect((await postClick(`${address()}/`, '')).status).toBe(200);
  });
});

describe('A call is taken from whoever holds the secret', () => {
  test('and from nobody else: a wrong signature and an unknown bot read the same', async () => {
    const paymentId = await order();
    const wrong = await click.prepare(click.of(paymentId, { sign_string: 'c'.repeat(32) }));
    expect(wrong).toEqual({
      status: 200,
      text: `{"click_trans_id":1001,"merchant_trans_id":"${paymentId}","error":-1,"error_note":"SIGN CHECK FAILED!"}`,
      error: -1,
    });
    const unknown = clickCaller(() => platform.app.origin, '7999999999', click);
    expect(await unknown.prepare(click.of(paymentId))).toEqual(wrong);
    const bare = await openShop(platform);
    const withoutAccount = clickCaller(() => platform.app.origin, bare.shop.id, click);
    expect(await withoutAccount.prepare(click.of(paymentId))).toEqual(wrong);
    expect(await attempts(paymentId)).toEqual([]);
  });

  test('however its signature is written', async () => {
    const fields = click.of(await order());
    const { sign_string: signature = '' } = click.formOf('prepare', fields);
    const reply = await click.prepare({ ...fields, sign_string: signature.toUpperCase() });
    expect(reply).toMatchObject({ status: 200, error: 0 });
  });

  test('and the owner sees when it was accepted, and when refused', async () => {
    const account = () =>
      platform.database.merchantAccount.findUniqueOrThrow({ where: { id: click.accountId } });
    platform.clock.passes({ minutes: 1 });
    await click.prepare(click.of(1, { sign_string: 'wrong' }));
    expect((await account()).lastRefusedAt).toEqual(platform.clock.now());
    platform.clock.passes({ minutes: 1 });
    await click.prepare(click.of(1));
    expect((await account()).lastAcceptedAt).toEqual(platform.clock.now());
  });
});

describe('An order is asked for', () => {
  test('of another service, by another action, and of nobody: each has its word', async () => {
    const paymentId = await order();
    expect(await click.prepare(click.of(paymentId, { service_id: '99999' }))).toMatchObject({ error: -8 });
    expect(await click.prepare(click.of(paymentId, { action: '2' }))).toMatchObject({ error: -3 });
    expect(await click.prepare(click.of(paymentId, { action: '1' }))).toMatchObject({ error: -3 });
    const complete = click.of(paymentId, { action: '0', merchant_prepare_id: '1' });
    expect(await click.complete(complete)).toMatchObject({ error: -3 });
    for (const nobodys of ['999999', '99999999999', 'x', '-1', '0', `0${paymentId}`, ' 1', '1.0']) {
      const reply = await click.prepare({ merchant_trans_id: nobodys });
      expect(reply, nobodys).toMatchObject({ status: 200, error: -5 });
    }
    expect(await attempts(paymentId)).toEqual([]);
  });

  test('that is another method’s or another bot’s: it is nobody’s', async () => {
    const other = await openShop(platform);
    const theirs = await orderByClick(platform, other, await newBuyer(platform, other));
    expect(await click.prepare(click.of(await order({ method: 'payme' })))).toMatchObject({ error: -5 });
    expect(await click.prepare(click.of(await order({ method: 'card' })))).toMatchObject({ error: -5 });
    expect(await click.prepare(click.of(theirs))).toMatchObject({ error: -5 });
  });

  test.each([
    ['49999.99', -2],
    ['99999', -2],
    ['0', -2],
    ['50000.01', -2],
    ['50000.001', -8],
    ['5e4', -8],
    ['50 000', -8],
    ['50000', 0],
    ['50000.0', 0],
    ['50000.00', 0],
    ['0050000.00', 0],
  ])('for %s soum: %i', async (amount, error) => {
    const paymentId = await order();
    expect(await click.prepare(click.of(paymentId, { amount }))).toMatchObject({ status: 200, error });
    expect(await attempts(paymentId)).toHaveLength(error === 0 ? 1 : 0);
  });

  test('and is held for half an hour, by an attempt with Click’s own numbers', async () => {
    const paymentId = await order();
    const reply = await click.prepare(click.of(paymentId));
    const [attempt] = await attempts(paymentId);
    expect(reply.text).toBe(
      `{"click_trans_id":1001,"merchant_trans_id":"${paymentId}","merchant_prepare_id":${attempt?.id},"error":0,"error_note":"Success"}`,
    );
    const now = platform.clock.now().getTime();
    expect(attempt).toMatchObject({
      provider: 'click',
      merchantAccountId: click.accountId,
      isTest: false,
      providerTxnId: '1001',
      paydocId: '2002',
      amount: 5_000_000n,
      currency: 'UZS',
      state: 'created',
      settled: false,
      providerTime: null,
      createTime: BigInt(now),
    });
    const payment = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
    expect(payment).toMatchObject({ status: 'created', lockedUntil: new Date(now + 30 * 60_000) });
  });

  test('again: the same attempt, byte for byte; by another number: a second one', async () => {
    const paymentId = await order();
    const first = await click.prepare(click.of(paymentId));
    platform.clock.passes({ minutes: 10 });
    expect(await click.prepare(click.of(paymentId))).toEqual(first);
    const second = await click.prepare(click.of(paymentId, { click_trans_id: '1002' }));
    expect(second.error).toBe(0);
    expect(attemptIn(second)).not.toBe(attemptIn(first));
    expect(await attempts(paymentId)).toHaveLength(2);
  });

  test('at once by many calls of one number: one attempt, and one answer', async () => {
    const paymentId = await order();
    const replies = await Promise.all(Array.from({ length: 8 }, () => click.prepare(click.of(paymentId))));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await attempts(paymentId)).toHaveLength(1);
  });

  test('by a number of more digits than a double holds: each comes back', async () => {
    for (const transId of ['9007199254740993', '9223372036854775807', '9999999999999999999']) {
      const reply = await click.prepare(click.of(await order(), { click_trans_id: transId }));
      expect(reply.text).toMatch(new RegExp(`^\\{"click_trans_id":${transId},`));
      expect(reply.error).toBe(0);
    }
  });

  test('with an error of Click’s: nothing is begun', async () => {
    const paymentId = await order();
    expect(await click.prepare(click.of(paymentId, { error: '-5017' }))).toMatchObject({ error: -9 });
    expect(await attempts(paymentId)).toEqual([]);
  });
});

describe('An order that cannot be paid any more', () => {
  const refused = async (paymentId: number) => {
    expect(await click.prepare(click.of(paymentId))).toMatchObject({ status: 200, error: -9 });
    expect(await attempts(paymentId)).toEqual([]);
  };

  test('was cancelled', async () => {
    const paymentId = await order();
    await platform.database.payment.update({ where: { id: paymentId }, data: { status: 'cancelled' } });
    await refused(paymentId);
  });

  test('ran out after a day; before, it is taken', async () => {
    const paymentId = await order();
    const later = await order();
    platform.clock.passes({ hours: 23, minutes: 59 });
    expect(await click.prepare(click.of(later))).toMatchObject({ error: 0 });
    platform.clock.passes({ minutes: 1 });
    await refused(paymentId);
  });

  test('was chosen by somebody who is banned', async () => {
    const buyer = await newBuyer(platform, shop);
    const paymentId = await orderByClick(platform, shop, buyer);
    await platform.database.endUser.updateMany({
      where: { telegramUserId: buyer.id },
      data: { banned: true },
    });
    await refused(paymentId);
  });

  test.each([
    ['whose owner is banned', () => ({ owner: { update: { banned: true } } })],
    ['whose bot has lost its token', () => ({ tokenDeadAt: platform.clock.now(), isActive: false })],
    ['whose bot was removed', () => ({ removedAt: platform.clock.now(), isActive: false })],
  ])('is one %s', async (_, change) => {
    const closed = await openShop(platform);
    const till = await connectClick(platform, closed);
    const paymentId = await orderByClick(platform, closed, await newBuyer(platform, closed));
    const bot = await platform.database.sellerBot.findFirstOrThrow({
      where: { telegramBotId: BigInt(closed.shop.id) },
    });
    await platform.database.sellerBot.update({ where: { id: bot.id }, data: change() });
    expect(await till.prepare(till.of(paymentId))).toMatchObject({ error: -9 });
    expect(await attempts(paymentId)).toEqual([]);
  });

  test('is one whose chat is gone', async () => {
    const closed = await openShop(platform);
    const till = await connectClick(platform, closed);
    const paymentId = await orderByClick(platform, closed, await newBuyer(platform, closed));
    await platform.database.channel.updateMany({
      where: { telegramChatId: BigInt(closed.chat.id) },
      data: { disconnectedAt: platform.clock.now() },
    });
    expect(await till.prepare(till.of(paymentId))).toMatchObject({ error: -9 });
  });
});
