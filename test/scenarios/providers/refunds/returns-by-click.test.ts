import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  type ClickApiServer,
  clickAuth,
  startClickApi,
} from '../../../support/providers/click-api-server.ts';
import { type ClickCaller, connectClick, orderByClick } from '../../../support/providers/click-caller.ts';
import { endOf, payTwice, takeMoney } from '../../../support/providers/refunds.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

const SECRET = 'click-s3cret-of-refunds';
const DONE = { status: 200, body: { error_code: 0, error_note: 'Success' } };

let api: ClickApiServer;
let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  api = await startClickApi();
  platform = await startPlatform({ environment: { CLICK_API_ROOT: api.root } });
  shop = await openShop(platform);
  click = await connectClick(platform, shop, { secret: SECRET, serviceId: '12345', merchantUserId: '9876' });
});
afterAll(async () => {
  await platform.closesClean();
  await api.close();
});
beforeEach(() => {
  api.calls.length = 0;
});

const refund = (id: number) => platform.database.refund.findUniqueOrThrow({ where: { id } });
const labels = (words: string) =>
  shop.owner.reads(platform.mainBot, words).then(({ buttons }) => buttons.flat().map(({ text }) => text));

async function paidTwice(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  const paid = await payTwice(platform, shop, click, buyer);
  await platform.quiet();
  return { buyer, ...paid };
}

test('Click is asked by a press, refuses, and the refund stays open with its words; asked again it returns the money', async () => {
  const { owner } = shop;
  const { mainBot } = platform;
  const { buyer, refundId } = await paidTwice('Ravshan');
  const before = await endOf(platform, shop, buyer);
  api.answers({ status: 200, body: { error_code: -5, error_note: 'Payment is <too> old' } });
  await owner.presses(mainBot, `refund:${refundId}`);
  await owner.taps(mainBot, '↩️ Return the money');
  await owner.reads(mainBot, 'didn’t return');
  expect(api.calls).toEqual([
    {
      method: 'DELETE',
      path: '/v2/merchant/payment/reversal/12345/2002',
      auth: clickAuth('9876', SECRET, platform.clock.now()),
    },
  ]);
  expect(await refund(refundId)).toMatchObject({ status: 'open', note: 'Payment is <too> old' });
  await owner.taps(mainBot, '↩️ Open the refund');
  expect(await labels('refused to return it: Payment is <too> old')).toEqual([
    '↩️ Return the money',
    '✅ I returned it',
    '🎁 Give the time instead',
    '👤 Ravshan',
    '← Back',
  ]);

  api.answers(DONE);
  await owner.presses(mainBot, `refund:${refundId}:send`);
  await buyer.reads(shop.shop, 'was returned');
  expect(await refund(refundId)).toMatchObject({ status: 'done', closedBy: 'provider:click' });
  await platform.quiet();
  expect(api.calls).toHaveLength(2);
  expect(await endOf(platform, shop, buyer)).toEqual(before);
});

test('while Click does not answer nothing else can be done, and it is asked once', async () => {
  const { owner } = shop;
  const { mainBot } = platform;
  const { refundId } = await paidTwice('Sabr');
  api.answers({ status: 503 });
  await owner.presses(mainBot, `refund:${refundId}:send`);
  await eventually(() => expect(api.calls).toHaveLength(1));
  for (const data of ['send', 'done', 'credit', 'credit:yes']) {
    await owner.presses(mainBot, `refund:${refundId}:${data}`);
    await owner.isTold(mainBot, 'has been asked to return this money');
  }
  await owner.presses(mainBot, `refund:${refundId}`);
  expect(await labels('The answer comes by itself')).toEqual(['👤 Sabr', '← Back']);
  expect((await refund(refundId)).status).toBe('sending');
  // Click says so by a call of its own.
  const attempt = await platform.database.refund.findUniqueOrThrow({
    where: { id: refundId },
    include: { attempt: true },
  });
  const { paymentId, providerTxnId, id } = attempt.attempt;
  const told = click.of(paymentId ?? 0, {
    click_trans_id: providerTxnId,
    merchant_prepare_id: String(id),
    error: '-5017',
  });
  expect(await click.complete(told)).toMatchObject({ error: -9 });
  expect((await refund(refundId)).status).toBe('done');
});

test('an approval is taken back by Click: it is asked first, and then the time goes', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Umida' });
  const orderNumber = await orderByClick(platform, shop, buyer);
  await takeMoney(click, orderNumber);
  const notice = await owner.reads(mainBot, /Umida.* paid/);
  api.answers(DONE);
  await owner.taps(mainBot, '↩️ Take back', { message: notice });
  await owner.reads(mainBot, 'Click returns the money to the buyer');
  expect(api.calls).toEqual([]);
  const payment = () => database.payment.findUniqueOrThrow({ where: { id: orderNumber } });
  expect((await payment()).status).toBe('approved');
  await owner.taps(mainBot, '↩️ Yes, return the money');
  await owner.reads(mainBot, 'returned 50,000');
  expect(api.calls).toHaveLength(1);
  expect((await payment()).status).toBe('reversed');
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
  // What its owner asks for is no refund of the queue.
  expect(await database.refund.count({ where: { attempt: { paymentId: orderNumber } } })).toBe(0);
  await owner.presses(mainBot, `revert:${orderNumber}:yes`);
  await owner.isTold(mainBot, 'was undone');
  await platform.quiet();
  expect(api.calls).toHaveLength(1);
});
