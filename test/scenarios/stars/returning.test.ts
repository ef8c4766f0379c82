import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { endOf } from '../../support/providers/refunds.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, sellForStars } from '../../support/stars/selling.ts';
import { invoice } from '../../support/stars/star-shop.ts';

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await sellForStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
});

const plain = (text = '') => text.replaceAll('\u00A0', ' ');
const attemptOf = (chargeId: string) =>
  platform.database.paymentAttempt.findFirstOrThrow({
    where: { providerTxnId: chargeId },
    include: { refund: true, payment: true },
  });
const refundCalls = () => platform.telegram.calls.filter(({ method }) => method === 'refundStarPayment');

/** @param isAsked false: Telegram tells of the payment alone */
async function pays(link: string, isAsked = true): Promise<string> {
  const paid = await buyer.pays(link, { isAsked });
  if (!paid.ok) throw new Error(paid.reason);
  await platform.quiet();
  return paid.chargeId;
}

async function buys(): Promise<{ paymentId: number; link: string; chargeId: string }> {
  const { paymentId, link } = await ordersInStars(platform, shop, buyer);
  return { paymentId, link, chargeId: await pays(link) };
}

test('paid twice, the second payment goes back by itself, and both are told', async () => {
  const { link, paymentId } = await buys();
  const end = await endOf(platform, shop, buyer);
  const second = await pays(link, false);
  await buyer.reads(shop.shop, 'are back on your Stars balance');
  expect(plain((await shop.owner.reads(platform.mainBot, 'go back to them by themselves')).text)).toContain(
    '150 ⭐',
  );
  expect(await attemptOf(second)).toMatchObject({
    paymentId,
    state: 'refunded',
    settled: false,
    payerTelegramUserId: null,
    refund: { reason: 'duplicate', status: 'done', closedBy: 'provider:stars' },
  });
  expect(buyer.stars).toBe(850);
  expect(await endOf(platform, shop, buyer)).toEqual(end);
});

test('an approval is taken back: Telegram is asked first, and then the time goes, once', async () => {
  const { paymentId, chargeId } = await buys();
  const { owner } = shop;
  const { mainBot } = platform;
  await owner.presses(mainBot, `revert:${paymentId}`);
  await owner.reads(mainBot, 'Telegram returns all of its Stars');
  expect(buyer.stars).toBe(850);
  await owner.presses(mainBot, `revert:${paymentId}:yes`);
  await owner.presses(mainBot, `revert:${paymentId}:yes`);
  await owner.reads(mainBot, /Telegram Stars returned 150.⭐/);
  await platform.quiet();
  expect(
    refundCalls().filter(({ params }) => params['telegram_payment_charge_id'] === chargeId),
  ).toHaveLength(1);
  expect(await attemptOf(chargeId)).toMatchObject({ state: 'refunded', payment: { status: 'reversed' } });
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
  expect(buyer.stars).toBe(1_000);
});

test('what Telegram has returned before counts as returned', async () => {
  const { paymentId, chargeId } = await buys();
  platform.telegram.loseNext('refunded_payment');
  await platform.telegram.takesBack(chargeId);
  await platform.quiet();
  expect((await attemptOf(chargeId)).state).toBe('paid');
  await shop.owner.presses(platform.mainBot, `revert:${paymentId}:yes`);
  await platform.quiet();
  expect(await attemptOf(chargeId)).toMatchObject({ state: 'refunded', payment: { status: 'reversed' } });
});

test('Stars that Telegram takes back unasked take their time with them', async () => {
  const { chargeId } = await buys();
  await platform.telegram.takesBack(chargeId);
  await platform.quiet();
  expect(await attemptOf(chargeId)).toMatchObject({ state: 'refunded', payment: { status: 'reversed' } });
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
});

test('Telegram does not answer: it is asked again until it does, and the Stars go back once', async () => {
  const { paymentId, chargeId } = await buys();
  platform.telegram.failNext('refundStarPayment', { kind: 'dropAfter' });
  await shop.owner.presses(platform.mainBot, `revert:${paymentId}:yes`);
  await eventually(async () => {
    await platform.app.jobs.sweep();
    platform.clock.passes({ minutes: 1 });
    expect((await attemptOf(chargeId)).state).toBe('refunded');
  });
  await platform.quiet();
  expect(buyer.stars).toBe(1_000);
});

test('Telegram refuses: its owner reads why, the refund stays open, and by a press it is asked once more', async () => {
  const { link } = await buys();
  platform.telegram.failNext('refundStarPayment', {
    kind: 'refused',
    code: 400,
    description: 'Bad Request: STARS_SPENT',
  });
  const second = await pays(link, false);
  expect((await shop.owner.reads(platform.mainBot, 'Telegram didn’t return')).text).toContain('STARS_SPENT');
  const { refund } = await attemptOf(second);
  expect(refund).toMatchObject({ status: 'open', note: 'STARS_SPENT' });
  await shop.owner.presses(platform.mainBot, `refund:${refund?.id}`);
  await shop.owner.taps(platform.mainBot, '↩️ Return the Stars');
  await platform.quiet();
  expect((await attemptOf(second)).refund?.status).toBe('done');
  expect(buyer.stars).toBe(850);
});

test('money for a person who is kept out goes back by itself', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  const { id } = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: BigInt(buyer.id) },
  });
  await shop.owner.presses(platform.mainBot, `user:${id}:ban`);
  expect(await buyer.pays(link)).toMatchObject({ ok: false });
  const chargeId = await pays(link, false);
  expect(await attemptOf(chargeId)).toMatchObject({ state: 'refunded', refund: { reason: 'undeliverable' } });
  expect(buyer.stars).toBe(1_000);
});

test('another program sells through the same bot: its owner is told, and nothing moves until they say so', async () => {
  const before = refundCalls().length;
  const api = new BotApiClient(platform.telegram, shop.shop.token);
  const link = await api.get<string>('createInvoiceLink', invoice({ payload: 'coffee-7' }));
  const chargeId = await pays(link, false);
  const told = await shop.owner.reads(platform.mainBot, 'for nothing that it sells through Getolog');
  expect(plain(told.text)).toContain('150 ⭐');
  expect(await attemptOf(chargeId)).toMatchObject({
    paymentId: null,
    state: 'paid',
    refund: { reason: 'foreign', status: 'open' },
  });
  expect(refundCalls()).toHaveLength(before);
  await shop.owner.taps(platform.mainBot, '↩️ Open the refund', { message: told });
  await shop.owner.taps(platform.mainBot, '↩️ Return the Stars');
  await platform.quiet();
  expect(await attemptOf(chargeId)).toMatchObject({ state: 'refunded', refund: { status: 'done' } });
  expect(buyer.stars).toBe(1_000);
});

test('what another program numbers as we do is not taken for ours: its price is another', async () => {
  const { paymentId } = await ordersInStars(platform, shop, buyer);
  const api = new BotApiClient(platform.telegram, shop.shop.token);
  const prices = [{ label: 'Tea', amount: 1 }];
  const link = await api.get<string>('createInvoiceLink', invoice({ payload: `p:${paymentId}`, prices }));
  expect(await buyer.pays(link)).toMatchObject({ ok: false, reason: 'refused' });
  const chargeId = await pays(link, false);
  expect(await attemptOf(chargeId)).toMatchObject({ paymentId: null, refund: { reason: 'foreign' } });
});
