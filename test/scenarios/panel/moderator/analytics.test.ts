import { afterAll, beforeAll, expect, test } from 'vitest';
import { buys, soums, timeIs, untilCounted } from '../../../support/analytics/story.ts';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let large: Shop;
let small: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  timeIs(platform, '2026-12-10T12:00:00+05:00');
  large = await openShop(platform);
  small = await openShop(platform, { price: '30 000' });
  const paidInDecember = await buys(platform, large, await newBuyer(platform, large));
  timeIs(platform, '2027-01-20T12:00:00+05:00');
  await openShop(platform);
  for (const shop of [large, small, small]) await buys(platform, shop, await newBuyer(platform, shop));
  const data = { paymentMethod: 'stars', currency: 'XTR', amount: 150 };
  await platform.database.payment.update({ where: { id: paidInDecember }, data });
});
afterAll(() => platform.closesClean());

async function ask(query = '') {
  const panel = await openPanel(platform, platform.moderator);
  return untilCounted(platform, () => panel.get(`/mod/analytics${query}`));
}

test('moderators see what is paid through the platform by month, method and currency, and by whose bots', async () => {
  await platform.moderator.starts(platform.mainBot);
  await platform.quiet();
  const { now, months, bots } = await ask('?from=2026-11&to=2027-01');
  expect(now).toMatchObject({ live: 4, sellingBots: 2 });
  expect(
    months.map(({ month, turnover }: { month: string; turnover: unknown }) => [month, turnover]),
  ).toEqual([
    ['2026-11', []],
    ['2026-12', [{ method: 'stars', amount: { amount: '150', currency: 'XTR' }, sales: 1 }]],
    ['2027-01', [{ method: 'card', amount: soums(110_000), sales: 3 }]],
  ]);
  expect(bots).toEqual([
    {
      id: String(small.shop.id),
      username: small.shop.username,
      name: small.shop.name,
      turnover: soums(60_000),
      sales: 2,
    },
    {
      id: String(large.shop.id),
      username: large.shop.username,
      name: large.shop.name,
      turnover: soums(50_000),
      sales: 1,
    },
  ]);
});

test('the same is a file, too', async () => {
  const { headers } = await openPanel(platform, platform.moderator);
  const url = `${platform.app.origin}/panel/api/mod/analytics.csv?from=2026-12&to=2027-01`;
  const lines = (await (await fetch(url, { headers })).text()).trimEnd().split('\r\n');
  expect(lines.slice(1).map((line) => line.split(/[;,]/).slice(2))).toEqual([
    ['150', 'XTR', '1'],
    ['110000', 'UZS', '3'],
  ]);
});

test('of tariffs they see what a shop sees of subscriptions', async () => {
  const { database, clock } = platform;
  const owner = await database.owner.findFirstOrThrow({ where: { telegramUserId: BigInt(large.owner.id) } });
  const now = clock.now();
  const sixMonths = new Date('2027-07-20T12:00:00+05:00');
  await database.tariffPayment.create({
    data: {
      ownerId: owner.id,
      durationMonths: 6,
      amount: 600_000,
      status: 'approved',
      createdAt: now,
      approvedAt: now,
      decidedAt: now,
      extendedFrom: now,
    },
  });
  await database.tariffPeriod.create({
    data: {
      ownerId: owner.id,
      plan: '6month',
      startedAt: now,
      expiresAt: sixMonths,
      amountPaid: 600_000,
      status: 'active',
    },
  });
  platform.clock.passes({ days: 1 });
  const { own } = await ask('?from=2027-01');
  expect(own.now).toMatchObject({ mrr: soums(100_000), paying: 1, live: 1, arpu: soums(100_000) });
  expect(own.months).toMatchObject([
    { month: '2027-01', turnover: soums(600_000), sales: { new: 1, renewal: 0, return: 0 }, paying: 1 },
  ]);
  expect(own.forecast.total).toMatchObject({ due: 0, value: soums(0), expected: null });
});

test('for an owner there is no such report', async () => {
  const panel = await openPanel(platform, large.owner);
  expect((await panel.get('/mod/analytics')).status).toBe(404);
});
