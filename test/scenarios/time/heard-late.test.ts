import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toUser } from '../../../sandbox/world/accounts.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { buyAccess, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';
import { updatesByHand } from '../../support/updates-by-hand.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

/** Telegram repeats what it told after the hour for which updates are remembered. */
async function tellsAgain({ repeats }: { repeats: () => Promise<void> }): Promise<void> {
  const redis = new Redis(platform.redisUrl);
  const keys = await redis.keys('update*');
  if (keys.length > 0) await redis.del(keys);
  redis.disconnect();
  await repeats();
  await settled(platform);
}

async function minutePasses(): Promise<void> {
  platform.clock.passes({ minutes: 1 });
  await settled(platform);
}

test('a member who was let in again is not put out by the same word heard again', async () => {
  const { owner, shop: bot, chat } = shop;
  const { member, subscriptionId } = await newMember(platform, shop);
  await minutePasses();
  const byHand = updatesByHand(platform, bot);
  await byHand.isPutOut(member, chat, toUser(owner));
  expect(await subscription(subscriptionId)).toMatchObject({ status: 'kicked' });
  await minutePasses();
  await owner.presses(platform.mainBot, `restore:${subscriptionId}`);
  await settled(platform);
  expect(await subscription(subscriptionId)).toMatchObject({ status: 'active' });
  await tellsAgain(byHand);
  expect(await subscription(subscriptionId)).toMatchObject({ status: 'active', kickedAt: null });
});

test('who bought anew is not put out by an old word, and an old word of joining takes no new link', async () => {
  const { owner, shop: bot, chat } = shop;
  const { member, subscriptionId, link } = await buyAccess(platform, shop);
  const byHand = updatesByHand(platform, bot);
  await byHand.joins(member, chat, link);
  await minutePasses();
  expect(await subscription(subscriptionId)).toMatchObject({ linkUsed: true });
  await byHand.isPutOut(member, chat, toUser(owner));
  await minutePasses();
  const paymentId = await payFor(platform, shop, member);
  await owner.presses(bot, `approve:${paymentId}`);
  await settled(platform);
  const fresh = await platform.database.subscription.findFirstOrThrow({ where: { paymentId } });
  expect(fresh).toMatchObject({ status: 'active', linkUsed: false });
  await tellsAgain(byHand);
  expect(await subscription(fresh.id)).toEqual(fresh);
  await minutePasses();
  await member.joins(fresh.inviteLink ?? '');
  await settled(platform);
  expect(await subscription(fresh.id)).toMatchObject({ status: 'active', linkUsed: true });
});

test('what was overtaken by a newer word changes nothing: neither a link of now nor the rights of now', async () => {
  const { owner, shop: bot, chat } = shop;
  const { clock, database } = platform;
  const { member, subscriptionId, link } = await newMember(platform, shop);
  await minutePasses();
  await member.leaves(chat);
  await owner.demotes(bot, chat);
  await owner.promotes(bot, chat, ['can_invite_users', 'can_restrict_members']);
  await member.presses(bot, `relink:${subscriptionId}`);
  await settled(platform);
  const fresh = await subscription(subscriptionId);
  expect(fresh).toMatchObject({ status: 'active', linkUsed: false });
  await owner.demotes(bot, chat);
  await settled(platform);
  const earlier = { now: () => new Date(clock.now().getTime() - 30_000) };
  const late = updatesByHand({ ...platform, clock: earlier }, bot);
  await late.joins(member, chat, link);
  await late.isPutOut(member, chat, toUser(owner));
  await late.isPromoted(chat, owner);
  await settled(platform);
  expect(await subscription(subscriptionId)).toEqual(fresh);
  const known = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(chat.id) } });
  expect(known).toMatchObject({ canInvite: false, canRestrict: false });
});

test('a chat that its owner disconnected is not connected by an old word of the bot’s rights', async () => {
  const { owner, shop: bot, chat } = shop;
  const { database, mainBot, clock } = platform;
  const channel = { where: { telegramChatId: BigInt(chat.id) } };
  const { id } = await database.channel.findFirstOrThrow(channel);
  clock.passes({ minutes: 1 });
  const byHand = updatesByHand(platform, bot);
  await byHand.isPromoted(chat, owner);
  await owner.presses(mainBot, `chat:${id}:disconnect`);
  await settled(platform);
  const before = await database.channel.findFirstOrThrow(channel);
  expect(before.disconnectedAt).not.toBeNull();
  const messages = owner.chatWith(mainBot).messages.length;
  await tellsAgain(byHand);
  expect(await database.channel.findFirstOrThrow(channel)).toEqual(before);
  expect(owner.chatWith(mainBot).messages.length).toBe(messages);
});

test('who opened the bot again has not closed it by an old word', async () => {
  const buyer = await newBuyer(platform, shop);
  const door = { where: { telegramUserId: buyer.id, bot: { telegramBotId: shop.shop.id } } };
  const byHand = updatesByHand(platform, shop.shop);
  await byHand.movesBlocking(buyer, 'kicked');
  expect((await platform.database.endUser.findFirstOrThrow(door)).blockedAt).not.toBeNull();
  await buyer.starts(shop.shop);
  await tellsAgain(byHand);
  expect((await platform.database.endUser.findFirstOrThrow(door)).blockedAt).toBeNull();
});

test('a decision goes into each copy of a receipt once, though one of them has to wait', async () => {
  const { owner, shop: bot } = shop;
  const { telegram, clock, app } = platform;
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, shop, buyer);
  const receipt = await owner.reads(bot, 'Receipt no.');
  clock.passes({ hours: 1 });
  await app.jobs.sweep();
  await settled(platform);
  const before = telegram.calls.length;
  telegram.failNext('editMessageText', { kind: 'serverError' }, 2);
  await owner.presses(bot, `approve:${paymentId}`, { message: receipt });
  await settled(platform);
  const written = telegram.calls
    .slice(before)
    .filter(({ method, error, fault }) => method.startsWith('editMessage') && !error && !fault)
    .map(({ params }) => Number(params['message_id']));
  expect(written).toHaveLength(2);
  expect(new Set(written).size).toBe(2);
});
