import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantScope } from '../../src/kernel/tenant-scope.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newMember, openShop } from '../support/shop.ts';

let platform: Platform;
let scope: TenantScope;
let buyer: bigint;
let ids: { owner: number; bot: number; channel: number; plan: number; subscription: number };

beforeAll(async () => {
  platform = await startPlatform({ environment: { LOG_LEVEL: 'warn' } });
  const { database } = platform;
  const shop = await openShop(platform);
  const { member, subscriptionId } = await newMember(platform, shop);
  const bot = await database.sellerBot.findFirstOrThrow({ include: { owner: true } });
  const channel = await database.channel.findFirstOrThrow();
  scope = {
    botId: bot.id,
    telegramBotId: bot.telegramBotId,
    botUsername: bot.username,
    ownerId: bot.ownerId,
    ownerTelegramUserId: bot.owner.telegramUserId,
  };
  buyer = BigInt(member.id);
  ids = {
    owner: bot.ownerId,
    bot: bot.id,
    channel: channel.id,
    plan: shop.planId,
    subscription: subscriptionId,
  };
});
afterAll(() => platform.close());

async function openWindow() {
  const entered = await platform.app.services.storefront.enter(scope, buyer);
  if (!entered) throw new Error('The buyer is unknown');
  return entered.window;
}

test('what the window shows is what stands in the database, to the last digit', async () => {
  const { database } = platform;
  const price = '9999999999.99';
  await database.plan.update({ where: { id: ids.plan }, data: { price } });
  const held = await database.subscription.findUniqueOrThrow({ where: { id: ids.subscription } });
  const { telegramChatId } = await database.channel.findUniqueOrThrow({ where: { id: ids.channel } });
  const window = await openWindow();
  expect(window.plans).toMatchObject([
    { id: ids.plan, duration: { kind: 'months', months: 1 }, price: 999_999_999_999n },
  ]);
  expect(window.chats[0]).toMatchObject({ id: ids.channel, telegramChatId });
  expect(window.subscriptions).toMatchObject([{ expiresAt: held.expiresAt, joinedAt: held.joinedAt }]);
});

test('a banned person sees no offer, and is told why', async () => {
  await platform.database.endUser.updateMany({ where: { telegramUserId: buyer }, data: { banned: true } });
  expect(await openWindow()).toMatchObject({ isBanned: true, plans: [] });
});
