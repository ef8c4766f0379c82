import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { type ClickApiServer, startClickApi } from '../../support/providers/click-api-server.ts';
import { type ClickCaller, connectClick, orderByClick } from '../../support/providers/click-caller.ts';
import { endOf, payTwice, takeMoney } from '../../support/providers/refunds.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

let api: ClickApiServer;
let platform: Platform;
let shop: Shop;
let click: ClickCaller;
let desk: ReturnType<Awaited<ReturnType<typeof openPanel>>['of']>;

beforeAll(async () => {
  api = await startClickApi();
  platform = await startPlatform({ environment: { CLICK_API_ROOT: api.root } });
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { serviceId: '12345', merchantUserId: '9876' });
  desk = (await openPanel(platform, shop.owner)).of(shop.shop);
});
afterAll(async () => {
  await platform.closesClean();
  await api.close();
});

const DONE = { status: 200, body: { error_code: 0, error_note: 'Success' } };

/** Somebody pays twice for one thing. */
async function paidTwice(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  const paid = await payTwice(platform, shop, click, buyer);
  await platform.quiet();
  return { buyer, ...paid };
}

test('money that gave nothing waits with what can become of it, and one of three becomes of it, once', async () => {
  const paid = [await paidTwice('One'), await paidTwice('Two'), await paidTwice('Three')] as const;
  const [sent, done, credited] = paid.map(({ refundId }) => refundId);
  const first = await desk.get('/refunds?limit=2');
  expect(first.body.items).toMatchObject([
    {
      id: sent,
      state: 'open',
      provider: 'click',
      amount: { amount: '50000.00', currency: 'UZS' },
      payer: { name: 'One', telegramId: String(paid[0].buyer.id) },
      plan: { id: shop.planId, months: 1 },
      chats: [{ title: shop.chat.title }],
      paymentId: paid[0].orderNumber,
      reason: 'duplicate',
      note: null,
      can: ['send', 'done', 'credit'],
    },
    { id: done },
  ]);
  const second = await desk.get(`/refunds?cursor=${first.body.next}`);
  expect(second.body).toMatchObject({ items: [{ id: credited }], next: null });

  api.answers(DONE);
  for (const [id, way] of [
    [sent, 'send'],
    [done, 'done'],
    [credited, 'credit'],
  ] as const) {
    expect((await desk.post(`/refunds/${id}/${way}`)).status).toBe(204);
    const again = await desk.post(`/refunds/${id}/${way}`);
    expect(again.status).toBe(409);
    expect(again.body.error.code).toMatch(/^refund\.(?:closed|sending)$/);
    expect(again.body.error.current.id).toBe(id);
  }
  await platform.quiet();
  expect(api.calls).toHaveLength(1);
  expect((await desk.get('/refunds')).body).toEqual({ items: [], next: null });
  // Of the two payments, the time of both.
  expect(await endOf(platform, shop, paid[2].buyer)).toEqual(new Date('2027-01-21T09:00:00Z'));
});

test('nobody else returns it, whatever the address says', async () => {
  const { refundId } = await paidTwice('Mine');
  const stranger = await openShop(platform);
  const theirs = await openPanel(platform, stranger.owner);
  for (const bot of [shop.shop, stranger.shop]) {
    for (const way of ['send', 'done', 'credit']) {
      const { status, body } = await theirs.of(bot).post(`/refunds/${refundId}/${way}`);
      expect([status, body.error.code]).toEqual([404, 'notFound']);
    }
  }
  expect((await desk.get('/refunds')).body.items).toMatchObject([{ id: refundId, state: 'open' }]);
});

/** Somebody pays by Click. @returns the payment's id */
async function paidByClick(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  const id = await orderByClick(platform, shop, buyer);
  await takeMoney(click, id);
  await platform.quiet();
  return { buyer, id };
}

test('what has no receipt is not decided on the desk of receipts', async () => {
  const { buyer, id } = await paidByClick('No receipt');
  const before = await platform.database.payment.findUniqueOrThrow({ where: { id } });
  const asked = api.calls.length;
  for (const [way, sent] of [['approve'], ['reject', { reason: 'amount' }], ['revert']] as const) {
    const { status, body } = await desk.post(`/receipts/${id}/${way}`, sent);
    expect([way, status, body.error.code]).toEqual([way, 404, 'notFound']);
  }
  const decisions = [
    { id, action: 'approve' },
    { id, action: 'reject', reason: 'amount' },
  ];
  const { body } = await desk.post('/receipts/decisions', { decisions });
  expect(body.results).toMatchObject([{ error: { code: 'notFound' } }, { error: { code: 'notFound' } }]);
  await platform.quiet();
  expect(await platform.database.payment.findUniqueOrThrow({ where: { id } })).toEqual(before);
  expect(await endOf(platform, shop, buyer)).toEqual(new Date('2026-12-21T09:00:00Z'));
  expect(api.calls).toHaveLength(asked);
});

test('whose money a provider has is returned by it before the time goes, although a receipt came as well', async () => {
  const { buyer, id } = await paidByClick('Both ways');
  await platform.database.payment.update({
    where: { id },
    data: { receiptAt: platform.clock.now(), receiptFileId: 'photo', receiptKind: 'photo' },
  });
  const asked = api.calls.length;
  api.answers(DONE);
  const { status, body } = await desk.post(`/receipts/${id}/revert`);
  expect([status, body.id]).toEqual([200, id]);
  await eventually(() => expect(api.calls).toHaveLength(asked + 1));
  await platform.quiet();
  expect((await desk.get(`/receipts/${id}`)).body.state).toBe('reversed');
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
});
