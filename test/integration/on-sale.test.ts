import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../src/kernel/errors.ts';
import type { TenantScope } from '../../src/kernel/tenant-scope.ts';
import type { EndUser } from '../../src/modules/end-users/end-user.ts';
import { endUserActor } from '../support/actors.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { openShop } from '../support/shop.ts';

let platform: Platform;
let scope: TenantScope;
let buyer: EndUser;
let ids: { owner: number; bot: number; channel: number; plan: number };

beforeAll(async () => {
  platform = await startPlatform({ environment: { LOG_LEVEL: 'warn' } });
  const { database, app } = platform;
  const shop = await openShop(platform);
  const bot = await database.sellerBot.findFirstOrThrow({ include: { owner: true } });
  const channel = await database.channel.findFirstOrThrow();
  scope = {
    botId: bot.id,
    telegramBotId: bot.telegramBotId,
    botUsername: bot.username,
    ownerId: bot.ownerId,
    ownerTelegramUserId: bot.owner.telegramUserId,
  };
  const person = { telegramUserId: 7_000n, username: null, fullName: 'Dilnoza', languageCode: 'uz' };
  buyer = await app.services.endUsers.visit(scope, person, null);
  ids = { owner: bot.ownerId, bot: bot.id, channel: channel.id, plan: shop.planId };
});
afterAll(() => platform.close());

/** What the window shows, and what checkout says of a press on the plan. */
async function ask(press: string): Promise<{ isShown: boolean; isChosen: boolean }> {
  const { storefront } = platform.app.services;
  const entered = await storefront.enter(scope, buyer.telegramUserId);
  const shown = entered?.window.plans ?? [];
  return { isShown: shown.some(({ id }) => id === ids.plan), isChosen: await canChoose(ids.plan, press) };
}

async function canChoose(planId: number, press: string): Promise<boolean> {
  try {
    await platform.app.services.checkout.choosePlan(scope, endUserActor(buyer, press), {
      planId,
      method: 'card',
    });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'planGone') return false;
    throw error;
  }
}

const now = new Date();

test.each([
  ['everything is as it should be', () => ({})],
  ['the bot does not run', () => ({ bot: { isActive: false } })],
  ['the bot is paused', () => ({ bot: { pausedAt: now } })],
  ['there is no card', () => ({ bot: { cardNumber: null } })],
  ['the owner is banned', () => ({ owner: { banned: true } })],
  ['the plan is off', () => ({ plan: { isActive: false } })],
  ['the group is a basic one', () => ({ channel: { isBasicGroup: true } })],
  ['the chat is public', () => ({ channel: { isPublic: true } })],
  ['the bot may not invite', () => ({ channel: { canInvite: false } })],
  ['the bot may not remove', () => ({ channel: { canRestrict: false } })],
  ['the chat is not connected yet', () => ({ channel: { connectedAt: null } })],
  ['the chat is disconnected', () => ({ channel: { disconnectedAt: now } })],
] as const)('the window offers a plan exactly when it can be chosen: %s', async (what, given) => {
  const { database } = platform;
  const change: Partial<Record<'owner' | 'bot' | 'channel' | 'plan', object>> = given();
  const before = {
    owner: await database.owner.findUniqueOrThrow({ where: { id: ids.owner } }),
    bot: await database.sellerBot.findUniqueOrThrow({ where: { id: ids.bot } }),
    channel: await database.channel.findUniqueOrThrow({ where: { id: ids.channel } }),
    plan: await database.plan.findUniqueOrThrow({ where: { id: ids.plan } }),
  };
  const set = async (data: typeof change) => {
    await database.owner.update({ where: { id: ids.owner }, data: data.owner ?? {} });
    await database.sellerBot.update({ where: { id: ids.bot }, data: data.bot ?? {} });
    await database.channel.update({ where: { id: ids.channel }, data: data.channel ?? {} });
    await database.plan.update({ where: { id: ids.plan }, data: data.plan ?? {} });
  };
  await set(change);
  const asked = await ask(what);
  await set(before);
  const isOnSale = Object.keys(change).length === 0;
  expect(asked).toEqual({ isShown: isOnSale, isChosen: isOnSale });
});

test('window and checkout read the one rule where it stands', async () => {
  const { database } = platform;
  const [view] = await database.$queryRaw<{ rule: string }[]>`
    SELECT rtrim(pg_get_viewdef('plans_on_sale'), ';') AS rule`;
  const rule = view?.rule ?? '';
  const replace = (query: string) =>
    database.$executeRawUnsafe(`CREATE OR REPLACE VIEW plans_on_sale AS ${query}`);
  await replace(`SELECT * FROM (${rule}) one WHERE false`);
  const asked = await ask('nothing is on sale');
  await replace(rule);
  expect(asked).toEqual({ isShown: false, isChosen: false });
  expect(await ask('all is on sale again')).toEqual({ isShown: true, isChosen: true });
});

test("another bot's plan is not chosen here, though it is on sale there", async () => {
  const { database } = platform;
  const { id: _, ...bot } = await database.sellerBot.findUniqueOrThrow({ where: { id: ids.bot } });
  const { id: __, ...channel } = await database.channel.findUniqueOrThrow({ where: { id: ids.channel } });
  const other = await database.sellerBot.create({ data: { ...bot, telegramBotId: 1n } });
  const chat = await database.channel.create({ data: { ...channel, botId: other.id, telegramChatId: -1n } });
  const plan = await database.plan.create({ data: { channelId: chat.id, durationMonths: 1, price: '1000' } });
  expect(await canChoose(plan.id, 'elsewhere')).toBe(false);
});
