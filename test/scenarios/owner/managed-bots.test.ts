import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { eventually } from '../../support/eventually.ts';
import { openBrowserPanel } from '../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import {
  buyAccess,
  moderatorReadsEnglish,
  newBuyer,
  newMember,
  openShop,
  payFor,
} from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

const rowOf = (bot: SandboxBot) =>
  platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: bot.id },
    orderBy: { id: 'desc' },
  });

/** The main bot may manage bots from now on, and has heard so. */
async function managesBots(): Promise<void> {
  platform.mainBot.canManageBots = true;
  await platform.app.jobs.checkBots();
}

let people = 0;

async function newOwner(firstName: string, lastName?: string): Promise<SandboxPerson> {
  people += 1;
  const owner = platform.telegram.newPerson({
    firstName,
    username: `owner_${people}`,
    languageCode: 'en',
    ...(lastName !== undefined && { lastName }),
  });
  await owner.starts(platform.mainBot);
  await owner.presses(platform.mainBot, 'lang:en');
  return owner;
}

/** The link below *add a bot*; undefined: there is none. */
async function newBotLink(owner: SandboxPerson): Promise<string | undefined> {
  await owner.presses(platform.mainBot, 'addbot');
  const { buttons = [] } = owner.chatWith(platform.mainBot).last ?? {};
  return buttons.flat().find(({ url }) => url?.includes('/newbot/'))?.url;
}

/** An owner whose shop stands on a bot that the main bot manages. */
async function managedShop() {
  await managesBots();
  const owner = await newOwner('Aziz');
  const bot = await owner.makesBot((await newBotLink(owner)) ?? '');
  await settled(platform);
  return openShop(platform, { owner, bot });
}

const heard = (person: SandboxPerson, words: string | RegExp) =>
  person
    .chatWith(platform.mainBot)
    .messages.filter(({ text }) => (typeof words === 'string' ? text.includes(words) : words.test(text)));

test('a bot is made in one tap: it is ready, with a webhook, and its token stands encrypted', async () => {
  const { mainBot, database } = platform;
  await managesBots();
  const owner = await newOwner('Шаҳноза', 'Каримова');
  const link = await newBotLink(owner);
  expect(link).toBe(
    `https://t.me/newbot/getolog_bot/shahnoza_karimova_bot?name=${encodeURIComponent('Шаҳноза Каримова')}`,
  );
  const bot = await owner.makesBot(link ?? '');
  await settled(platform);
  await owner.reads(mainBot, `Your bot @${bot.username} is ready: https://t.me/${bot.username}`);
  expect(bot.webhookUrl).toContain(`/webhook/${bot.id}`);
  const row = await rowOf(bot);
  expect(row).toMatchObject({ isManaged: true, isActive: true, name: 'Шаҳноза Каримова' });
  expect(row.encryptedToken).not.toContain(bot.token.split(':')[1]);
  // Told of once more, there is one bot, and its owner hears nothing.
  await owner.handsOver(bot, owner);
  await owner.handsOver(bot, owner);
  await settled(platform);
  expect(await database.sellerBot.count()).toBe(1);
  expect(heard(owner, 'is ready')).toHaveLength(1);
});

test('a new bot that Telegram tells of twice at once is ready once', async () => {
  const { telegram, database } = platform;
  await managesBots();
  const owner = await newOwner('Twice');
  const link = (await newBotLink(owner)) ?? '';
  let release = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held = 0;
  const isAsking = ({ method }: { method: string }) => method === 'getManagedBotToken' && ++held > 0;
  telegram.failNext(isAsking, { kind: 'late', until }, 2);
  const bot = await owner.makesBot(link, { wait: false });
  await owner.handsOver(bot, owner, { wait: false });
  await eventually(async () => expect(held).toBe(2));
  release();
  await settled(platform);
  expect(await database.sellerBot.count()).toBe(1);
  expect(heard(owner, 'is ready')).toHaveLength(1);
});

test('where the main bot may manage none, a token is the only way; one whose name has no letters is suggested another', async () => {
  const owner = await newOwner('🌸');
  expect(await newBotLink(owner)).toBeUndefined();
  await managesBots();
  expect(await newBotLink(owner)).toContain('/my_shop_bot?name=');
});

test('a server that starts knows by itself whether the main bot may manage bots', async () => {
  const owner = await newOwner('Early');
  await platform.stop();
  platform.mainBot.canManageBots = true;
  await platform.restart();
  await eventually(async () => expect(await newBotLink(owner)).toContain('https://t.me/newbot/getolog_bot/'));
});

test('a banned owner is refused, and the token is not even asked for', async () => {
  const { mainBot, database, telegram } = platform;
  await managesBots();
  const owner = await newOwner('Banned');
  const link = (await newBotLink(owner)) ?? '';
  await database.owner.updateMany({ where: { telegramUserId: owner.id }, data: { banned: true } });
  await owner.makesBot(link);
  await settled(platform);
  expect(await database.sellerBot.count()).toBe(0);
  expect(telegram.calls.filter(({ method }) => method === 'getManagedBotToken')).toEqual([]);
  expect(owner.chatWith(mainBot).last?.text).toContain('support');
});

test('a bot whose token was replaced goes on with the new one, and its owner hears nothing', async () => {
  const shop = await managedShop();
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, shop, buyer);
  const before = owner.chatWith(platform.mainBot).messages.length;
  // Nobody told the main bot of it.
  bot.revokeToken();
  await platform.app.jobs.checkBots();
  await settled(platform);
  expect(bot.webhookUrl).toContain(`/webhook/${bot.id}`);
  await owner.presses(bot, `approve:${paymentId}`);
  await buyer.reads(bot, 'is waiting for you');
  expect(
    owner
      .chatWith(platform.mainBot)
      .messages.slice(before)
      .map(({ text }) => text),
  ).toEqual([]);
  expect(await rowOf(bot)).toMatchObject({ isActive: true, tokenDeadAt: null });
  // And told of it, at once.
  await owner.replacesToken(bot);
  await settled(platform);
  expect(bot.webhookUrl).toContain(`/webhook/${bot.id}`);
  expect(heard(owner, 'no longer accepts the token')).toEqual([]);
});

test('what is due finds the new token by itself', async () => {
  const shop = await managedShop();
  const { member } = await buyAccess(platform, shop);
  await settled(platform);
  shop.shop.revokeToken();
  await platform.database.subscription.updateMany({ data: { deliveredAt: null } });
  platform.clock.passes({ hours: 2 });
  await platform.app.jobs.reconcile();
  await member.reads(shop.shop, 'Here is your link');
  expect(heard(shop.owner, 'no longer accepts the token')).toEqual([]);
});

test('a token that Telegram itself refuses is replaced, once an hour at most; then its owner is told', async () => {
  const { telegram, clock } = platform;
  const shop = await managedShop();
  const { owner, shop: bot } = shop;
  const { token } = bot;
  const undo = telegram.failAll((call) => call.bot === bot.username, {
    kind: 'refused',
    code: 401,
    description: 'Unauthorized',
  });
  await platform.app.jobs.checkBots();
  await owner.reads(platform.mainBot, 'no longer accepts the token');
  expect(bot.token).not.toBe(token);
  expect(telegram.calls.filter(({ method }) => method === 'replaceManagedBotToken')).toHaveLength(1);
  undo();
  clock.passes({ hours: 1 });
});

test('Telegram that does not answer when it is to replace a token is asked again, and the owner hears nothing', async () => {
  const { telegram } = platform;
  const { owner, shop: bot } = await managedShop();
  const { token } = bot;
  const undo = telegram.failAll((call) => call.bot === bot.username && bot.token === token, {
    kind: 'refused',
    code: 401,
    description: 'Unauthorized',
  });
  telegram.failNext('replaceManagedBotToken', { kind: 'serverError' });
  await platform.app.jobs.checkBots();
  await settled(platform);
  expect(bot.token).toBe(token);
  await platform.app.jobs.checkBots();
  await settled(platform);
  undo();
  expect(bot.token).not.toBe(token);
  expect(heard(owner, 'no longer accepts the token')).toEqual([]);
  expect(await rowOf(bot)).toMatchObject({ isActive: true, tokenDeadAt: null });
});

test('a bot that has changed hands sells nothing, has another token, and is given on by a moderator', async () => {
  const { mainBot, moderator, database } = platform;
  const shop = await managedShop();
  const { owner, shop: bot } = shop;
  const { member } = await newMember(platform, shop);
  const buyer = await newBuyer(platform, shop);
  const known = bot.token;
  const other = await newOwner('Other');
  await owner.handsOver(bot, other);
  await settled(platform);
  expect(bot.token).not.toBe(known);
  expect(bot.webhookUrl).toContain(`/webhook/${bot.id}`);
  expect(await rowOf(bot)).toMatchObject({ handedOverTo: BigInt(other.id) });
  await owner.reads(mainBot, /now belongs to Other/);
  await other.reads(mainBot, 'is yours at Telegram now');
  const asked = await moderator.reads(mainBot, /has changed hands: from Aziz.* to Other/);
  // Told of twice, it happened once.
  await owner.handsOver(bot, other);
  await settled(platform);
  expect(heard(owner, 'now belongs to')).toHaveLength(1);
  expect(platform.telegram.calls.filter(({ method }) => method === 'replaceManagedBotToken')).toHaveLength(1);

  await buyer.starts(bot);
  expect(
    buyer
      .chatWith(bot)
      .last?.buttons.flat()
      .some(({ data }) => data?.startsWith('plan:')),
  ).toBe(false);
  for (const forbidden of ['resume', 'photo']) {
    await owner.presses(mainBot, `bot:${bot.id}:${forbidden}`);
    expect(told(owner, mainBot)).toContain('belongs to somebody else now');
  }
  expect(shop.chat.has(member)).toBe(true);
  await other.sends(mainBot, bot.token);
  expect(other.chatWith(mainBot).last?.text).not.toContain('is ready');

  await moderator.presses(mainBot, `mod:bot:${bot.id}:release`, { message: asked });
  await settled(platform);
  await other.reads(mainBot, `Your bot @${bot.username} is ready`);
  const rows = await database.sellerBot.findMany({
    where: { telegramBotId: bot.id },
    orderBy: { id: 'asc' },
  });
  expect(rows).toMatchObject([
    { isActive: false, removedAt: expect.any(Date), releasedAt: expect.any(Date) },
    { isActive: true, isManaged: true, removedAt: null },
  ]);
  await other.presses(mainBot, `bot:${bot.id}`);
  expect(told(other, mainBot)).not.toContain('no longer available');
  await owner.presses(mainBot, `bot:${bot.id}`);
  expect(told(owner, mainBot)).toContain('no longer available');
  // What was paid for is kept.
  expect(shop.chat.has(member)).toBe(true);
});

test('one that is given on before Telegram replaced its token has another one all the same', async () => {
  const { telegram, moderator, mainBot, clock } = platform;
  const { owner, shop: bot } = await managedShop();
  const known = bot.token;
  const other = await newOwner('Other');
  const undo = telegram.failAll('replaceManagedBotToken', { kind: 'serverError' });
  await owner.handsOver(bot, other);
  await moderator.reads(mainBot, /has changed hands/);
  await platform.quiet();
  await moderator.presses(mainBot, `mod:bot:${bot.id}:release`);
  await platform.quiet();
  expect(bot.token).toBe(known);
  undo();
  clock.passes({ hours: 2 });
  await settled(platform);
  expect(bot.token).not.toBe(known);
  await other.reads(mainBot, `Your bot @${bot.username} is ready`);
  expect(bot.webhookUrl).toContain(`/webhook/${bot.id}`);
  expect(await rowOf(bot)).toMatchObject({ isActive: true, tokenDeadAt: null });
});

test('a bot that comes back to its owner goes on when they say so', async () => {
  const { mainBot } = platform;
  const { owner, shop: bot } = await managedShop();
  const other = await newOwner('Other');
  await owner.handsOver(bot, other);
  await settled(platform);
  const known = bot.token;
  await other.handsOver(bot, owner);
  await settled(platform);
  expect(bot.token).not.toBe(known);
  expect(await rowOf(bot)).toMatchObject({ handedOverTo: null, handedOverAt: null });
  await owner.presses(mainBot, `bot:${bot.id}:resume`);
  expect((await rowOf(bot)).pausedAt).toBeNull();
});

test('an owner gives a bot its photo, and takes it away; a file and a word are none', async () => {
  const { mainBot } = platform;
  const { owner, shop: bot } = await openShop(platform);
  await owner.presses(mainBot, `bot:${bot.id}:more`);
  await owner.taps(mainBot, '🖼 Photo');
  await owner.sends(mainBot, 'a picture');
  await owner.reads(mainBot, 'That’s not a picture');
  await owner.sendsPhoto(mainBot, { bytes: new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]) });
  await owner.reads(mainBot, `That’s the photo of @${bot.username} now`);
  expect([...(bot.photo ?? [])]).toEqual([0xff, 0xd8, 0xff, 1, 2, 3]);
  await owner.presses(mainBot, `bot:${bot.id}:photo`);
  await owner.sends(mainBot, '-');
  await owner.reads(mainBot, 'has no photo now');
  expect(bot.photo).toBeUndefined();
  const { manager } = await newManager(platform, { owner, shop: bot }, 'all');
  await manager.presses(mainBot, `bot:${bot.id}:photo`);
  expect(told(manager, mainBot)).toContain('no longer available');
});

test('whoever was asked for a photo before the bot changed hands can set none after', async () => {
  const { mainBot } = platform;
  const { owner, shop: bot } = await managedShop();
  await owner.presses(mainBot, `bot:${bot.id}:photo`);
  await owner.handsOver(bot, await newOwner('Other'));
  await settled(platform);
  await owner.sendsPhoto(mainBot, { bytes: new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]) });
  await owner.reads(mainBot, 'belongs to somebody else now');
  expect(bot.photo).toBeUndefined();
});

test('a moderator gives such a bot on from the panel too: in a browser after a word in Telegram', async () => {
  const { moderator, mainBot, database } = platform;
  const { owner, shop: bot } = await managedShop();
  await owner.handsOver(bot, await newOwner('Other'));
  await settled(platform);
  const { ownerId } = await rowOf(bot);
  const panel = await openBrowserPanel(platform, moderator);
  const stateThere = async () =>
    (await panel.get(`/mod/owners/${ownerId}`)).body.bots.map(({ state }: { state: string }) => state);
  expect(await stateThere()).toEqual(['handedOver']);
  const { status, body } = await panel.post(`/mod/bots/${bot.id}/release`);
  expect(status).toBe(202);
  await moderator.reads(mainBot, `Release @${bot.username}`);
  expect(await database.sellerBot.count()).toBe(1);
  await moderator.presses(mainBot, `panel:yes:${body.confirmation.id}`);
  await settled(platform);
  expect(await stateThere()).toEqual(['released']);
  expect((await rowOf(bot)).ownerId).not.toBe(ownerId);
});

test('Telegram that does not answer for a while delays a new bot, and loses none', async () => {
  const { telegram, clock, database } = platform;
  await managesBots();
  const owner = await newOwner('Patient');
  telegram.failNext('getManagedBotToken', { kind: 'serverError' });
  const bot = await owner.makesBot((await newBotLink(owner)) ?? '');
  await platform.quiet();
  clock.passes({ hours: 1 });
  await settled(platform);
  await owner.reads(platform.mainBot, `Your bot @${bot.username} is ready`);
  expect(await database.sellerBot.count()).toBe(1);
});
