import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { endOf } from '../../support/providers/refunds.ts';
import { holdsLink, linkIn, newBuyer, openShop, type Shop } from '../../support/shop.ts';
import {
  ordersInStars,
  pricesInStars,
  renewsInStars,
  subscribesInStars,
} from '../../support/stars/selling.ts';

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

const plain = (text = '') => text.replaceAll('\u00A0', ' ');
const last = () => buyer.chatWith(shop.shop).last;
const texts = () => buyer.chatWith(shop.shop).messages.map(({ text }) => text);
const calls = (method: string) => platform.telegram.calls.filter((call) => call.method === method);
const renewalOf = (chargeId: string) =>
  platform.database.starSubscription.findFirstOrThrow({ where: { firstChargeId: chargeId } });
const later = (date: Date | null | undefined, days: number) =>
  new Date((date?.getTime() ?? 0) + days * DAY_MS);
const seconds = (date: Date | null | undefined) => Math.floor((date?.getTime() ?? 0) / 1_000);

/** They have gone in by their link. */
async function joins(): Promise<void> {
  const message = buyer.chatWith(shop.shop).messages.findLast(holdsLink);
  if (message) await buyer.joins(linkIn(message));
  await platform.quiet();
}

async function daysPass(days: number, more: { minutes?: number } = {}): Promise<void> {
  platform.clock.passes({ days, ...more });
  await platform.telegram.timePasses();
  await platform.quiet();
}

test('a month is offered with auto-renewal, for 30 days as Telegram counts', async () => {
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  expect((last()?.buttons.flat() ?? []).map(({ text }) => plain(text))).toContain('🔁 150 ⭐ every 30 days');
  await buyer.presses(shop.shop, `pay:${shop.planId}:starsub`);
  await platform.quiet();
  expect(plain(last()?.text)).toContain('every 30 days (not a calendar month)');
  const asked = calls('createInvoiceLink').at(-1)?.params;
  expect(asked).toMatchObject({ subscription_period: 2_592_000, currency: 'XTR' });
  expect(String(asked?.['payload'])).toMatch(/^s:\d+$/);
});

test.each(['for 6 months', 'for life'])(
  'what is sold %s has no auto-renewal, by a forged press neither',
  async (how) => {
    const { mainBot, database } = platform;
    const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
    const isLong = how === 'for 6 months';
    await shop.owner.presses(mainBot, `price:${channelId}:${isLong ? 6 : 0}`);
    await shop.owner.sends(mainBot, '200 000');
    const where = { channelId, durationMonths: isLong ? 6 : 0 };
    const { id } = await database.plan.findFirstOrThrow({ where });
    await pricesInStars(platform, shop, id, '600');
    await shop.owner.presses(mainBot, `stars-renew-on:${id}`);
    await shop.owner.isTold(mainBot, 'no longer available');
    await buyer.presses(shop.shop, `pay:${id}:starsub`);
    await platform.quiet();
    const methods = (last()?.buttons.flat() ?? [])
      .map(({ data }) => data)
      .filter((data) => data?.startsWith('pay:'));
    expect(methods).toEqual(['card', 'stars'].map((method) => `pay:${id}:${method}`));
    expect(await database.payment.count({ where: { planId: id } })).toBe(0);
  },
);

test('more Stars than Telegram takes again and again are refused, whichever is set first', async () => {
  const { mainBot, database } = platform;
  await pricesInStars(platform, shop, shop.planId, '10001');
  await shop.owner.reads(mainBot, 'With auto-renewal Telegram takes at most');
  expect((await database.plan.findUniqueOrThrow({ where: { id: shop.planId } })).starsPrice).toBe(150);
  await shop.owner.presses(mainBot, `stars-renew-off:${shop.planId}`);
  await pricesInStars(platform, shop, shop.planId, '10001');
  await shop.owner.presses(mainBot, `stars-renew-on:${shop.planId}`);
  await shop.owner.isTold(mainBot, 'With auto-renewal Telegram takes at most');
  expect(await database.plan.findUniqueOrThrow({ where: { id: shop.planId } })).toMatchObject({
    starsPrice: 10_001,
    starsRenew: false,
  });
  await pricesInStars(platform, shop, shop.planId, '150');
  await shop.owner.presses(mainBot, `stars-renew-on:${shop.planId}`);
  await platform.quiet();
});

test('the first payment gives 30 days, and each that follows 30 more, as a purchase of its own', async () => {
  const { chargeId, paymentId } = await subscribesInStars(platform, shop, buyer);
  await joins();
  const first = await endOf(platform, shop, buyer);
  expect(seconds(first)).toBe(seconds(later(platform.clock.now(), 30)));
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'active', stars: 150, paymentId });
  await daysPass(30);
  const second = await endOf(platform, shop, buyer);
  expect(seconds(second)).toBe(seconds(later(first, 30)));
  const payments = await platform.database.payment.findMany({
    where: { endUser: { telegramUserId: BigInt(buyer.id) }, status: 'approved' },
    include: { attempts: true },
  });
  expect(payments).toHaveLength(2);
  expect(payments[1]).toMatchObject({
    paymentMethod: 'starsub',
    currency: 'XTR',
    attempts: [{ state: 'paid', settled: true, amount: 150n }],
  });
  expect(buyer.stars).toBe(700);
  await shop.owner.reads(platform.mainBot, 'paid 150');
});

test('whoever has ten days left has those and 30 more', async () => {
  await ordersInStars(platform, shop, buyer);
  await buyer.paysBy(shop.shop, /^Pay/);
  await platform.quiet();
  platform.clock.passes({ days: 20 });
  const before = await endOf(platform, shop, buyer);
  await subscribesInStars(platform, shop, buyer);
  expect(await endOf(platform, shop, buyer)).toEqual(later(before, 30));
});

test('while it renews itself nobody is warned, and a charge that comes late finds its person inside', async () => {
  await subscribesInStars(platform, shop, buyer);
  await joins();
  const end = await endOf(platform, shop, buyer);
  platform.clock.passes({ days: 29 });
  await round(platform, 'warn');
  platform.clock.passes({ days: 1, minutes: 20 });
  await round(platform);
  expect(texts().filter((text) => /⏳|⌛️/.test(text))).toEqual([]);
  expect(shop.chat.has(buyer)).toBe(true);
  await daysPass(0);
  expect(await endOf(platform, shop, buyer)).toEqual(later(end, 30));
});

test('a charge that does not come within a day ends it', async () => {
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  await joins();
  platform.clock.passes({ days: 31, minutes: 1 });
  await round(platform);
  expect((await renewalOf(chargeId)).state).toBe('ended');
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
});

test('stopped in the bot it ends with its time, and Telegram is asked with the first payment', async () => {
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  await daysPass(30);
  const end = await endOf(platform, shop, buyer);
  const { id } = await renewalOf(chargeId);
  await buyer.presses(shop.shop, 'mysub');
  expect(plain(last()?.text)).toContain('auto-renewal is on. Telegram takes 150 ⭐');
  await buyer.taps(shop.shop, '⏹ Stop auto-renewal');
  await platform.quiet();
  expect(calls('editUserStarSubscription').at(-1)?.params).toMatchObject({
    telegram_payment_charge_id: chargeId,
    is_canceled: true,
  });
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'canceled', canceledBy: 'user' });
  expect(last()?.text).toContain('auto-renewal is off. Access stays until');
  expect(await endOf(platform, shop, buyer)).toEqual(end);

  await buyer.presses(shop.shop, `star-on:${id}`);
  await buyer.reads(shop.shop, 'Now turn it on yourself');
  // It may be charged again, and is not yet: whoever leaves it at that is warned of the end.
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'active', canceledBy: 'user' });
  await buyer.presses(shop.shop, 'mysub');
  expect(last()?.text).toContain('auto-renewal is off. Access stays until');
  await buyer.resumesRenewal(shop.shop);
  await platform.quiet();
  await buyer.reads(shop.shop, 'auto-renewal is on again');
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'active', canceledBy: null });
  const stranger = await newBuyer(platform, shop, { firstName: 'Karim' });
  await stranger.presses(shop.shop, `star-off:${id}`);
  await stranger.isTold(shop.shop, 'no longer available');
  expect((await renewalOf(chargeId)).state).toBe('active');
});

test('whoever allows it again and does not turn it on is warned of the end', async () => {
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  await joins();
  const { id } = await renewalOf(chargeId);
  await buyer.presses(shop.shop, `star-off:${id}`);
  await buyer.presses(shop.shop, `star-on:${id}`);
  await buyer.presses(shop.shop, `star-on:${id}`);
  platform.clock.passes({ days: 29 });
  await round(platform, 'warn');
  expect(texts().some((text) => text.includes('⏳'))).toBe(true);
  // A second thought: it is off again.
  await buyer.presses(shop.shop, `star-off:${id}`);
  expect(await renewalOf(chargeId)).toMatchObject({ state: 'canceled', canceledBy: 'user' });
});

test('stopped in Telegram it is told once, and warnings count again', async () => {
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  await joins();
  await buyer.stopsRenewal(shop.shop);
  await platform.quiet();
  await buyer.reads(shop.shop, 'auto-renewal is off, nothing more is taken');
  expect((await renewalOf(chargeId)).state).toBe('canceled');
  platform.clock.passes({ days: 29 });
  await round(platform, 'warn');
  expect(texts().filter((text) => text.includes('is off, nothing more'))).toHaveLength(1);
  expect(texts().some((text) => text.includes('⏳'))).toBe(true);
});

test('without enough Stars it fails, and their person is told', async () => {
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  await joins();
  buyer.buysStars(-buyer.stars);
  await daysPass(30);
  await buyer.reads(shop.shop, 'there weren’t enough Stars');
  expect((await renewalOf(chargeId)).state).toBe('failed');
});

test('a chat is renewed by itself once: it is not offered again, and a second one is given back and stopped', async () => {
  await buyer.presses(shop.shop, `pay:${shop.planId}:starsub`);
  await platform.quiet();
  const link =
    last()
      ?.buttons.flat()
      .find(({ url }) => url)?.url ?? '';
  const { chargeId } = await subscribesInStars(platform, shop, buyer);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  expect((last()?.buttons.flat() ?? []).map(({ data }) => data)).not.toContain(`pay:${shop.planId}:starsub`);
  expect(await buyer.pays(link)).toMatchObject({
    ok: false,
    text: expect.stringContaining('already on for this chat'),
  });
  const second = await buyer.pays(link, { isAsked: false });
  await platform.quiet();
  expect(buyer.stars).toBe(850);
  expect(buyer.subscriptions(shop.shop).map(({ state }) => state)).toEqual(['active', 'canceled']);
  expect((await renewalOf(chargeId)).state).toBe('active');
  expect(second.ok && (await renewalOf(second.chargeId)).state).toBe('ended');
});
