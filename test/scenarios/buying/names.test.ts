import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { shorten } from '../../../src/shared/text.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, openShop, payFor, type Shop } from '../../support/shop.ts';

const ARABIC = 'محمد علي';
const HEBREW = 'דוד כהן';
/** Turns what follows around, up to the end of the line. */
const OVERRIDE = '\u202E';

/** A name as it comes from Telegram, and what of it is to be read; null: nothing, so that the id stands for it. */
const NAMES: [what: string, name: string, read: string | null][] = [
  ['emoji', '🔥 Oila 👩‍👩‍👧‍👦 🇺🇿', '🔥 Oila 👩‍👩‍👧‍👦 🇺🇿'],
  ['Arabic', ARABIC, ARABIC],
  ['Hebrew', HEBREW, HEBREW],
  ['an override', `${OVERRIDE}gnorw`, 'gnorw'],
  ['an override amid Arabic', `${ARABIC}${OVERRIDE}\u2067`, ARABIC],
  ['markup', '<b>Bold</b> & "Co"', '<b>Bold</b> & "Co"'],
  ['an unclosed tag', '</b><a href="x">', '</b><a href="x">'],
  ['braces', '{{count}} $t(menu.text)', '{{count}} $t(menu.text)'],
  ['64 letters', 'Ж'.repeat(64), 'Ж'.repeat(64)],
  ['fillers', '\u3164', null],
  ['blanks', ' \u00A0\u2800\u200B', null],
];

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  const { mainBot, moderator } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
});
afterAll(async () => {
  await platform.closesClean();
});

/** What does not come at once does not come. */
const SOON = { timeoutMs: 5_000 };

const RIGHT_TO_LEFT = /[\u0590-\u08FF\u200F\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** Text in which nothing turns around what stands beside it. */
function expectOrderly(text: string): void {
  expect(text).not.toMatch(/[\u202A-\u202E]/);
  for (const line of text.split('\n')) {
    const outside = line.replaceAll(/\u2068[^\u2066-\u2069]*\u2069/g, '');
    expect(outside, JSON.stringify(line)).not.toMatch(/[\u2066-\u2069]/);
    expect(RIGHT_TO_LEFT.test(outside), JSON.stringify(line)).toBe(false);
  }
}

/** Everything that a bot ever wrote to somebody. */
function expectAllOrderly(person: SandboxPerson, bot: SandboxBot): void {
  const { messages } = person.chatWith(bot);
  for (const message of messages.filter(({ from }) => from === 'bot')) {
    for (const text of [message.text, ...message.buttons.flat().map((button) => button.text)]) {
      expectOrderly(text);
      expect(text).not.toMatch(/&(?:lt|gt|amp|quot|#\d+);/);
      expect(text.trim()).not.toBe('');
    }
  }
}

const plain = (text: string) => text.replaceAll(/[\u2066-\u2069]/g, '').replaceAll('\u00A0', ' ');
const allOf = ({ text, buttons }: SandboxMessage) =>
  plain([text, ...buttons.flat().map((button) => button.text)].join('\n'));

describe.each(NAMES)('somebody whose name is %s', (_what, name, read) => {
  let shop: Shop;
  let person: SandboxPerson;
  let shown: string;

  beforeAll(async () => {
    // A shop of their own, because messages to one owner come at the pace that Telegram accepts.
    shop = await openShop(platform);
    person = platform.telegram.newPerson({ firstName: name, languageCode: 'en' });
    shown = read === null ? `ID ${person.id}` : `${read} (ID ${person.id})`;
    await person.starts(shop.shop);
    await person.presses(shop.shop, 'lang:en');
    await payFor(platform, shop, person);
  });

  const row = () =>
    platform.database.endUser.findFirstOrThrow({
      where: { telegramUserId: person.id },
      include: { payments: true },
    });

  test('is read by the owner in notices, in the list, on the page and beside the receipt', async () => {
    const { owner, shop: bot } = shop;
    const { mainBot } = platform;
    const { id, payments } = await row();
    const paymentId = payments[0]?.id ?? 0;
    const has = (text: string) => (message: SandboxMessage) => allOf(message).includes(text);
    await owner.reads(mainBot, has(`New in @${bot.username}: ${shown}`), SOON);
    await owner.reads(bot, has(`From: ${shown}`), SOON);

    const onButton = (room: number) => shorten(read ?? `ID ${person.id}`, room);
    const inRow = `${onButton(15)} · 50,000 UZS`;
    await owner.presses(mainBot, `bot:${bot.id}:users:0`);
    await owner.reads(mainBot, has(onButton(28)), SOON);
    await owner.presses(mainBot, `user:${id}`);
    await owner.reads(mainBot, has(`👤 ${shown}`), SOON);
    await owner.presses(mainBot, `bot:${bot.id}:pending`);
    await owner.reads(mainBot, has(inRow), SOON);
    await owner.sends(bot, '/menu');
    await owner.reads(bot, has(inRow), SOON);

    await person.sends(bot, '/support');
    await person.sends(bot, 'hello');
    await owner.reads(bot, has(`💬 ${shown} wrote in @${bot.username}`), SOON);
    await owner.presses(bot, `approve:${paymentId}`);
    await platform.quiet();
    const access = await person.reads(bot, holdsLink);
    await person.joins(access.buttons.flat().find(({ url }) => url)?.url ?? '');
    await owner.reads(mainBot, has(`✅ ${shown} joined`), SOON);

    if (read !== null) {
      await owner.presses(mainBot, `bot:${bot.id}:find`);
      await owner.sends(mainBot, read.slice(0, 5));
      await owner.reads(mainBot, has(onButton(28)), SOON);
    }
    expectAllOrderly(owner, mainBot);
    expectAllOrderly(owner, bot);
  });

  test('is read by moderators as an owner', async () => {
    const { moderator, mainBot, database } = platform;
    await person.starts(mainBot);
    const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: person.id } });
    await moderator.reads(mainBot, (message) => allOf(message).includes(`New owner: ${shown}`), SOON);
    await moderator.presses(mainBot, 'mod:owners:0');
    await moderator.presses(mainBot, `mod:owner:${owner.id}`);
    await moderator.reads(mainBot, (message) => allOf(message).includes(`👤 ${shown}`), SOON);
    expectAllOrderly(moderator, mainBot);
  });
});

describe.each(NAMES.filter(([, , read]) => read !== null))(
  'a chat whose title is %s',
  (_what, title, read) => {
    test('is read by its owner and its buyers', async () => {
      const { telegram, mainBot, database } = platform;
      const { owner } = await openShop(platform);
      const bot = telegram.newBot({ username: `titled_${owner.id}_bot`, name: title });
      await owner.sends(mainBot, bot.token);
      await owner.reads(mainBot, `@${bot.username} is ready`);
      const chat = owner.createsGroup(title, { supergroup: true });
      await owner.adds(bot, chat);
      const has = (text: string) => (message: SandboxMessage) => allOf(message).includes(text);
      await owner.reads(mainBot, has(`The group ${read} is connected`), SOON);
      const channel = await database.channel.findFirstOrThrow({ where: { telegramChatId: BigInt(chat.id) } });
      await owner.presses(mainBot, `price:${channel.id}:1`);
      await owner.reads(mainBot, has(`💰 ${read}, 1 month: what`), SOON);
      await owner.sends(mainBot, '10 000');
      await owner.presses(mainBot, `bot:${bot.id}:card`);
      await owner.sends(mainBot, '8600 1234 5678 9012');
      await owner.sends(mainBot, `${title.slice(0, 20)} OGLI`);
      await owner.presses(mainBot, `bot:${bot.id}:welcome`);
      await owner.sends(mainBot, `${title}\nmakes you welcome`);
      await owner.presses(mainBot, `bot:${bot.id}`);
      await owner.reads(mainBot, has(`👥 Group: ${read}`), SOON);
      await owner.presses(mainBot, `bot:${bot.id}:check`);
      await owner.reads(mainBot, has(`${read}: all rights in place`), SOON);
      await owner.starts(bot);

      const buyer = telegram.newPerson({ firstName: 'Buyer', languageCode: 'en' });
      await buyer.starts(bot);
      await buyer.presses(bot, 'lang:en');
      await buyer.reads(bot, has(`${read}\nmakes you welcome`), SOON);
      const plan = await database.plan.findFirstOrThrow({ where: { channelId: channel.id } });
      const paymentId = await payFor(platform, { owner, shop: bot, chat, planId: plan.id }, buyer);
      await owner.presses(bot, `approve:${paymentId}`);
      await buyer.reads(bot, has(`${read} is waiting for you`), SOON);
      await buyer.presses(bot, 'mysub');
      await buyer.reads(bot, has(`${read}: your subscription ends`), SOON);
      await buyer.presses(bot, 'forget');
      await buyer.reads(bot, has(`your subscription to ${read}`), SOON);
      for (const who of [buyer, owner]) expectAllOrderly(who, bot);
      expectAllOrderly(owner, mainBot);
    });
  },
);

test('a name or @username that has changed meanwhile is shown as it is now', async () => {
  const { owner, shop: bot } = await openShop(platform);
  const { mainBot, telegram, moderator, database } = platform;
  const person = telegram.newPerson({ firstName: 'Olim', username: 'olim_1', languageCode: 'en' });
  await person.starts(bot);
  await person.presses(bot, 'lang:en');
  await person.starts(mainBot);
  await owner.reads(mainBot, 'Olim (@olim_1)');
  const { id } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: person.id } });
  const asOwner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: person.id } });
  person.renames({ firstName: 'Olimjon', lastName: 'Karimov', username: 'olim_2' });
  await person.sends(bot, '/menu');
  await person.sends(mainBot, '/menu');
  await owner.presses(mainBot, `user:${id}`);
  await owner.reads(mainBot, '👤 Olimjon Karimov (@olim_2)');
  await moderator.presses(mainBot, `mod:owner:${asOwner.id}`);
  await moderator.reads(mainBot, '👤 Olimjon Karimov (@olim_2)');
  person.renames({ firstName: 'Olimjon' });
  await person.sends(bot, '/menu');
  await owner.presses(mainBot, `user:${id}`);
  await owner.reads(mainBot, `👤 Olimjon (ID ${person.id})`);
  // What `%` and `_` mean to a database is nothing to whoever types them.
  for (const [typed, answer] of [
    ['olimjon', 'Found: 1'],
    ['%', 'Nobody found'],
    ['o_i', 'Nobody found'],
    ['\\', 'Nobody found'],
  ] as const) {
    await owner.presses(mainBot, `bot:${bot.id}:find`);
    await owner.sends(mainBot, typed);
    expect(owner.chatWith(mainBot).last?.text, typed).toContain(answer);
  }
});

test('spreadsheets get names as they are read', async () => {
  const { owner, shop: bot } = await openShop(platform);
  const { mainBot, telegram } = platform;
  for (const [, firstName] of NAMES) await telegram.newPerson({ firstName }).starts(bot);
  await owner.presses(mainBot, `bot:${bot.id}:export`);
  await platform.quiet();
  const files = owner.chatWith(mainBot).messages.flatMap(({ document }) => (document ? [document] : []));
  const people = new TextDecoder().decode(files.find(({ fileName }) => fileName?.includes('people'))?.bytes);
  expect(people).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
  expect(people).toContain(`,${ARABIC},`);
  expect(people).toContain(',"<b>Bold</b> & ""Co""",');
  expect(people).toContain(',gnorw,');
  expect(people).not.toContain('\u3164');
});
