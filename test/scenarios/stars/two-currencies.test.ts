import { afterAll, beforeAll, expect, test } from 'vitest';
import { askReport } from '../../support/analytics/story.ts';
import { openPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, renewsInStars, subscribesInStars } from '../../support/stars/selling.ts';

/** Within one day: 50 000 UZS by card, 150 Stars once, and 150 that renew themselves. */
let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  await newMember(platform, shop, { firstName: 'Card' });
  await renewsInStars(platform, shop);
  const once = await newBuyer(platform, shop, { firstName: 'Once' });
  once.buysStars(1_000);
  await ordersInStars(platform, shop, once);
  await once.paysBy(shop.shop, /^Pay 150/);
  const again = await newBuyer(platform, shop, { firstName: 'Again' });
  again.buysStars(1_000);
  await subscribesInStars(platform, shop, again);
  await platform.quiet();
});
afterAll(() => platform.closesClean());

const plain = (text = '') => text.replaceAll('\u00A0', ' ');
const TAKINGS = '💳 Card transfer: 50,000 UZS · ⭐ Telegram Stars: 300 ⭐';
const uzs = (amount: string) => ({ amount, currency: 'UZS' });
const stars = (amount: string) => ({ amount, currency: 'XTR' });

test('statistics of a bot', async () => {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:stats`);
  const screen = plain((await shop.owner.reads(platform.mainBot, 'All time')).text);
  expect(screen).toContain('Today: 50,000 UZS');
  expect(new Set(screen.split('\n').filter((line) => line.includes('⭐')))).toEqual(new Set([TAKINGS]));
});

test('the file for a spreadsheet', async () => {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:export`);
  await platform.quiet();
  const files = shop.owner.chatWith(platform.mainBot).messages.flatMap(({ document }) => document ?? []);
  const file = files.findLast(({ fileName }) => fileName?.endsWith('payments.csv'));
  const [head = '', ...lines] = new TextDecoder().decode(file?.bytes).trim().split('\r\n');
  const cell = (line: string, name: string) =>
    line.match(/("[^"]*"|[^,]*)(?:,|$)/g)?.[head.split(',').indexOf(name)];
  const shown = lines.map((line) => ['Amount', 'Currency', 'Method'].map((name) => cell(line, name)));
  expect(shown.map((cells) => cells.join(''))).toEqual([
    '50000,UZS,card,',
    '150,XTR,stars,',
    '150,XTR,stars,',
  ]);
});

test('the panel’s totals and home', async () => {
  const panel = await openPanel(platform, shop.owner);
  const { body: totals } = await panel.of(shop.shop).get('/payments/totals');
  expect(totals).toMatchObject({ count: 3, sums: [stars('300'), uzs('50000.00')] });
  const { body: home } = await panel.get('/home');
  expect(home.bots).toMatchObject([{ turnover: { today: uzs('50000.00'), month: uzs('50000.00') } }]);
});

test('analytics', async () => {
  const byMethod = async (currency: string) =>
    (await askReport(platform, shop, `revenue?by=method&from=2026-11&currency=${currency}`)).groups;
  expect(await byMethod('UZS')).toMatchObject([{ key: 'card' }]);
  expect(await byMethod('XTR')).toMatchObject([{ key: 'stars' }]);
  const overview = (currency: string) => askReport(platform, shop, `overview?currency=${currency}`);
  expect((await overview('UZS')).months.at(-1)).toMatchObject({ turnover: uzs('50000.00') });
  expect((await overview('XTR')).months.at(-1)).toMatchObject({ turnover: stars('300') });
});

test('moderators', async () => {
  await platform.moderator.presses(platform.mainBot, 'mod');
  const screen = plain((await platform.moderator.reads(platform.mainBot, 'UZS')).text);
  expect(screen).toContain('50,000 UZS');
  expect(screen).not.toContain('50,300');
});

test('the daily report of moderators', async () => {
  platform.clock.passes({ hours: 1 });
  await platform.app.jobs.dailyReport();
  const report = plain((await platform.moderator.reads(platform.mainBot, '📋 The last 24 hours')).text);
  expect(report).toContain('Payments approved: 3, 50,000 UZS');
  expect(report.split('\n').filter((line) => line.includes('⭐'))).toEqual([TAKINGS]);
});
