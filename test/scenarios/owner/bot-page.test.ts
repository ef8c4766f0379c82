import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const plain = (text: string) => text.replaceAll('\u00A0', ' ');

/** What a screen of the main bot says, and its buttons as they lie. */
function screenOf(person: SandboxPerson) {
  const { last } = person.chatWith(platform.mainBot);
  return {
    text: plain(last?.text ?? ''),
    rows: (last?.buttons ?? []).map((row) => row.map(({ text }) => plain(text))),
    data: (last?.buttons ?? []).flat().map(({ data }) => data),
  };
}

/** Opens the bot's page anew. */
async function openPage({ owner, shop }: Pick<Shop, 'owner' | 'shop'>) {
  await owner.sends(platform.mainBot, '/menu');
  await owner.presses(platform.mainBot, `bot:${shop.id}`);
  await platform.quiet();
  return screenOf(owner);
}

const USUAL = [
  ['🧾 Receipts', '👤 Users'],
  ['💰 Plans', '📊 Statistics'],
  ['🔗 Open the bot', '📈 Grow'],
  ['💳 Payment methods', '⚙️ More'],
  ['← Back'],
];
/** Before there is a chat, there is nothing to grow. */
const BARE = USUAL.map((row) => row.filter((label) => label !== '📈 Grow'));

test('a bot’s page leads its owner from step to step until it sells', async () => {
  const { mainBot, telegram, database } = platform;
  const owner = telegram.newPerson({ firstName: 'Nodira', languageCode: 'en' });
  const shop = telegram.newBot({ username: 'stepwise_bot', name: 'Stepwise' });
  const channel = owner.createsChannel('Yoga');
  await owner.starts(mainBot);
  await owner.presses(mainBot, 'lang:en');
  await owner.sends(mainBot, shop.token);
  await owner.reads(mainBot, 'https://t.me/stepwise_bot');

  const bare = await openPage({ owner, shop });
  expect(bare.text).toContain('⬜ No channel or group yet\n⬜ No plans yet\n⬜ No card yet');
  expect(bare.rows).toEqual([['📢 Connect a channel', '👥 Connect a group'], ...BARE]);
  expect(bare.rows.flat()).toHaveLength(10);

  await owner.adds(shop, channel, { rights: ['can_invite_users'] });
  await owner.reads(mainBot, 'ban users');
  const lame = await openPage({ owner, shop });
  expect(lame.text).toContain('📢 Channel: Yoga\n⚠️ The bot is missing these rights: ban users.');
  expect(lame.rows[0]).toEqual(['🩺 Bot health']);

  await owner.adds(shop, channel);
  await owner.reads(mainBot, 'all the rights it needs');
  const priceless = await openPage({ owner, shop });
  expect(priceless.text).toContain('✅ Channel: Yoga\n⬜ No plans yet');
  expect(priceless.rows).toEqual([['💰 Set a price'], ...USUAL]);

  const { id } = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(channel.id) } });
  for (const [months, price] of [
    [1, '50 000'],
    [6, '250 000'],
  ] as const) {
    await owner.presses(mainBot, `price:${id}:${months}`);
    await owner.sends(mainBot, price);
  }
  const cardless = await openPage({ owner, shop });
  expect(cardless.text).toContain('✅ Plans: 2\n⬜ No card yet');
  expect(cardless.rows).toEqual([['💳 Add a card'], ...USUAL]);

  await owner.taps(mainBot, '💳 Add a card');
  await owner.sends(mainBot, '8600 1234 5678 9012');
  await owner.sends(mainBot, 'NODIRA KARIMOVA');
  await platform.quiet();
  expect(screenOf(owner).text).toContain('✅ Your bot is live.');
  expect(screenOf(owner).text).toContain('📢 Channel: Yoga\n• 1 month: 50,000 UZS\n• 6 months: 250,000 UZS');
  expect(screenOf(owner).text).not.toContain('⬜');
  expect(screenOf(owner).rows).toEqual(USUAL);
});

describe('whether a bot sells', () => {
  test('is the same in the list, on its page and to a buyer, also while paused and for a banned owner', async () => {
    const { mainBot, moderator, database } = platform;
    const shop = await openShop(platform);
    const buyer = await newBuyer(platform, shop);
    const { owner, shop: bot } = shop;

    async function expectSelling(sells: boolean, mark: string, first: string): Promise<void> {
      await owner.sends(mainBot, '/menu');
      expect(screenOf(owner).text).toContain(`${mark} @${bot.username}`);
      await owner.presses(mainBot, 'bots:0');
      await platform.quiet();
      expect(screenOf(owner).rows[0]).toEqual([`${mark} ${bot.username}`]);
      const { text, rows } = await openPage(shop);
      expect(text.includes('Your bot is live')).toBe(sells);
      expect(rows[0]?.[0]).toBe(first);
      await buyer.sends(bot, '/start');
      expect(buyer.chatWith(bot).last?.text.includes('Choose a plan')).toBe(sells);
    }

    await expectSelling(true, '🟢', '🧾 Receipts');
    await owner.presses(mainBot, `bot:${bot.id}:pause`);
    await expectSelling(false, '⏸', '▶️ Resume');
    await openPage(shop);
    await owner.taps(mainBot, '▶️ Resume');
    await expectSelling(true, '🟢', '🧾 Receipts');

    const row = await database.owner.findUniqueOrThrow({ where: { telegramUserId: owner.id } });
    await moderator.presses(mainBot, `mod:owner:${row.id}:ban`);
    await owner.reads(mainBot, 'Your account is banned');
    await expectSelling(false, '🟡', '💬 Support');
    await moderator.presses(mainBot, `mod:owner:${row.id}:unban`);
    await owner.reads(mainBot, 'active again');
    await expectSelling(true, '🟢', '🧾 Receipts');
  });

  test('is so in the notice of a connected chat, too: paused it is not live, whatever has a price', async () => {
    const { mainBot, database } = platform;
    const { owner, shop: bot } = await openShop(platform);
    const group = owner.createsGroup('Second', { supergroup: true });
    await owner.adds(bot, group);
    await owner.reads(mainBot, 'The group Second is connected');
    const { id } = await database.channel.findFirstOrThrow({ where: { title: 'Second' } });
    await owner.presses(mainBot, `price:${id}:1`);
    await owner.sends(mainBot, '10 000');
    await owner.presses(mainBot, `chat:${id}:disconnect`);
    await owner.reads(mainBot, 'Second is disconnected');
    await owner.removes(bot, group);
    await owner.presses(mainBot, `bot:${bot.id}:pause`);
    await owner.adds(bot, group);
    const { text } = await owner.reads(mainBot, 'The group Second is connected');
    expect(text).toContain('Paused');
    expect(text).not.toContain('Your bot is live');
  });
});

test('behind ⚙️ is what is set once, with its present value, and the removal last', async () => {
  const { mainBot } = platform;
  const shop = await openShop(platform);
  const { owner, shop: bot } = shop;
  await openPage(shop);
  await owner.taps(mainBot, '⚙️ More');
  await platform.quiet();
  expect(screenOf(owner).text).toContain('💳 Card: •••• 9012, AZIZ AZIZOV\n✏️ Welcome text: default');
  expect(screenOf(owner).rows).toEqual([
    ['💳 Card', '✏️ Welcome text'],
    ['📄 Terms', '🖼 Photo'],
    ['🔢 Unique amounts: off'],
    ['📄 For Excel', '🩺 Bot health'],
    ['🔔 Alerts: on', '⏸ Pause'],
    ['🎫 Free list'],
    ['👥 Connect a group'],
    [`Disconnect ${shop.chat.title}`],
    ['🗑 Remove'],
    ['← Back'],
  ]);
  await owner.taps(mainBot, '🔔 Alerts: on');
  await platform.quiet();
  expect(screenOf(owner).rows[4]?.[0]).toBe('🔕 Alerts: off');
  await owner.taps(mainBot, '🔕 Alerts: off');

  await owner.presses(mainBot, `bot:${bot.id}:card`);
  expect(screenOf(owner).text).toContain('Card: •••• 9012, AZIZ AZIZOV');
  await owner.taps(mainBot, 'Cancel');
  await owner.taps(mainBot, '🗑 Remove');
  await platform.quiet();
  expect(screenOf(owner).text).toContain(`Remove @${bot.username}?`);
  await owner.taps(mainBot, 'Cancel');
});

test('a welcome text of one’s own is shown before it is changed, and the default one comes back', async () => {
  const { mainBot } = platform;
  const shop = await openShop(platform);
  const { owner, shop: bot } = shop;
  await owner.presses(mainBot, `bot:${bot.id}:welcome`);
  expect(screenOf(owner).text).toContain('private channel or group');
  expect(screenOf(owner).rows).toEqual([['Cancel']]);
  await owner.sends(mainBot, 'Yoga <every> morning');
  await platform.quiet();
  const buyer = await newBuyer(platform, shop);
  expect(buyer.chatWith(bot).last?.text).toContain('Yoga <every> morning');
  await owner.presses(mainBot, `bot:${bot.id}:more`);
  expect(screenOf(owner).text).toContain('Welcome text: “Yoga <every> morning”');
  await owner.presses(mainBot, `bot:${bot.id}:welcome`);
  expect(screenOf(owner).text).toContain('\n\nYoga <every> morning\n\n');
  await owner.taps(mainBot, '↩️ Back to the default text');
  await platform.quiet();
  expect(screenOf(owner).text).toContain('Welcome text: default');
  await buyer.sends(bot, '/start');
  expect(buyer.chatWith(bot).last?.text).not.toContain('Yoga');
});

test('an owner is greeted with their bots and what waits, a newcomer with what Getolog is', async () => {
  const { mainBot, telegram } = platform;
  const newcomer = telegram.newPerson({ firstName: 'New', languageCode: 'en' });
  await newcomer.starts(mainBot);
  await newcomer.presses(mainBot, 'lang:en');
  expect(screenOf(newcomer).text).toContain('Welcome to Getolog');

  const shop = await openShop(platform);
  const { owner, shop: bot } = shop;
  await owner.sends(mainBot, '/menu');
  expect(screenOf(owner).text).toBe(`👋 Your bots:\n\n🟢 @${bot.username}\n\nNo receipts to review.`);
  await payFor(platform, shop, await newBuyer(platform, shop));
  await owner.sends(mainBot, '/menu');
  expect(screenOf(owner).text).toContain('🧾 1 receipt to review.');
  expect(screenOf(owner).rows[0]).toEqual([`🧾 ${bot.username} · 1`]);
  await owner.taps(mainBot, `🧾 ${bot.username} · 1`);
  await platform.quiet();
  expect(screenOf(owner).rows[0]).toEqual(['Bobur · 50,000 UZS']);
  expect((await openPage(shop)).rows[0]).toEqual(['🧾 Receipts: 1', '👤 Users']);
});

test('whoever has a language may leave the choice as it is', async () => {
  const { mainBot, telegram } = platform;
  const { owner, shop: bot } = await openShop(platform);
  const stranger = telegram.newPerson({ firstName: 'Kim', languageCode: 'en' });
  await stranger.starts(mainBot);
  expect(screenOf(stranger).rows).toHaveLength(3);
  await owner.sends(mainBot, '/language');
  await owner.taps(mainBot, '← Back');
  await platform.quiet();
  expect(screenOf(owner).text).toContain('👋 Your bots');
  await owner.sends(bot, '/language');
  await owner.taps(bot, '← Back');
  await platform.quiet();
  expect(owner.chatWith(bot).last?.text).toContain('This is your bot');
});
