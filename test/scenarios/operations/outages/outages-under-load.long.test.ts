import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

/** How long something is unavailable: a minute in `npm run chaos`. */
const SECONDS_UNAVAILABLE = Number(process.env['SECONDS_UNAVAILABLE'] ?? 3);
const SHOPS = 4;
/** Each buys in a moment of their own, from before the outage until after it. */
const BUYERS_A_SHOP = 4;
const TOTAL = SHOPS * BUYERS_A_SHOP;

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform({ outages: true });
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  // Many updates that had to come again are worth an alert; a fault of ours is not among them.
  expect(platform.faults.filter((fault) => !String(fault).includes('Alert: manyErrors'))).toEqual([]);
  await platform.close();
});

/** Chooses and pays as a person does who sees nothing come back for a while. */
async function buys(shop: Shop, buyer: SandboxPerson): Promise<void> {
  const { database } = platform;
  const mine = { endUser: { telegramUserId: buyer.id } };
  await buyer.presses(shop.shop, `plan:${shop.planId}`, { wait: false });
  await eventually(
    async () => expect(await database.payment.count({ where: mine })).toBeGreaterThan(0),
    PATIENCE,
  );
  await buyer.sendsPhoto(shop.shop, { wait: false });
}

const PATIENCE = { timeout: SECONDS_UNAVAILABLE * 1_000 + 90_000, interval: 250 };

/** Approves each receipt once, whenever one comes. */
async function approves(shops: readonly Shop[]): Promise<void> {
  const { database } = platform;
  const approved = new Set<number>();
  await eventually(async () => {
    const waiting = await database.payment.findMany({ where: { status: 'pending' }, include: { bot: true } });
    for (const { id, bot } of waiting) {
      const shop = shops.find((one) => BigInt(one.shop.id) === bot.telegramBotId);
      if (!shop || approved.has(id)) continue;
      approved.add(id);
      await shop.owner.presses(shop.shop, `approve:${id}`, { wait: false });
    }
    expect(await database.payment.count({ where: { status: 'approved' } })).toBe(TOTAL);
  }, PATIENCE);
}

const ways = {
  postgres: { leave: () => platform.postgres?.cut(), back: () => platform.postgres?.restore() },
  redis: { leave: () => platform.redis?.cut(), back: () => platform.redis?.restore() },
  Telegram: {
    leave: () => platform.telegram.becomesUnavailable(),
    back: () => platform.telegram.comesBack(),
  },
};

test.each(['postgres', 'redis', 'Telegram'] as const)(
  '%s goes away while people buy: everybody gets one way in, and nothing is lost or done twice',
  async (server) => {
    const { database } = platform;
    const shops = await Promise.all(Array.from({ length: SHOPS }, () => openShop(platform)));
    const buyers = await Promise.all(
      shops.flatMap((shop) =>
        Array.from({ length: BUYERS_A_SHOP }, async () => ({ shop, buyer: await newBuyer(platform, shop) })),
      ),
    );
    await platform.quiet();

    const pauseMs = (SECONDS_UNAVAILABLE * 1_500) / TOTAL;
    const load = Promise.all([
      approves(shops),
      ...buyers.map(async ({ shop, buyer }, place) => {
        await sleep(place * pauseMs);
        await buys(shop, buyer);
      }),
    ]);
    await sleep(pauseMs * 3);
    await ways[server].leave();
    await sleep(SECONDS_UNAVAILABLE * 1_000);
    await ways[server].back();
    await load;

    await eventually(
      async () =>
        expect(await database.subscription.count({ where: { deliveredAt: { not: null } } })).toBe(TOTAL),
      PATIENCE,
    );
    await platform.telegram.quiet();
    // A press that Telegram sent again may have chosen anew; a receipt is taken once.
    const paid = { receiptUniqueId: { not: null } };
    expect(await database.payment.groupBy({ by: ['status'], where: paid, _count: true })).toEqual([
      { status: 'approved', _count: TOTAL },
    ]);
    expect(await database.subscription.count()).toBe(TOTAL);
    for (const { shop, buyer } of buyers) {
      const links = buyer
        .chatWith(shop.shop)
        .messages.flatMap(({ buttons }) => buttons.flat())
        .flatMap(({ url }) => (url?.includes('t.me/+') ? [url] : []));
      // A delivery whose outcome was unknown is repeated, always with the same link.
      expect(new Set(links).size).toBe(1);
      await buyer.joins(links[0] ?? '');
      expect(shop.chat.has(buyer)).toBe(true);
    }
  },
  SECONDS_UNAVAILABLE * 3_000 + 180_000,
);
