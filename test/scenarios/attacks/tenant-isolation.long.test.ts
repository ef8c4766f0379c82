import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { linkIn, newBuyer, openShop, type Shop } from '../../support/shop.ts';

/** Fifty, with twenty buyers each, in `npm run chaos`. */
const SHOPS = Number(process.env['SHOPS'] ?? 20);
const BUYERS_A_SHOP = Number(process.env['BUYERS_A_SHOP'] ?? 2);
const TOTAL = SHOPS * BUYERS_A_SHOP;

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ environment: { LOG_LEVEL: 'warn' } });
});
afterAll(async () => {
  await platform.closesClean();
});

/** Waits until the database holds one of these for each purchase. */
function untilAll(count: () => Promise<number>): Promise<void> {
  return eventually(async () => expect(await count()).toBe(TOTAL), { timeout: 120_000, interval: 250 });
}

test(`${BUYERS_A_SHOP} people buy at each of ${SHOPS} bots at the same time: all are inside, and the database is right`, async () => {
  const { database } = platform;
  const shops: Shop[] = [];
  // By tens: what is tried is buying at once, not opening at once.
  while (shops.length < SHOPS) {
    shops.push(...(await Promise.all(Array.from({ length: 10 }, () => openShop(platform)))));
  }

  const people = shops.flatMap((shop) =>
    Array.from({ length: BUYERS_A_SHOP }, (_, number) => ({ shop, number })),
  );

  const buyers = await Promise.all(
    people.map(async ({ shop, number }) => {
      const buyer = await newBuyer(platform, shop, { firstName: `Guest${number}` });
      await buyer.presses(shop.shop, `plan:${shop.planId}`);
      await buyer.sendsPhoto(shop.shop);
      return { shop, buyer };
    }),
  );
  await untilAll(() => database.reviewMessage.count());
  const payments = await database.payment.findMany({ include: { bot: true } });
  await Promise.all(
    payments.map(async ({ id, bot }) => {
      const shop = shops.find((one) => BigInt(one.shop.id) === bot.telegramBotId);
      await shop?.owner.presses(shop.shop, `approve:${id}`);
    }),
  );
  await untilAll(() => database.subscription.count({ where: { deliveredAt: { not: null } } }));
  await Promise.all(
    buyers.map(async ({ shop, buyer }) => {
      const messages = buyer.chatWith(shop.shop).messages;
      await buyer.joins(messages.map(linkIn).find(Boolean) ?? '');
      expect(shop.chat.has(buyer)).toBe(true);
    }),
  );
  await untilAll(() => database.inviteLink.count({ where: { revokedAt: { not: null } } }));

  expect(await database.payment.count({ where: { status: 'approved' } })).toBe(TOTAL);
  expect(await database.payment.count()).toBe(TOTAL);
  expect(await database.subscription.count({ where: { status: 'active', joinedAt: { not: null } } })).toBe(
    TOTAL,
  );
  const { _sum } = await database.payment.aggregate({ _sum: { amount: true } });
  expect(_sum.amount?.toFixed(2)).toBe(`${TOTAL * 50_000}.00`);
}, 400_000);
