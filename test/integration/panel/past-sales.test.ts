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
  const till = { botId, channelId: plan.channelId, planId: plan.id, ownerId: shop.owner.id };
  await addPastSales(platform.databaseUrl, till, platform.clock.now());
});
afterAll(async () => {
  await platform.closesClean();
});

test('three hundred people bought for fourteen months, as the ledger has it', async () => {
  const { database, clock } = platform;
  const [people, sales] = await Promise.all([database.endUser.count(), database.payment.count()]);
  expect(people).toBe(300);
  expect(sales).toBe(868);
  const subscriptions = await database.subscription.findMany({
    include: { timeEntries: { orderBy: { addedFrom: 'asc' } } },
  });
  for (const { timeEntries, startedAt, expiresAt, status } of subscriptions) {
    expect(timeEntries[0]?.addedFrom).toEqual(startedAt);
    expect(timeEntries.at(-1)?.addedTo).toEqual(expiresAt);
    for (const [place, { addedTo }] of timeEntries.slice(0, -1).entries()) {
      expect(timeEntries[place + 1]?.addedFrom).toEqual(addedTo);
    }
    expect(status).toBe((expiresAt ?? clock.now()) > clock.now() ? 'active' : 'expired');
  }
  const first = await database.payment.findFirstOrThrow({ orderBy: { approvedAt: 'asc' } });
  expect(clock.now().getTime() - (first.approvedAt?.getTime() ?? 0)).toBeGreaterThan(400 * 86_400_000);
});
