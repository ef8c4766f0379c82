import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { endOf } from '../../support/providers/refunds.ts';
import { holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, pricesInStars, sellForStars } from '../../support/stars/selling.ts';
import { updatesByHand } from '../../support/updates-by-hand.ts';

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform, { title: 'Yoga every morning, with Malika and her friends' });
  await sellForStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
});

const plain = (text = '') => text.replaceAll('\u00A0', ' ');
const last = () => buyer.chatWith(shop.shop).last;
const orders = () => ordersInStars(platform, shop, buyer);
const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const attempts = (paymentId: number) =>
  platform.database.paymentAttempt.findMany({ where: { paymentId }, orderBy: { id: 'asc' } });
const waysIn = () => buyer.chatWith(shop.shop).messages.filter(holdsLink);

async function chargeOf(paying: ReturnType<SandboxPerson['pays']>): Promise<string> {
  const paid = await paying;
  if (!paid.ok) throw new Error(paid.reason);
  await platform.quiet();
  return paid.chargeId;
}

test('a plan is paid by the card or in Stars; in Stars it is an invoice of Telegram’s, for exactly its price', async () => {
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  expect((last()?.buttons.flat() ?? []).map(({ text }) => plain(text))).toContain(
    '⭐ Telegram Stars: 150 ⭐',
  );
  const { paymentId } = await orders();
  expect(plain(last()?.text)).toContain('Amount: 150 ⭐');
  expect(plain(last()?.text)).toContain('no receipt is needed');
  expect((last()?.buttons.flat() ?? []).map(({ text }) => plain(text))).toEqual([
    'Pay 150 ⭐',
    '✅ I’ve paid',
    'Cancel',
  ]);
  const asked = platform.telegram.calls.findLast(({ method }) => method === 'createInvoiceLink')?.params;
  expect(asked).toEqual({
    title: 'Yoga every morning, with Malika…',
    description:
      'Yoga every morning, with Malika and her friends, 1 month. Access comes by itself as soon as you’ve paid.',
    payload: `p:${paymentId}`,
    provider_token: '',
    currency: 'XTR',
    prices: [{ label: '1 month', amount: 150 }],
  });
  expect(await payment(paymentId)).toMatchObject({
    currency: 'XTR',
    paymentMethod: 'stars',
    status: 'created',
  });
  expect(Number((await payment(paymentId)).amount)).toBe(150);
});

test('whoever is asked for gives nothing yet; who has paid is let in at once, and their owner hears of it', async () => {
  const { paymentId } = await orders();
  const charge = await chargeOf(buyer.paysBy(shop.shop, /^Pay 150/));
  expect(buyer.stars).toBe(850);
  expect(await payment(paymentId)).toMatchObject({ status: 'approved', lockedUntil: null });
  expect(await attempts(paymentId)).toMatchObject([
    { provider: 'stars', providerTxnId: charge, amount: 150n, currency: 'XTR', state: 'paid', settled: true },
  ]);
  expect(waysIn()).toHaveLength(1);
  const told = await shop.owner.reads(platform.mainBot, `${buyer.firstName}`);
  expect(plain(told.text)).toContain('paid 150 ⭐');
  expect(await endOf(platform, shop, buyer)).toEqual(new Date('2026-12-21T09:00:00Z'));
  await buyer.presses(shop.shop, `paid:${paymentId}`);
  expect(last()?.text).toContain('✅ Paid');
});

test('to be let pay gives nothing, keeps the order in its place for two minutes, and is said again when it is asked again', async () => {
  const { paymentId, link } = await orders();
  platform.telegram.loseNext('successful_payment');
  await buyer.pays(link, { wait: false });
  await platform.quiet();
  expect(await payment(paymentId)).toMatchObject({
    status: 'created',
    lockedUntil: new Date(platform.clock.now().getTime() + 120_000),
  });
  expect(await attempts(paymentId)).toEqual([]);
  await buyer.presses(shop.shop, `cancel:${paymentId}`);
  expect(await buyer.isTold(shop.shop, 'is taking your payment')).toContain('Telegram Stars');
  await buyer.presses(shop.shop, `paid:${paymentId}`);
  await buyer.reads(shop.shop, 'Telegram Stars is taking your payment');
  // The same question once more is answered the same.
  expect(await buyer.pays(link)).toMatchObject({ ok: true });
  await platform.quiet();
  expect((await payment(paymentId)).status).toBe('approved');
});

test('after two minutes without a payment the order is free again', async () => {
  const { paymentId, link } = await orders();
  platform.telegram.loseNext('successful_payment');
  await buyer.pays(link, { wait: false });
  await platform.quiet();
  platform.clock.passes({ minutes: 2, milliseconds: 1 });
  await buyer.presses(shop.shop, `cancel:${paymentId}`);
  await buyer.reads(shop.shop, 'Cancelled');
  expect((await payment(paymentId)).status).toBe('cancelled');
});

test.each([
  ['en', 'is paid already'],
  ['uz', 'allaqachon toʻlangan'],
  ['ru', 'уже оплачен'],
] as const)('what is paid is not paid twice, which is said in %s', async (languageCode, words) => {
  buyer = await newBuyer(platform, shop, { languageCode });
  buyer.buysStars(1_000);
  const { link } = await orders();
  await chargeOf(buyer.pays(link));
  expect(await buyer.pays(link)).toMatchObject({
    ok: false,
    reason: 'refused',
    text: expect.stringContaining(words),
  });
  expect(buyer.stars).toBe(850);
});

test('nobody else pays an order, and what is cancelled or a day old is paid by nobody', async () => {
  const first = await orders();
  const stranger = await newBuyer(platform, shop, { firstName: 'Karim', languageCode: 'uz' });
  stranger.buysStars(1_000);
  expect(await stranger.pays(first.link)).toMatchObject({
    ok: false,
    text: 'Bu hisob Sizniki emas yoki narxi oʻzgargan. /start ni bosing va tarif tanlang.',
  });
  const closed = { ok: false, text: expect.stringContaining('isn’t open any more') };
  const second = await orders();
  expect(await buyer.pays(first.link)).toMatchObject(closed);
  platform.clock.passes({ hours: 24 });
  expect(await buyer.pays(second.link)).toMatchObject(closed);
  expect([stranger.stars, buyer.stars]).toEqual([1_000, 1_000]);
});

test('an order keeps the price of its choice, whatever its owner types since', async () => {
  const { paymentId } = await orders();
  await pricesInStars(platform, shop, shop.planId, '200');
  await chargeOf(buyer.paysBy(shop.shop, /^Pay 150/));
  expect(Number((await payment(paymentId)).amount)).toBe(150);
  await pricesInStars(platform, shop, shop.planId, '150');
});

test('one payment is taken once, however often and in however many updates Telegram tells of it', async () => {
  const { paymentId } = await orders();
  const chargeId = await chargeOf(buyer.paysBy(shop.shop, /^Pay/));
  const end = await endOf(platform, shop, buyer);
  const hand = updatesByHand(platform, shop.shop);
  const statuses = await Promise.all(
    [1, 2, 3].map(() => hand.paid(buyer, { chargeId, payload: `p:${paymentId}`, stars: 150 })),
  );
  await hand.repeats();
  await platform.quiet();
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await attempts(paymentId)).toHaveLength(1);
  expect(await endOf(platform, shop, buyer)).toEqual(end);
  expect(waysIn()).toHaveLength(1);
});

test('a payment is honoured though nobody asked before, and though its order had run out', async () => {
  const { paymentId, link } = await orders();
  platform.clock.passes({ hours: 25 });
  await round(platform);
  expect((await payment(paymentId)).status).toBe('cancelled');
  await chargeOf(buyer.pays(link, { isAsked: false }));
  expect((await payment(paymentId)).status).toBe('approved');
  await buyer.reads(shop.shop, 'Your payment came late');
  expect(waysIn()).toHaveLength(1);
});

test('whoever has time already has a month more from its end, and needs no new way in', async () => {
  await orders();
  await chargeOf(buyer.paysBy(shop.shop, /^Pay/));
  const first = await endOf(platform, shop, buyer);
  await orders();
  await chargeOf(buyer.paysBy(shop.shop, /^Pay/));
  const second = await endOf(platform, shop, buyer);
  expect(second && first && second.getTime() - first.getTime()).toBeGreaterThan(27 * 86_400_000);
});

test('Telegram makes no link: nothing is shown to pay by, and pressed again it is there', async () => {
  platform.telegram.failNext('createInvoiceLink', { kind: 'tooManyRequests', retryAfter: 60 });
  await buyer.presses(shop.shop, `pay:${shop.planId}:stars`);
  await buyer.isTold(shop.shop, 'Telegram isn’t responding');
  await orders();
  expect(last()?.text).toContain('Order number');
});
