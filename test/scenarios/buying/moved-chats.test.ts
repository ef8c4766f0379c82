import { afterAll, beforeAll, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import {
  buyAccess,
  holdsLink,
  linkIn,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

const ofChat = (id: number) =>
  platform.database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(id) },
    orderBy: { id: 'desc' },
  });

const said = (shop: Shop, words: string) =>
  shop.owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes(words));

let bots = 0;

/** The owner gives a chat to another bot of theirs, which sells it as the first one did. */
async function movesTo({ owner, chat }: Shop): Promise<Shop> {
  const { telegram, mainBot, database } = platform;
  bots += 1;
  const shop = telegram.newBot({ username: `second_${bots}_bot`, name: 'Second' });
  await owner.sends(mainBot, shop.token);
  await owner.reads(mainBot, `https://t.me/${shop.username}`);
  await owner.adds(shop, chat);
  await owner.reads(mainBot, `${chat.title} is connected to @${shop.username}`);
  const { id: channelId } = await ofChat(chat.id);
  await owner.presses(mainBot, `price:${channelId}:1`);
  await owner.sends(mainBot, '50 000');
  await owner.presses(mainBot, `bot:${shop.id}:card`);
  await owner.sends(mainBot, '8600 1234 5678 9012');
  await owner.sends(mainBot, 'AZIZ AZIZOV');
  await owner.starts(shop);
  const plan = await database.plan.findFirstOrThrow({ where: { channelId } });
  return { owner, shop, chat, planId: plan.id };
}

test('a removal that waits in one bot puts nobody out who has bought from the bot that has the chat now', async () => {
  const { app, database, clock, mainBot } = platform;
  const first = await openShop(platform);
  const { member, subscriptionId } = await newMember(platform, first);
  first.shop.revokeToken();
  await app.jobs.checkBots();
  await first.owner.reads(mainBot, 'no longer accepts the token');
  clock.passes({ days: 32 });
  await app.jobs.expire();
  await expect
    .poll(() => database.subscription.count({ where: { id: subscriptionId, status: 'expired' } }))
    .toBe(1);
  await first.owner.presses(mainBot, `chat:${(await ofChat(first.chat.id)).id}:disconnect`);
  await first.owner.reads(mainBot, /is disconnected/);
  const second = await movesTo(first);
  await member.starts(second.shop);
  await member.presses(second.shop, 'lang:en');
  const paymentId = await payFor(platform, second, member);
  await first.owner.presses(second.shop, `approve:${paymentId}`);
  await member.reads(second.shop, 'Approved.');
  await first.owner.sends(mainBot, first.shop.token);
  await expect.poll(() => first.shop.webhookUrl).toBeDefined();
  await settled(platform);
  expect(first.chat.has(member)).toBe(true);
  expect(said(first, 'by hand')).toEqual([]);
  expect(said(first, 'was removed')).toEqual([]);
  expect(
    await database.subscription.count({
      where: { status: 'active', endUser: { telegramUserId: member.id } },
    }),
  ).toBe(1);
  await platform.quiet();
});

test('a removed bot frees its chat for another, and finds it taken when it comes back', async () => {
  const { mainBot, database } = platform;
  const first = await openShop(platform);
  await first.owner.presses(mainBot, `bot:${first.shop.id}:remove`);
  await first.owner.taps(mainBot, /Yes, remove it/);
  await first.owner.reads(mainBot, 'is removed');
  const second = await movesTo(first);
  await newMember(platform, second);
  await first.owner.sends(mainBot, first.shop.token);
  await first.owner.reads(mainBot, `Your bot @${first.shop.username} is ready`);
  const connected = await database.channel.findMany({
    where: { telegramChatId: BigInt(first.chat.id), disconnectedAt: null },
    include: { bot: true },
  });
  expect(connected.map(({ bot }) => bot.username)).toEqual([second.shop.username]);
});

test('a group that grew without a word is followed by whatever call meets it first', async () => {
  const { database } = platform;
  const shop = await openShop(platform, { kind: 'group' });
  const { title } = shop.chat;
  // The database knows the group by the id that it had; the first call answers with the one that it has.
  const small = shop.owner.createsGroup(`${title} of old`);
  await shop.owner.adds(shop.shop, small, { wait: false });
  await platform.quiet();
  const row = await ofChat(shop.chat.id);
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, shop, buyer);
  const grown = await small.upgradesToSupergroup({ unheard: true });
  await database.channel.update({ where: { id: row.id }, data: { telegramChatId: BigInt(small.id) } });
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  const welcome = await buyer.reads(shop.shop, holdsLink);
  expect(await database.channel.findUniqueOrThrow({ where: { id: row.id } })).toMatchObject({
    telegramChatId: BigInt(grown.id),
    isBasicGroup: false,
    disconnectedAt: null,
  });
  const url = linkIn(welcome);
  expect(await buyer.joins(url)).toMatchObject({ ok: true, chat: { id: grown.id } });
});

test('a basic group is followed by the check, and sells from then on', async () => {
  const { app, mainBot } = platform;
  const shop = await openShop(platform);
  const group = shop.owner.createsGroup('Quiet circle');
  await shop.owner.adds(shop.shop, group);
  await shop.owner.reads(mainBot, 'once this group is a supergroup');
  const row = await ofChat(group.id);
  const { endUserId } = await newMember(platform, shop);
  await shop.owner.presses(mainBot, `price:${row.id}:1`);
  await shop.owner.sends(mainBot, '10 000');
  const plan = await platform.database.plan.findFirstOrThrow({ where: { channelId: row.id } });
  await shop.owner.presses(mainBot, `user:${endUserId}:grant:${plan.id}`);
  expect(shop.owner.answers(mainBot).at(-1)?.text).toContain('is still a basic group');
  expect(await platform.database.subscription.count({ where: { channelId: row.id } })).toBe(0);
  const grown = await group.upgradesToSupergroup({ unheard: true });
  await app.jobs.checkBots();
  await expect
    .poll(() => platform.database.channel.findUniqueOrThrow({ where: { id: row.id } }))
    .toMatchObject({ telegramChatId: BigInt(grown.id), isBasicGroup: false, canInvite: true });
  await shop.owner.presses(mainBot, `user:${endUserId}:grant:${plan.id}`);
  await expect.poll(() => platform.database.subscription.count({ where: { channelId: row.id } })).toBe(1);
});

test('a buyer who uses their own link just after the end is put out, and nobody reads of a leak', async () => {
  const { app, clock, telegram } = platform;
  const shop = await openShop(platform);
  const { member, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Tardy' });
  const { expiresAt } = await platform.database.subscription.findUniqueOrThrow({
    where: { id: subscriptionId },
  });
  const minutesLeft = ((expiresAt?.getTime() ?? 0) - clock.now().getTime()) / MINUTE_MS;
  clock.passes({ minutes: minutesLeft - 60 });
  await member.presses(shop.shop, `relink:${subscriptionId}`);
  const link = linkIn(await member.reads(shop.shop, 'Here is your link'));
  const invite = await platform.database.inviteLink.findUniqueOrThrow({ where: { link } });
  // Telegram takes its time to revoke the link.
  telegram.failNext('revokeChatInviteLink', { kind: 'serverError' }, 3);
  clock.passes({ hours: 2 });
  await app.jobs.expire();
  await member.reads(shop.shop, 'has ended');
  await member.joins(link);
  await telegram.until(() => !shop.chat.has(member), { what: 'the late one to be out' });
  await settled(platform);
  expect(said(shop, 'through the link of')).toEqual([]);
  expect(
    (await platform.database.inviteLink.findUniqueOrThrow({ where: { id: invite.id } })).revokedAt,
  ).not.toBeNull();
});
