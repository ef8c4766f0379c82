import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { payTariff } from '../../support/providers/paid-tariff.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { pricesInStars } from '../../support/stars/selling.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const plain = (text = '') => text.replaceAll('\u00A0', ' ');
/** What leads back, or a question: no notice that came late. */
const page = () =>
  shop.owner
    .chatWith(platform.mainBot)
    .messages.findLast(({ buttons }) => buttons.flat().some(({ text: label }) => /^← |^Cancel$/.test(label)));
const text = () => plain(page()?.text);
const labels = () => (page()?.buttons.flat() ?? []).map((one) => one.text);
const plan = () => platform.database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
const trail = (action: string) => platform.database.auditEntry.count({ where: { action } });

async function presses(data: string): Promise<void> {
  await shop.owner.presses(platform.mainBot, data);
  await platform.quiet();
}

/** What a new buyer can pay the month by. */
async function methods(): Promise<(string | undefined)[]> {
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  const { last } = buyer.chatWith(shop.shop);
  return (last?.buttons.flat() ?? []).map(({ data }) => data).filter((data) => data?.startsWith('pay:'));
}

test('on the free tariff Stars are explained and cannot be switched on, by a forged press neither', async () => {
  await presses(`bot:${shop.shop.id}:pay`);
  expect(text()).toContain('⬜️ Telegram Stars: switched off');
  await presses(`bot:${shop.shop.id}:pay:stars`);
  expect(text()).toContain('the only way that Telegram’s terms allow for digital goods');
  expect(text()).toContain('is between Telegram and you');
  expect(text()).toContain('available on paid tariffs');
  expect(labels()).not.toContain('▶️ Switch on');
  await presses(`bot:${shop.shop.id}:pay:stars:on`);
  const bot = await platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
  });
  expect(bot.starsEnabled).toBe(false);
});

test('on a paid one they are switched on, need a price, and then buyers may choose them', async () => {
  await payTariff(platform, shop);
  await presses(`bot:${shop.shop.id}:pay:stars`);
  await shop.owner.taps(platform.mainBot, '▶️ Switch on');
  await platform.quiet();
  expect(text()).toContain('no plan has a price in Stars yet');
  expect(await methods()).toEqual([]);
  await pricesInStars(platform, shop, shop.planId, '1 500 ⭐');
  expect(text()).toContain('Price: 50,000 UZS · 1,500 ⭐');
  expect(await trail('plan.stars-set')).toBe(1);
  expect(await methods()).toEqual(['card', 'stars'].map((method) => `pay:${shop.planId}:${method}`));
  await presses(`bot:${shop.shop.id}:pay:stars`);
  expect(text()).toContain('🟢 Telegram Stars: buyers can choose it');
});

test.each(['0.5', '100001', '-1', 'many'])('a price of %s is none, and what was stays', async (typed) => {
  await presses(`stars:${shop.planId}`);
  await shop.owner.sends(platform.mainBot, typed);
  await shop.owner.reads(platform.mainBot, 'is a whole number from 1 to');
  await shop.owner.presses(platform.mainBot, `plan-page:${shop.planId}`);
  expect((await plan()).starsPrice).toBe(1_500);
});

test('0 takes the plan out of what Stars buy', async () => {
  await pricesInStars(platform, shop, shop.planId, '0');
  expect((await plan()).starsPrice).toBeNull();
  expect(await methods()).toEqual([]);
  await pricesInStars(platform, shop, shop.planId, '150');
});

test('with a rate of the platform’s the question proposes a price, rounded up', async () => {
  await presses(`stars:${shop.planId}`);
  expect(text()).not.toContain('rate');
  await moderatorReadsEnglish(platform);
  await platform.moderator.presses(platform.mainBot, 'mod:set:star-rate');
  await platform.moderator.sends(platform.mainBot, '240');
  await platform.quiet();
  await presses(`stars:${shop.planId}`);
  expect(text()).toContain('comes to 209 ⭐');
  await presses(`plan-page:${shop.planId}`);
});

test('whoever has no card sells for Stars alone, and is not asked how', async () => {
  await presses(`bot:${shop.shop.id}:pay:card:off`);
  const buyer = await newBuyer(platform, shop);
  const window = buyer.chatWith(shop.shop).last?.buttons.flat() ?? [];
  expect(window.map((one) => plain(one.text))).toContain('📢 1 month · 150 ⭐');
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await platform.quiet();
  expect(plain(buyer.chatWith(shop.shop).last?.text)).toContain('Amount: 150 ⭐');
  await presses(`bot:${shop.shop.id}:pay:card:on`);
});

test('switched off they are chosen no more; what was chosen is paid all the same', async () => {
  const buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
  await buyer.presses(shop.shop, `pay:${shop.planId}:stars`);
  await presses(`bot:${shop.shop.id}:pay:stars:off`);
  expect(await methods()).toEqual([]);
  expect(await buyer.paysBy(shop.shop, /^Pay 150/)).toMatchObject({ ok: true });
  await platform.quiet();
});

test('nobody else sets prices, or switches', async () => {
  const other = await openShop(platform, { title: 'Other' });
  for (const data of [
    `stars:${shop.planId}`,
    `bot:${shop.shop.id}:pay:stars`,
    `bot:${shop.shop.id}:pay:stars:on`,
  ]) {
    await other.owner.presses(platform.mainBot, data);
    await other.owner.isTold(platform.mainBot, 'no longer available');
  }
  expect((await plan()).starsPrice).toBe(150);
});
