import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { buyAccess, newBuyer, newMember, openShop, payFor, type Shop } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let successor: SandboxPerson;

beforeEach(async () => {
  platform = await startPlatform();
  const { telegram, mainBot, moderator } = platform;
  successor = telegram.newPerson({ firstName: 'Sardor', languageCode: 'en' });
  for (const person of [moderator, successor]) {
    await person.starts(mainBot);
    await person.presses(mainBot, 'lang:en');
  }
});
afterEach(async () => {
  await platform.closesClean();
});

/** From now on somebody else runs the platform. */
async function moderatorIsReplaced(): Promise<void> {
  await platform.restart({ MODERATOR_IDS: String(successor.id) });
}

async function release(shop: Shop): Promise<void> {
  const { mainBot, moderator } = platform;
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:remove:yes`);
  await platform.quiet();
  await moderator.presses(mainBot, `mod:bot:${shop.shop.id}:release`);
  await platform.quiet();
}

const settings = () => platform.database.platformSetting.count({ where: { name: 'card' } });

test('who was asked for the platform’s card as a moderator and is none any more changes nothing and sees nothing', async () => {
  const { mainBot, moderator } = platform;
  await moderator.presses(mainBot, 'mod:set:card');
  await moderatorIsReplaced();
  await moderator.sends(mainBot, '8600 1234 5678 9012');
  await platform.quiet();
  expect(await settings()).toBe(0);
  expect(moderator.chatWith(mainBot).last?.text).not.toMatch(/8600|settings/i);
  expect(await platform.database.openQuestion.count()).toBe(0);
  await moderator.presses(mainBot, 'mod:settings');
  expect(told(moderator, mainBot)).toContain('no longer available');
});

test('a search that was begun as a moderator finds nobody for who is none any more', async () => {
  const { mainBot, moderator } = platform;
  const { owner } = await openShop(platform);
  await moderator.presses(mainBot, 'mod:find');
  await moderatorIsReplaced();
  await moderator.sends(mainBot, 'Aziz');
  await platform.quiet();
  expect(moderator.chatWith(mainBot).last?.text).not.toContain(String(owner.id));
});

test('a former moderator answers no old question any more, and is told so; those of now do', async () => {
  const { mainBot, moderator } = platform;
  const { owner } = await openShop(platform);
  await owner.presses(mainBot, 'support');
  await owner.sends(mainBot, 'How do I start?');
  const asked = await moderator.reads(mainBot, 'How do I start?');
  await moderatorIsReplaced();
  await moderator.sends(mainBot, 'Pay me directly', { replyTo: asked });
  await moderator.reads(mainBot, 'wasn’t passed on');
  await platform.quiet();
  expect(owner.chatWith(mainBot).messages.map(({ text }) => text)).not.toContain('Pay me directly');
});

test('who goes on with a moderator who is none any more reaches those of now', async () => {
  const { mainBot, moderator } = platform;
  const { owner } = await openShop(platform);
  await owner.presses(mainBot, 'support');
  await owner.sends(mainBot, 'How do I start?');
  const asked = await moderator.reads(mainBot, 'How do I start?');
  await moderator.sends(mainBot, 'With a token', { replyTo: asked });
  const answer = await owner.reads(mainBot, 'With a token');
  await moderatorIsReplaced();
  await owner.sends(mainBot, 'And then?', { replyTo: answer });
  await successor.reads(mainBot, 'And then?');
  expect(moderator.chatWith(mainBot).messages.some(({ text }) => text === 'And then?')).toBe(false);
});

test('the former owner of a released bot speaks in its name no more', async () => {
  const { mainBot } = platform;
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, 'support');
  await buyer.sends(shop.shop, 'Is it you?');
  const asked = await shop.owner.reads(shop.shop, 'Is it you?');
  await release(shop);
  await successor.sends(mainBot, shop.shop.token);
  await successor.reads(mainBot, `@${shop.shop.username} is ready`);
  await shop.owner.sends(shop.shop, 'Send the money to me', { replyTo: asked });
  await shop.owner.reads(shop.shop, 'wasn’t passed on');
  await platform.quiet();
  expect(buyer.chatWith(shop.shop).messages.map(({ text }) => text)).not.toContain('Send the money to me');
});

test('a tariff receipt that waited goes to the moderators of now', async () => {
  const { telegram, mainBot, moderator } = platform;
  const { owner } = await openShop(platform);
  for (const [name, value] of [
    ['price1', '100 000'],
    ['card', '8600 1234 5678 9012'],
    ['holder', 'GETOLOG'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  const heal = telegram.failAll(
    ({ method, params }) => method === 'sendPhoto' && String(params['chat_id']) === String(moderator.id),
    { kind: 'serverError' },
  );
  await owner.presses(mainBot, 'tariff:1');
  await owner.sendsPhoto(mainBot);
  await owner.reads(mainBot, /receipt/i);
  await moderatorIsReplaced();
  heal();
  await platform.app.jobs.sweep();
  await successor.reads(mainBot, /Aziz/);
  await platform.quiet();
  expect(moderator.chatWith(mainBot).messages.some(({ photo }) => photo !== undefined)).toBe(false);
});

test('a banned owner brings a dead bot back with a new token, so that a buyer gets their link, and adds no other', async () => {
  const { telegram, mainBot, moderator, database } = platform;
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, shop, buyer);
  const { id: ownerId } = await database.owner.findFirstOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${ownerId}:ban`);
  const token = shop.shop.revokeToken();
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:check`);
  await shop.owner.presses(mainBot, `approve:${paymentId}`);
  await shop.owner.sends(mainBot, token);
  await shop.owner.reads(mainBot, `@${shop.shop.username}`);
  await buyer.reads(shop.shop, '🎉 Approved');
  const other = telegram.newBot({ username: 'another_bot', name: 'Another' });
  await shop.owner.sends(mainBot, other.token);
  await shop.owner.reads(mainBot, 'you can’t add bots');
  expect(await database.sellerBot.count({ where: { telegramBotId: BigInt(other.id) } })).toBe(0);
});

test('what was chosen before its owner was banned is paid and decided, but nothing is given by hand', async () => {
  const { mainBot, moderator, database } = platform;
  const shop = await openShop(platform);
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  const { id: ownerId } = await database.owner.findFirstOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${ownerId}:ban`);
  await buyer.sendsPhoto(shop.shop);
  const payment = await database.payment.findFirstOrThrow({ where: { status: 'pending' } });
  await shop.owner.presses(shop.shop, `approve:${payment.id}`);
  await buyer.reads(shop.shop, '🎉 Approved');
  await platform.quiet();

  const friend = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
  const ends = () => database.subscription.findMany({ select: { id: true, expiresAt: true } });
  const before = await ends();
  await shop.owner.presses(mainBot, `user:${friend.id}:grant:${shop.planId}`);
  expect(told(shop.owner, mainBot)).toContain('you can’t give access by hand');
  expect(await ends()).toEqual(before);
});

test('nobody is put out through the token of a released bot’s new owner, and the moderators are told once', async () => {
  const { mainBot, moderator, clock, app } = platform;
  const shop = await openShop(platform);
  const members = [await newMember(platform, shop), await newMember(platform, shop, { firstName: 'Nodir' })];
  await release(shop);
  await successor.sends(mainBot, shop.shop.token);
  await successor.reads(mainBot, `@${shop.shop.username} is ready`);
  clock.passes({ days: 40 });
  await app.jobs.expire();
  await platform.quiet();
  await app.jobs.sweep();
  await moderator.reads(mainBot, 'was released');
  await platform.quiet();
  for (const { member } of members) expect(shop.chat.has(member)).toBe(true);
  expect(
    moderator.chatWith(mainBot).messages.filter(({ text }) => text.includes('was released')),
  ).toHaveLength(1);
  const removals = { kind: 'remove-member', doneAt: null };
  await eventually(async () =>
    expect(await platform.database.outboxMessage.count({ where: removals })).toBe(0),
  );
});

test('messages of a removed bot end instead of being tried for ever', async () => {
  const { database, mainBot } = platform;
  const shop = await openShop(platform);
  const buyer = await buyAccess(platform, shop);
  const token = shop.shop.revokeToken();
  await buyer.member.presses(shop.shop, `relink:${buyer.subscriptionId}`, { wait: false });
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:remove:yes`);
  await platform.quiet();
  const [row] = await database.sellerBot.findMany({ where: { telegramBotId: BigInt(shop.shop.id) } });
  await database.outboxMessage.create({
    data: {
      kind: 'deliver-access',
      key: 'waits-for-a-removed-bot',
      botId: row?.id ?? 0,
      payload: { subscriptionId: buyer.subscriptionId, reason: 'again' },
      dueAt: platform.clock.now(),
    },
  });
  await platform.app.jobs.sweep();
  await eventually(async () =>
    expect(
      await database.outboxMessage.findUnique({ where: { key: 'waits-for-a-removed-bot' } }),
    ).toMatchObject({
      outcome: 'bot-removed',
    }),
  );
  // Added again by its owner, the bot keeps what it owed.
  await shop.owner.sends(mainBot, token);
  await eventually(async () =>
    expect(
      await database.outboxMessage.findUnique({ where: { key: 'waits-for-a-removed-bot' } }),
    ).toMatchObject({
      outcome: 'delivered',
    }),
  );
});

test('a chat is accepted as it is now: public by then it is refused, and lost rights are seen', async () => {
  const { telegram, mainBot, database } = platform;
  const shop = await openShop(platform, { kind: 'group' });
  const helper = telegram.newPerson({ firstName: 'Helper', languageCode: 'en' });
  const channel = helper.createsChannel('Side door');
  await helper.adds(shop.shop, channel);
  await shop.owner.reads(mainBot, 'Side door');
  const { id } = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(channel.id) } });
  channel.setsUsername('side_door_now');
  await shop.owner.presses(mainBot, `chat:${id}:accept`);
  await platform.quiet();
  expect(await database.channel.findUniqueOrThrow({ where: { id } })).toMatchObject({ connectedAt: null });
  channel.setsUsername(undefined);
  // As if rights had been there when it was added, and the word that they went had been lost.
  await helper.demotes(shop.shop, channel, ['can_invite_users']);
  await platform.quiet();
  await database.channel.update({ where: { id }, data: { canInvite: true } });
  await shop.owner.presses(mainBot, `chat:${id}:accept`);
  await platform.quiet();
  expect(await database.channel.findUniqueOrThrow({ where: { id } })).toMatchObject({
    canInvite: false,
    connectedAt: expect.any(Date),
  });
});
