import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  type ClickApiServer,
  clickAuth,
  startClickApi,
} from '../../../support/providers/click-api-server.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

const SECRET = 'click-s3cret-of-a-shop';

let api: ClickApiServer;
let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  api = await startClickApi();
  platform = await startPlatform({ environment: { CLICK_API_ROOT: `${api.root}/` } });
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { secret: SECRET, serviceId: '12345', merchantUserId: '9876' });
});
afterAll(async () => {
  const { faults } = platform;
  expect(JSON.stringify(platform.log)).not.toContain(SECRET);
  await platform.close();
  await api.close();
  expect(faults).toEqual([]);
});
beforeEach(() => {
  api.calls.length = 0;
});
afterEach(() => platform.quiet());

/** Somebody has paid by Click. */
async function paid(till: ClickCaller = click): Promise<{ paymentId: number; attemptId: number }> {
  const buyer = await newBuyer(platform, shop);
  const paymentId = await orderByClick(platform, shop, buyer);
  const prepareId = attemptIn(await till.prepare(till.of(paymentId)));
  await till.complete(till.of(paymentId, { merchant_prepare_id: prepareId, click_paydoc_id: '2003' }));
  await platform.quiet();
  return { paymentId, attemptId: Number(prepareId) };
}

/** Money that waits in the queue of its owner. */
async function waiting(): Promise<{ attemptId: number; refundId: number }> {
  const { paymentId } = await paid();
  const prepare = click.of(paymentId, { click_trans_id: '1002' });
  // Its order was paid by another attempt in the meantime.
  await platform.database.payment.update({ where: { id: paymentId }, data: { status: 'created' } });
  const prepareId = attemptIn(await click.prepare(prepare));
  await platform.database.payment.update({ where: { id: paymentId }, data: { status: 'approved' } });
  await click.complete({ ...prepare, merchant_prepare_id: prepareId });
  await platform.quiet();
  const refund = await platform.database.refund.findUniqueOrThrow({
    where: { attemptId: Number(prepareId) },
  });
  return { attemptId: Number(prepareId), refundId: refund.id };
}

/** Its owner presses *return*. */
async function sends({ attemptId, refundId }: { attemptId: number; refundId?: number }): Promise<boolean> {
  const { services } = platform.app;
  return services.transact(async (work) => {
    await work.db.refund.updateMany({ where: { id: refundId ?? 0 }, data: { status: 'sending' } });
    return services.clickReversals.request(work, attemptId);
  });
}

const attemptOf = (id: number) => platform.database.paymentAttempt.findUniqueOrThrow({ where: { id } });
const refundOf = (id: number) => platform.database.refund.findUniqueOrThrow({ where: { id } });
const lastWord = () => shop.owner.chatWith(platform.mainBot).last?.text ?? '';

test('Click is asked with the key of the account, and what the money gave is taken back', async () => {
  api.answers({ status: 200, body: { error_code: 0, error_note: 'ok' } });
  const { paymentId, attemptId } = await paid();
  expect(await sends({ attemptId })).toBe(true);
  expect(await sends({ attemptId })).toBe(false);
  await platform.quiet();
  expect(api.calls).toEqual([
    {
      method: 'DELETE',
      path: '/v2/merchant/payment/reversal/12345/2003',
      auth: clickAuth('9876', SECRET, platform.clock.now()),
    },
  ]);
  expect(await attemptOf(attemptId)).toMatchObject({ state: 'refunded', reversalAskedAt: null });
  const payment = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(payment.status).toBe('reversed');
  // Click tells of it as well.
  const told = click.of(paymentId, { merchant_prepare_id: String(attemptId), error: '-5017' });
  expect(await click.complete(told)).toMatchObject({ error: -9 });
  expect(await sends({ attemptId })).toBe(false);
});

test('Money of the queue that went back leaves it', async () => {
  api.answers({ status: 200, body: { error_code: 0, error_note: 'ok' } });
  const refund = await waiting();
  await sends(refund);
  await platform.quiet();
  expect(await refundOf(refund.refundId)).toMatchObject({ status: 'done' });
  expect(await attemptOf(refund.attemptId)).toMatchObject({ state: 'refunded' });
});

test.each([
  [{ status: 200, body: { error_code: -17, error_note: 'Too <old>' } }, 'Too <old>'],
  [{ status: 404, body: { error_code: -1, error_note: 'No such payment' } }, 'No such payment'],
  [{ status: 401 }, 'HTTP 401'],
])('Click refuses with %j: it waits on, with its words, and the owner reads them', async (answer, note) => {
  api.answers(answer);
  const refund = await waiting();
  await sends(refund);
  await platform.quiet();
  expect(api.calls).toHaveLength(1);
  expect(await refundOf(refund.refundId)).toMatchObject({ status: 'open', note });
  expect(await attemptOf(refund.attemptId)).toMatchObject({ state: 'paid', reversalUnclear: false });
  expect(lastWord()).toContain(note);

  api.answers({ status: 200, body: { error_code: 0 } });
  expect(await sends(refund)).toBe(true);
  await platform.quiet();
  expect(await refundOf(refund.refundId)).toMatchObject({ status: 'done' });
});

test.each([
  ['answers with a fault', { status: 502 }],
  ['does not answer', 'hangs up'],
  ['answers what nobody can read', { status: 200, body: 'OK' }],
] as const)('Click %s: it is asked again until it answers', async (_, answer) => {
  api.answers(answer, answer, { status: 200, body: { error_code: 0 } });
  const refund = await waiting();
  await sends(refund);
  await eventually(async () => expect(await refundOf(refund.refundId)).toMatchObject({ status: 'done' }));
  expect(api.calls).toHaveLength(3);
});

test('Click refuses what it was asked twice: it may have been done, and the owner looks in the cabinet', async () => {
  api.answers('hangs up', { status: 200, body: { error_code: -9, error_note: 'Already cancelled' } });
  const refund = await waiting();
  await sends(refund);
  await eventually(async () => expect(await refundOf(refund.refundId)).toMatchObject({ status: 'open' }));
  await platform.quiet();
  expect(await refundOf(refund.refundId)).toMatchObject({ note: 'Already cancelled' });
  expect(await attemptOf(refund.attemptId)).toMatchObject({ state: 'paid', reversalUnclear: true });
  expect(lastWord()).toContain('❔');

  // However often it is asked from here on: the first time may have done it.
  api.answers({ status: 200, body: { error_code: -9, error_note: 'Cancelled before' } });
  await sends(refund);
  await platform.quiet();
  expect(await refundOf(refund.refundId)).toMatchObject({ status: 'open', note: 'Cancelled before' });
  expect(await attemptOf(refund.attemptId)).toMatchObject({ reversalUnclear: true });
});

test('Click tells of the return before it is asked: it is not asked', async () => {
  api.answers('hangs up', { status: 200, body: { error_code: -9 } });
  const { paymentId, attemptId } = await paid();
  await sends({ attemptId });
  await eventually(async () => expect(api.calls).toHaveLength(1));
  const told = click.of(paymentId, { merchant_prepare_id: String(attemptId), error: '-5017' });
  await click.complete(told);
  await platform.quiet();
  expect(await attemptOf(attemptId)).toMatchObject({ state: 'refunded', reversalNote: null });
});

test('An account without a user of the API, or one that was removed, is not asked for', async () => {
  const { services } = platform.app;
  const { attemptId } = await paid();
  const can = () => services.clickReversals.canReverse(platform.database, attemptId);
  expect(await can()).toBe(true);
  const account = { where: { id: click.accountId } };
  const { details } = await platform.database.merchantAccount.findUniqueOrThrow(account);
  const given = { serviceId: '12345', merchantId: '6789' };
  await platform.database.merchantAccount.update({
    ...account,
    data: { details: { ...given, merchantUserId: null } },
  });
  expect(await can()).toBe(false);
  expect(await sends({ attemptId })).toBe(false);
  await platform.database.merchantAccount.update({
    ...account,
    data: { details: details ?? {}, removedAt: platform.clock.now() },
  });
  expect(await can()).toBe(false);
  await platform.database.merchantAccount.update({ ...account, data: { removedAt: null } });
  expect(await can()).toBe(true);
  expect(api.calls).toEqual([]);
});

test('Keys are looked at by a payment that is none', async () => {
  const { checkKeys } = platform.app.services.clickReversals;
  const credential = { serviceId: '12345', merchantUserId: '9876', secret: SECRET };
  api.answers({ status: 404 });
  expect(await checkKeys(credential)).toBe('right');
  expect(api.calls).toEqual([
    {
      method: 'GET',
      path: '/v2/merchant/payment/status/12345/0',
      auth: clickAuth('9876', SECRET, platform.clock.now()),
    },
  ]);
  for (const status of [401, 403]) {
    api.answers({ status });
    expect(await checkKeys(credential)).toBe('wrong');
  }
  api.answers('hangs up');
  expect(await checkKeys(credential)).toBe('unreachable');
});
