import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { BotApiClient } from '../../support/bot-api-client.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { endOf } from '../../support/providers/refunds.ts';
import { holdsLink, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { invoiceOf, ordersInStars, renewsInStars, subscribesInStars } from '../../support/stars/selling.ts';
import { invoice } from '../../support/stars/star-shop.ts';

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await renewsInStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
});

async function nightComes(): Promise<void> {
  await platform.app.jobs.reconcile();
  await platform.quiet();
}

const seen = async () =>
  (
    await platform.database.sellerBot.findFirstOrThrow({
      where: { telegramBotId: BigInt(shop.shop.id) },
    })
  ).starTransactionsSeen;
const stateOf = async (chargeId: string) =>
  (await platform.database.paymentAttempt.findFirst({ where: { providerTxnId: chargeId } }))?.state;

async function pays(link: string): Promise<string> {
  const paid = await buyer.pays(link, { isAsked: false, wait: false });
  if (!paid.ok) throw new Error(paid.reason);
  await platform.quiet();
  return paid.chargeId;
}

test('a payment of which no update told is found at night, and gives its time once', async () => {
  const { paymentId, link } = await ordersInStars(platform, shop, buyer);
  platform.telegram.loseNext('successful_payment');
  const chargeId = await pays(link);
  expect(await stateOf(chargeId)).toBeUndefined();
  await nightComes();
  expect(await stateOf(chargeId)).toBe('paid');
  expect((await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } })).status).toBe(
    'approved',
  );
  const end = await endOf(platform, shop, buyer);
  await nightComes();
  expect(await endOf(platform, shop, buyer)).toEqual(end);
  expect(buyer.chatWith(shop.shop).messages.filter(holdsLink)).toHaveLength(1);
});

test('Stars that went back unheard take their time with them at night', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  const chargeId = await pays(link);
  platform.telegram.loseNext('refunded_payment');
  await platform.telegram.takesBack(chargeId);
  await platform.quiet();
  expect(await stateOf(chargeId)).toBe('paid');
  await nightComes();
  expect(await stateOf(chargeId)).toBe('refunded');
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
});

test('a renewal of which no update told moves the end at night', async () => {
  await subscribesInStars(platform, shop, buyer);
  const end = await endOf(platform, shop, buyer);
  platform.telegram.loseNext('successful_payment');
  platform.clock.passes({ days: 30 });
  await platform.telegram.timePasses();
  await platform.quiet();
  expect(await endOf(platform, shop, buyer)).toEqual(end);
  await nightComes();
  const after = await endOf(platform, shop, buyer);
  expect(after && end && after.getTime() - end.getTime()).toBe(30 * 86_400_000);
});

test('of three charges the middle one is found last: all three gave 30 days, and none twice', async () => {
  await subscribesInStars(platform, shop, buyer);
  const end = await endOf(platform, shop, buyer);
  platform.telegram.loseNext('successful_payment');
  platform.clock.passes({ days: 30 });
  await platform.telegram.timePasses();
  platform.clock.passes({ days: 30 });
  await platform.telegram.timePasses();
  await platform.quiet();
  await nightComes();
  const after = await endOf(platform, shop, buyer);
  expect(after && end && after.getTime() - end.getTime()).toBe(60 * 86_400_000);
  const charges = await platform.database.paymentAttempt.findMany({
    where: { payment: { endUser: { telegramUserId: BigInt(buyer.id) } } },
  });
  expect(charges.map(({ state }) => state)).toEqual(['paid', 'paid', 'paid']);
});

test('an old invoice that is paid once more, unheard, begins nothing: its Stars go back', async () => {
  await buyer.presses(shop.shop, `pay:${shop.planId}:starsub`);
  await platform.quiet();
  const link = invoiceOf(buyer.chatWith(shop.shop).last);
  await pays(link);
  await buyer.stopsRenewal(shop.shop);
  platform.clock.passes({ days: 33 });
  await platform.telegram.timePasses();
  await round(platform);
  platform.telegram.loseNext('successful_payment');
  const again = await pays(link);
  await nightComes();
  expect(await stateOf(again)).toBe('refunded');
  expect(buyer.stars).toBe(850);
  expect(buyer.subscriptions(shop.shop).map(({ state }) => state)).toEqual(['ended', 'canceled']);
});

test('what was paid while the token was dead is found as soon as the bot has a new one', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  const token = shop.shop.revokeToken();
  platform.telegram.loseNext('successful_payment');
  const chargeId = await pays(link);
  await platform.app.jobs.checkBots();
  await platform.quiet();
  expect(await stateOf(chargeId)).toBeUndefined();
  await shop.owner.sends(platform.mainBot, token);
  await platform.quiet();
  expect(await stateOf(chargeId)).toBe('paid');
  expect(buyer.chatWith(shop.shop).messages.filter(holdsLink)).toHaveLength(1);
});

test('what another program sold is passed over, and looked at once', async () => {
  const api = new BotApiClient(platform.telegram, shop.shop.token);
  const link = await api.get<string>('createInvoiceLink', invoice({ payload: 'coffee-7' }));
  platform.telegram.loseNext('successful_payment');
  const before = await seen();
  const chargeId = await pays(link);
  await nightComes();
  expect(await stateOf(chargeId)).toBeUndefined();
  expect(await seen()).toBe(before + 1);
  expect(await platform.database.refund.count({ where: { reason: 'foreign' } })).toBe(0);
});

test('a bot that never took Stars is not asked about them', async () => {
  const other = await openShop(platform, { title: 'Other' });
  await nightComes();
  const asked = platform.telegram.calls.filter(({ method }) => method === 'getStarTransactions');
  expect(asked.map(({ bot }) => bot)).not.toContain(other.shop.username);
});
