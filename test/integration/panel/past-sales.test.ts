import { afterAll, beforeAll, expect, test } from 'vitest';
import { addPastSales } from '../../../sandbox/panel/past-sales.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  const plan = await platform.database.plan.findUniqueOrThrow({
    where: { id: shop.planId },
    include: { channel: true },
  });
  const { botId } = plan.channel;
  for (const [months, price] of [
    [12, '480 000'],
    [0, '900 000'],
  ] as const) {
    await shop.owner.presses(platform.mainBot, `price:${plan.channelId}:${months}`);
    await shop.owner.sends(platform.mainBot, price);
  }
  await platform.quiet();
  const till = { botId, channelId: plan.channelId, planId: plan.id, ownerId: shop.owner.id };
  await addPastSales(platform.databaseUrl, till, platform.clock.now());
});
afterAll(async () => {
  await platform.closesClean();
});

test('three hundred people bought for fourteen months, as the ledger has it', async () => {
  const { database, clock } = platform;
  expect(await database.endUser.count()).toBe(300);
  const payments = await database.payment.groupBy({
    by: ['status'],
    _count: true,
    orderBy: { status: 'asc' },
  });
  expect(payments.map(({ status, _count }) => [status, _count])).toEqual([
    ['approved', 819],
    ['cancelled', 14],
    ['rejected', 19],
  ]);
  const plans = await database.payment.groupBy({
    by: ['durationMonths'],
    _count: true,
    orderBy: { durationMonths: 'asc' },
  });
  expect(plans.map(({ durationMonths, _count }) => [durationMonths, _count])).toEqual([
    [0, 18],
    [1, 815],
    [12, 19],
  ]);
  const subscriptions = await database.subscription.findMany({
    include: { timeEntries: { orderBy: { addedFrom: 'asc' } } },
  });
  for (const { timeEntries, startedAt, expiresAt, status, endedAt } of subscriptions) {
    expect(timeEntries[0]?.addedFrom).toEqual(startedAt);
    expect(timeEntries.at(-1)?.addedTo).toEqual(expiresAt);
    for (const [place, { addedTo }] of timeEntries.slice(0, -1).entries()) {
      expect(timeEntries[place + 1]?.addedFrom).toEqual(addedTo);
    }
    const isOver = expiresAt !== null && expiresAt <= clock.now();
    expect([status, endedAt]).toEqual(isOver ? ['expired', expiresAt] : ['active', null]);
  }
  const first = await database.payment.findFirstOrThrow({ orderBy: { approvedAt: 'asc' } });
  expect(clock.now().getTime() - (first.approvedAt?.getTime() ?? 0)).toBeGreaterThan(400 * 86_400_000);
});
