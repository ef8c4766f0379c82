import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { comesBy, newSource } from '../../support/growth/sources.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, newPromoCode, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newestPage } from '../../support/told.ts';
import { updatesByHand } from '../../support/updates-by-hand.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const somebody = () => platform.telegram.newPerson({ firstName: 'Bobur', languageCode: 'en' });
const sourceOf = (name: string) => newSource(platform, shop, name);
const comes = (person: ReturnType<typeof somebody>, payload: string) =>
  comesBy(platform, shop, person, payload);
const shown = (person: ReturnType<typeof somebody>) =>
  (person.chatWith(shop.shop).last?.text ?? '').replaceAll('\u00A0', ' ');

async function chooses(person: ReturnType<typeof somebody>) {
  await person.presses(shop.shop, `plan:${shop.planId}`);
  await platform.quiet();
  return platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: person.id } },
    orderBy: { id: 'desc' },
  });
}

test('one person who comes by a link three times is one person and three visits, and its first click stays', async () => {
  const { id } = await sourceOf('Ads');
  const buyer = somebody();
  expect(await comes(buyer, 'c_ads')).toMatchObject({
    sourceId: id,
    sourceVisits: [{ sourceId: id, visits: 1, isNew: true, click: null }],
  });
  await comes(buyer, 'c_ads_Click-9');
  platform.clock.passes({ minutes: 1 });
  const { sourceVisits } = await comes(buyer, 'c_ads_another');
  expect(sourceVisits).toMatchObject([{ visits: 3, click: 'Click-9', lastAt: platform.clock.now() }]);
  expect(sourceVisits[0]?.firstAt).not.toEqual(sourceVisits[0]?.lastAt);
});

test('who came first is never said anew, and whoever was known before is nobody’s newcomer', async () => {
  const [one, two] = [await sourceOf('One'), await sourceOf('Two')];
  const known = await newBuyer(platform, shop);
  expect(await comes(known, 'c_one')).toMatchObject({
    sourceId: null,
    sourceVisits: [{ visits: 1, isNew: false }],
  });
  const newcomer = somebody();
  await comes(newcomer, 'c_one');
  const { sourceId, sourceVisits } = await comes(newcomer, 'c_two');
  expect(sourceId).toBe(one.id);
  expect(sourceVisits.map((visit) => [visit.sourceId, visit.isNew])).toEqual(
    expect.arrayContaining([
      [one.id, true],
      [two.id, false],
    ]),
  );
});

test('a visit that is heard again days later counts once', async () => {
  await sourceOf('Ads');
  const buyer = somebody();
  const byHand = updatesByHand(platform, shop.shop);
  await byHand.starts(buyer, 'c_ads');
  await platform.quiet();
  const redis = new Redis(platform.redisUrl);
  await redis.del(await redis.keys('update*'));
  redis.disconnect();
  platform.clock.passes({ days: 2 });
  await byHand.repeats();
  await platform.quiet();
  const visits = await platform.database.sourceVisit.findMany({
    where: { endUser: { telegramUserId: buyer.id } },
  });
  expect(visits).toMatchObject([{ visits: 1 }]);
});

test('what is chosen within 30 days of a visit has the latest source, also in the payment that takes its place', async () => {
  const { clock, database } = platform;
  await sourceOf('One');
  const two = await sourceOf('Two');
  const buyer = await newBuyer(platform, shop);
  expect(await chooses(buyer)).toMatchObject({ sourceId: null });
  await comes(buyer, 'c_one');
  clock.passes({ days: 1 });
  await comes(buyer, 'c_two');
  await shop.owner.presses(platform.mainBot, `source:${two.id}:archive`);
  await platform.quiet();
  clock.passes({ days: 30 });
  const chosen = await chooses(buyer);
  expect(chosen).toMatchObject({ sourceId: two.id });
  await comes(buyer, 'c_one');
  await buyer.sendsPhoto(shop.shop);
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  const payments = await database.payment.findMany({
    where: { endUserId: chosen.endUserId, id: { gte: chosen.id } },
  });
  expect(payments.map(({ status, sourceId }) => [status, sourceId])).toEqual([
    ['cancelled', two.id],
    ['pending', two.id],
  ]);
  const late = await newBuyer(platform, shop);
  await comes(late, 'c_one');
  clock.passes({ days: 30, milliseconds: 1 });
  expect(await chooses(late)).toMatchObject({ sourceId: null });
});

test('a source’s code is given before a language is chosen, and replaces none that was typed', async () => {
  const { mainBot } = platform;
  const ads = await sourceOf('Ads');
  const more = await sourceOf('More');
  const twenty = await newPromoCode(platform, shop, 'TWENTY', { percent: '20' });
  const thirty = await newPromoCode(platform, shop, 'THIRTY', { percent: '30' });
  await newPromoCode(platform, shop, 'TYPED', { percent: '10' });
  await shop.owner.presses(mainBot, `source:${ads.id}:promo:${twenty}`);
  await shop.owner.presses(mainBot, `source:${more.id}:promo:${thirty}`);
  const buyer = somebody();
  expect(await comes(buyer, 'c_ads')).toMatchObject({ promoCodeId: twenty });
  await buyer.presses(shop.shop, 'lang:en');
  await platform.quiet();
  expect(shown(buyer)).toContain('40,000 UZS');
  // What came with one advertisement gives way to what comes with the next, and is seen at once.
  expect(await comes(buyer, 'c_more')).toMatchObject({ promoCodeId: thirty });
  expect(shown(buyer)).toContain('35,000 UZS');
  await buyer.presses(shop.shop, 'promo');
  await buyer.sends(shop.shop, 'TYPED');
  await platform.quiet();
  const { promoCodeId } = await comes(buyer, 'c_ads');
  expect([twenty, thirty]).not.toContain(promoCodeId);
  platform.clock.passes({ hours: 25 });
  expect(await comes(buyer, 'c_ads')).toMatchObject({ promoCodeId: twenty });
  await shop.owner.presses(mainBot, `promo:${thirty}:off`);
  const other = somebody();
  expect(await comes(other, 'c_more')).toMatchObject({ promoCodeId: null, sourceVisits: [{ visits: 1 }] });
  expect(shown(other)).not.toContain('THIRTY');
});

test('what leads nowhere is a plain start: archived, unknown, garbage, of another bot; so is an owner’s own, and a banned one’s', async () => {
  const { mainBot, database } = platform;
  const { id } = await sourceOf('Ads');
  const elsewhere = await openShop(platform);
  await newSource(platform, elsewhere, 'Elsewhere');
  const buyer = await newBuyer(platform, shop);
  await shop.owner.starts(shop.shop, { payload: 'c_ads' });
  for (const payload of [
    'c_elsewhere',
    'c_',
    'c_a',
    'c_ADS',
    'c_ads_',
    'c_ads_%27',
    `c_ads_${'x'.repeat(37)}`,
    'c_none',
  ]) {
    await buyer.starts(shop.shop, { payload });
    await platform.quiet();
    expect(shown(buyer)).toContain('Choose a plan');
  }
  const endUser = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
  await shop.owner.presses(mainBot, `user:${endUser.id}:ban`);
  await platform.quiet();
  await comes(buyer, 'c_ads');
  await shop.owner.presses(mainBot, `user:${endUser.id}:unban`);
  await shop.owner.presses(mainBot, `source:${id}:archive`);
  await platform.quiet();
  await comes(buyer, 'c_ads');
  expect(await comes(somebody(), 'c_ads')).toMatchObject({ sourceId: null, sourceVisits: [] });
  expect(await database.sourceVisit.count({ where: { sourceId: id } })).toBe(0);
});

test('of fifty people twenty choose and ten pay, and the page says exactly that', {
  timeout: 60_000,
}, async () => {
  const { mainBot, quiet } = platform;
  const { id } = await sourceOf('Ads');
  await shop.owner.presses(mainBot, `source:${id}:cost`);
  await shop.owner.sends(mainBot, '200 000');
  const people = Array.from({ length: 50 }, somebody);
  for (const person of people) await person.starts(shop.shop, { payload: 'c_ads' });
  await quiet();
  for (const person of people.slice(0, 20)) await chooses(person);
  for (const person of people.slice(0, 12)) await payFor(platform, shop, person);
  const pending = await platform.database.payment.findMany({
    where: { sourceId: id, status: 'pending' },
    orderBy: { id: 'asc' },
  });
  for (const payment of pending.slice(0, 10)) await shop.owner.presses(shop.shop, `approve:${payment.id}`);
  await settled(platform);
  // Later, by no link: another purchase of one whom it brought.
  platform.clock.passes({ days: 31 });
  const [first] = people;
  if (!first) throw new Error('Nobody came.');
  await shop.owner.presses(shop.shop, `approve:${await payFor(platform, shop, first)}`);
  await platform.app.jobs.expire();
  await quiet();
  // Whoever is put out last waits for their turn with Telegram.
  await eventually(async () => {
    await shop.owner.presses(mainBot, `source:${id}`);
    const lines = newestPage(shop.owner, mainBot).replaceAll('\u00A0', ' ').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '👥 People: 50 · new to the bot: 50',
        '🛒 Chose a plan: 20',
        '🧾 Sent a receipt: 12',
        '✅ Paid: 10 · 500,000 UZS',
        '🟢 Have access now: 1',
        '🔁 Its new people’s other purchases: 1 · 50,000 UZS',
        '💰 Cost: 200,000 UZS',
        '👤 Cost per buyer: 20,000 UZS',
        '📈 Turnover ÷ cost: 2.50',
      ]),
    );
  });
});
