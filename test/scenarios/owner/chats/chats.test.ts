import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { holdsLink, newBuyer, newMember, openShop, payFor } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

let bots = 0;

/** An owner with a bot that sells nothing yet. */
async function newBot(): Promise<{ owner: SandboxPerson; bot: SandboxBot }> {
  const { telegram, mainBot } = platform;
  bots += 1;
  const owner = telegram.newPerson({ firstName: 'Dilshod', languageCode: 'en' });
  const bot = telegram.newBot({ username: `fresh_${bots}_bot`, name: `Fresh ${bots}` });
  await owner.starts(mainBot);
  await owner.presses(mainBot, 'lang:en');
  await owner.sends(mainBot, bot.token);
  await owner.reads(mainBot, 'is ready');
  return { owner, bot };
}

const offers = async (bot: SandboxBot) => {
  const buyer = await newBuyer(platform, { shop: bot });
  return (
    buyer
      .chatWith(bot)
      .last?.buttons.flat()
      .filter(({ data }) => data?.startsWith('plan:')) ?? []
  );
};

describe('connecting', () => {
  test('a chat that somebody else added the bot to waits for the owner', async () => {
    const { mainBot, telegram, database } = platform;
    const { owner, bot } = await newBot();
    const helper = telegram.newPerson({ firstName: 'Helper' });
    const channel = helper.createsChannel('Helped');
    await helper.adds(bot, channel);
    await owner.reads(mainBot, 'Somebody else added');
    const row = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(channel.id) } });
    expect(row.connectedAt).toBeNull();
    await owner.taps(mainBot, /Connect it/);
    await owner.reads(mainBot, 'The channel Helped is connected');
  });

  test('a second channel that somebody else brought is refused with the reason when it is accepted', async () => {
    const { mainBot, telegram } = platform;
    const { owner, bot } = await newBot();
    const helper = telegram.newPerson({ firstName: 'Helper' });
    const second = helper.createsChannel('One too many');
    await helper.adds(bot, second);
    const asked = await owner.reads(mainBot, 'Somebody else added');
    await owner.adds(bot, owner.createsChannel('The only one'));
    await owner.reads(mainBot, 'The channel The only one is connected');
    await owner.taps(mainBot, /Connect it/, { message: asked });
    await owner.isTold(mainBot, /already has a channel.*One too many/);
  });

  test('a chat where the bot is administrator already is connected through Telegram’s own choice', async () => {
    const { mainBot, telegram, database } = platform;
    const { owner, bot } = await newBot();
    const helper = telegram.newPerson({ firstName: 'Helper' });
    const channel = helper.createsChannel('There before');
    await helper.adds(bot, channel);
    await owner.reads(mainBot, 'Somebody else added');
    await owner.starts(bot);
    await owner.taps(bot, /Connect a channel or group/);
    await helper.letsIn(owner, channel);
    await helper.promotes(owner, channel, [
      'can_invite_users',
      'can_restrict_members',
      'can_promote_members',
    ]);
    await owner.taps(bot, /Choose a channel/, { chat: channel });
    await owner.reads(mainBot, 'The channel There before is connected');
    await owner.reads(bot, `https://t.me/${mainBot.username}`);
    expect(owner.chatWith(bot).keyboard).toEqual([]);
    const row = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(channel.id) } });
    expect(row).toMatchObject({ canInvite: true, canRestrict: true });
  });

  test('the choice of chats is the owner’s alone', async () => {
    const { shop } = await openShop(platform);
    const buyer = await newBuyer(platform, { shop });
    await buyer.presses(shop, 'connect');
    expect(told(buyer, shop)).toContain('no longer available');
    expect(buyer.chatWith(shop).keyboard).toEqual([]);
  });

  test('a second channel is refused until the first is disconnected, and that while it has members', async () => {
    const { mainBot, database } = platform;
    const shop = await openShop(platform);
    await newMember(platform, shop);
    const second = shop.owner.createsChannel('Second');
    await shop.owner.adds(shop.shop, second);
    await shop.owner.reads(mainBot, 'already has a channel');
    const row = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(shop.chat.id) } });
    await shop.owner.presses(mainBot, `chat:${row.id}:disconnect`);
    expect(told(shop.owner, mainBot)).toContain('1 active subscriber');
    await database.subscription.updateMany({ data: { status: 'expired' }, where: { channelId: row.id } });
    await shop.owner.presses(mainBot, `chat:${row.id}:disconnect`);
    await shop.owner.reads(mainBot, /is disconnected/);
    await shop.owner.demotes(shop.shop, second);
    await shop.owner.adds(shop.shop, second);
    await shop.owner.reads(mainBot, 'The channel Second is connected');
  });

  test('one chat has one bot', async () => {
    const { mainBot } = platform;
    const shop = await openShop(platform);
    const { owner, bot } = await newBot();
    await shop.owner.adds(bot, shop.chat);
    await owner.reads(mainBot, 'is connected to another bot');
  });

  test('a public chat is refused with the reason', async () => {
    const { mainBot, database } = platform;
    const { owner, bot } = await newBot();
    const channel = owner.createsChannel('Open house', { username: 'open_house' });
    await owner.adds(bot, channel);
    await owner.reads(mainBot, 'Open house is public');
    expect(await database.channel.count({ where: { telegramChatId: BigInt(channel.id) } })).toBe(0);
  });

  test('a basic group sells once it is a supergroup, under its new id', async () => {
    const { mainBot, database } = platform;
    const { owner, bot } = await newBot();
    const group = owner.createsGroup('Small circle');
    await owner.adds(bot, group);
    await owner.reads(mainBot, 'once this group is a supergroup');
    const row = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(group.id) } });
    await owner.presses(mainBot, `price:${row.id}:1`);
    await owner.sends(mainBot, '10 000');
    await owner.presses(mainBot, `bot:${bot.id}:card`);
    await owner.sends(mainBot, '8600 1234 5678 9012');
    await owner.sends(mainBot, 'DILSHOD');
    expect(await offers(bot)).toEqual([]);
    const supergroup = await group.upgradesToSupergroup();
    expect(await offers(bot)).toHaveLength(1);
    const moved = await database.channel.findUniqueOrThrow({ where: { id: row.id } });
    expect(moved).toMatchObject({ telegramChatId: BigInt(supergroup.id), isBasicGroup: false });
    expect(await database.channel.count({ where: { bot: { telegramBotId: bot.id } } })).toBe(1);
  });
});

describe('rights', () => {
  test('missing ones are named, and nothing is offered until they are there', async () => {
    const { mainBot } = platform;
    const { owner, bot } = await newBot();
    const channel = owner.createsChannel('Half');
    await owner.adds(bot, channel, { rights: [] });
    await owner.reads(mainBot, /is missing these rights in Half: invite users, ban users/);
    await owner.promotes(bot, channel, ['can_invite_users']);
    await owner.reads(mainBot, /is missing these rights in Half: ban users/);
  });

  test('lost and back: plans go and come, what waited goes on', async () => {
    const { mainBot, app } = platform;
    const shop = await openShop(platform);
    expect(await offers(shop.shop)).toHaveLength(1);
    const buyer = await newBuyer(platform, shop, { firstName: 'Between' });
    const id = await payFor(platform, shop, buyer);
    await shop.owner.demotes(shop.shop, shop.chat, ['can_invite_users']);
    await shop.owner.reads(mainBot, /is missing these rights/);
    expect(await offers(shop.shop)).toEqual([]);
    await shop.owner.presses(shop.shop, `approve:${id}`);
    await platform.quiet();
    expect(buyer.chatWith(shop.shop).messages.some(holdsLink)).toBe(false);
    await shop.owner.promotes(shop.shop, shop.chat, ['can_invite_users', 'can_restrict_members']);
    await shop.owner.reads(mainBot, /has all the rights/);
    expect(await offers(shop.shop)).toHaveLength(1);
    await app.jobs.sweep();
    await buyer.reads(shop.shop, holdsLink);
  });

  test('a bot that was put out of its chat sells nothing there', async () => {
    const { mainBot } = platform;
    const shop = await openShop(platform);
    await shop.owner.removes(shop.shop, shop.chat);
    await shop.owner.reads(mainBot, /is no longer in/);
    expect(await offers(shop.shop)).toEqual([]);
  });
});

describe('a bot as a whole', () => {
  test('paused it sells nothing new, and all else goes on; resumed it sells again', async () => {
    const { mainBot } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop, { firstName: 'Early' });
    const id = await payFor(platform, shop, buyer);
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}:pause`);
    expect(shop.owner.chatWith(mainBot).last?.text).toContain('Paused');
    expect(await offers(shop.shop)).toEqual([]);
    await shop.owner.presses(shop.shop, `approve:${id}`);
    await buyer.reads(shop.shop, holdsLink);
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}:resume`);
    expect(await offers(shop.shop)).toHaveLength(1);
  });

  test('removing asks first, says who gets nothing any more, and takes the webhook away', async () => {
    const { telegram, mainBot, database } = platform;
    const shop = await openShop(platform);
    await newMember(platform, shop);
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}:remove`);
    await shop.owner.reads(mainBot, '1 paid member will no longer get links');
    expect(shop.shop.webhookUrl).toBeDefined();
    await shop.owner.taps(mainBot, /Yes, remove it/);
    await telegram.until(() => shop.shop.webhookUrl === undefined, { what: 'the webhook to go' });
    expect(
      await database.subscription.count({ where: { channel: { bot: { telegramBotId: shop.shop.id } } } }),
    ).toBe(1);
    const response = await fetch(`${platform.app.origin}/webhook/${shop.shop.id}`, { method: 'POST' });
    expect(response.status).toBe(401);
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}`);
    expect(told(shop.owner, mainBot)).toContain('no longer available');

    const rival = telegram.newPerson({ firstName: 'Rival', languageCode: 'en' });
    await rival.starts(mainBot);
    await rival.presses(mainBot, 'lang:en');
    await rival.sends(mainBot, shop.shop.token);
    expect(rival.chatWith(mainBot).last?.text).toContain('belongs to another owner');

    await shop.owner.sends(mainBot, shop.shop.token);
    await telegram.until(() => shop.shop.webhookUrl !== undefined, { what: 'the webhook to be back' });
    await platform.quiet();
    expect(await offers(shop.shop)).toHaveLength(1);
    expect(await database.sellerBot.count({ where: { telegramBotId: shop.shop.id } })).toBe(1);
  });
});
