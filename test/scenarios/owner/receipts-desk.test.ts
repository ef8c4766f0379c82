import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { LANGUAGES } from '../../../src/infra/i18n/i18n.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import {
  buyAccess,
  holdsLink,
  moderatorReadsEnglish,
  newBuyer,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

const buttonsOf = (person: SandboxPerson, bot: SandboxBot) =>
  person
    .chatWith(bot)
    .last?.buttons.flat()
    .map(({ text }) => text.replaceAll('\u00A0', ' ')) ?? [];

/** What is due in the outbox is done. */
async function sweep(): Promise<void> {
  await platform.app.jobs.sweep();
  await platform.quiet();
}

describe('receipts in the main bot', () => {
  test('wait, the oldest first, are shown again, and every copy says who decided and when', async () => {
    const { clock, mainBot, moderator } = platform;
    const { owner, shop: bot } = shop;
    const picture = randomBytes(64);
    const slow = await newBuyer(platform, shop, { firstName: 'Slow' });
    await slow.presses(bot, `plan:${shop.planId}`);
    await slow.sendsPhoto(bot, { bytes: picture });
    await owner.reads(bot, 'Receipt no. 1');
    for (const hours of [2, 5, 18, 48]) {
      clock.passes({ hours });
      await sweep();
    }
    const told = await moderator.reads(mainBot, 'for 72 hours');
    expect(told.text).toContain('Owner: Aziz');
    await moderator.taps(mainBot, /👤 Aziz/, { message: told });
    expect(moderator.chatWith(mainBot).last?.text).toContain('👤 Aziz');
    const quick = await newBuyer(platform, shop, { firstName: 'Quick' });
    await payFor(platform, shop, quick);

    await owner.presses(mainBot, `bot:${bot.id}:pending`);
    expect(buttonsOf(owner, mainBot)).toEqual(['Slow · 50,000 UZS', 'Quick · 50,000 UZS', '← Back']);
    await owner.taps(mainBot, /^Slow/);
    const shown = await owner.reads(mainBot, 'Receipt no. 1');
    expect(Buffer.from(shown.photo?.bytes ?? []).equals(picture)).toBe(true);
    await owner.taps(mainBot, '✅ Approve', { message: shown });
    await slow.reads(bot, holdsLink);
    await platform.quiet();

    const when = '24 November 2026, 15:00';
    const copies = owner.chatWith(bot).messages.filter(({ text }) => text.includes('Receipt no. 1\n'));
    // The receipt and three reminders.
    expect(copies).toHaveLength(4);
    for (const copy of [...copies, await owner.reads(mainBot, 'Receipt no. 1\n')]) {
      expect(copy.text).toContain(`Approved by you, ${when}`);
      expect(copy.buttons.flat().map(({ data }) => data)).toEqual(['revert:1']);
    }
    const escalated = await moderator.reads(mainBot, 'Receipt no. 1\n');
    expect(escalated.text).toContain(`Approved by Aziz (@${owner.username}), ${when}`);
    expect(escalated.buttons).toEqual([]);

    await owner.taps(mainBot, /Undo the approval/);
    await owner.taps(mainBot, 'Yes, undo it');
    await moderator.reads(mainBot, `Aziz (@${owner.username}) undid the approval, ${when}`);
  });

  test('say what the payer did before, and that the file was used before', async () => {
    const { mainBot } = platform;
    const { owner, shop: bot } = shop;
    const { member } = await buyAccess(platform, shop);
    const first = await owner.reads(bot, 'Receipt no. 1');
    expect(first.text).not.toContain('same file');
    await member.presses(bot, `plan:${shop.planId}`);
    await member.sendsPhoto(bot, { uniqueId: 'once-more' });
    await owner.presses(bot, 'reject:2:amount');
    await member.presses(bot, `plan:${shop.planId}`);
    await member.sendsDocument(bot, {
      uniqueId: 'once-more',
      mimeType: 'application/pdf',
      fileName: 'receipt.pdf',
    });
    const third = await owner.reads(bot, 'Receipt no. 3');
    expect(third.text).toContain('The same file was sent before, with receipt no. 2.');
    expect(third.text).toContain('Earlier: 1 approved, 1 rejected. Subscribed until 21 December 2026');
    // Another shop's sales say nothing here.
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    await buyer.sendsPhoto(other.shop, { uniqueId: 'once-more' });
    const elsewhere = await other.owner.reads(other.shop, 'Receipt no. 4');
    expect(elsewhere.text).toContain('First payment here.');
    expect(elsewhere.text).not.toContain('same file');
    await owner.presses(mainBot, 'receipt:3');
    const again = await owner.reads(mainBot, 'Receipt no. 3');
    expect(again.document?.mimeType ?? again.document?.fileName).toBeDefined();
  });
});

test.each([
  ['en', ',', /^№|^No\./],
  ['ru', ';', /^№/],
  ['uz', ';', /^№/],
] as const)('the database open as spreadsheets in %s', async (language, delimiter, number) => {
  const { mainBot } = platform;
  const { owner, shop: bot } = shop;
  await owner.presses(mainBot, `lang:${language}`);
  const { member } = await buyAccess(platform, shop, { firstName: '=HYPERLINK(1)' });
  await owner.presses(mainBot, `bot:${bot.id}:export`);
  await platform.quiet();
  const files = owner.chatWith(mainBot).messages.flatMap(({ document }) => (document ? [document] : []));
  expect(files.map(({ fileName }) => fileName)).toEqual([
    `${bot.username}-payments.csv`,
    `${bot.username}-people.csv`,
  ]);
  const tables = files.map(({ bytes }) => {
    expect(Buffer.from(bytes.slice(0, 3)).toString('hex')).toBe('efbbbf');
    const lines = new TextDecoder().decode(bytes).split('\r\n');
    return lines.filter((line) => line !== '').map((line) => line.split(delimiter));
  });
  const [payments, people] = tables;
  expect(payments?.[0]?.[0]).toMatch(number);
  expect(payments?.[1]).toEqual([
    '1',
    '2026-11-21 14:00',
    '2026-11-21 14:00',
    "'=HYPERLINK(1)",
    '',
    String(member.id),
    shop.chat.title,
    { en: '1 month', ru: '1 месяц', uz: '1 oy' }[language],
    { en: '50000', ru: '50000', uz: '50000' }[language],
    { en: 'approved', ru: 'подтверждён', uz: 'tasdiqlandi' }[language],
    // No code, so neither a price before it nor a discount.
    '',
    '',
    '',
    // By card there are no attempts at a provider.
    'card',
    'UZS',
    '',
    // By no advertisement.
    '',
  ]);
  expect(people).toHaveLength(2);
  expect(people?.[1]?.slice(1, 4)).toEqual(["'=HYPERLINK(1)", '', String(member.id)]);
});

test('pictures of figures come as photos, with the way back to the figures', async () => {
  const { mainBot, moderator } = platform;
  const { owner, shop: bot } = shop;
  await buyAccess(platform, shop);
  for (const [person, chart, back] of [
    [owner, 'stats:chart', 'stats'],
    [owner, `bot:${bot.id}:chart`, `bot:${bot.id}:stats`],
    [moderator, 'mod:chart', 'mod'],
  ] as const) {
    await person.presses(mainBot, chart);
    await platform.quiet();
    const picture = person.chatWith(mainBot).last;
    expect(Buffer.from(picture?.photo?.bytes ?? []).toString('hex')).toMatch(/^89504e470d0a1a0a/);
    expect(picture?.buttons.flat().map(({ data }) => data)).toEqual([back]);
    await person.presses(mainBot, back);
    await platform.quiet();
    expect(person.chatWith(mainBot).last?.text).toMatch(/Today: 50,000\sUZS/);
  }
});

describe('what Telegram shows of a bot', () => {
  /** What somebody whose app speaks this language reads. */
  const readIn = (bot: SandboxBot, kind: 'descriptions' | 'shortDescriptions', language: string) =>
    bot.profile[kind].get(language) ?? bot.profile[kind].get('');

  test('commands and descriptions are there in three languages, and for everybody else', async () => {
    const { mainBot } = platform;
    for (const bot of [mainBot, shop.shop]) {
      await eventually(() => {
        for (const language of ['', ...LANGUAGES]) {
          const key = JSON.stringify([{ type: 'all_private_chats' }, language]);
          expect(bot.profile.commands.get(key)?.map(({ command }) => command)).toEqual([
            'start',
            'menu',
            ...(bot === mainBot ? ['panel'] : []),
            'language',
            'support',
            'help',
            'privacy',
            'terms',
            'paysupport',
            'cancel',
          ]);
          expect(readIn(bot, 'descriptions', language)).toBeTruthy();
          expect(readIn(bot, 'shortDescriptions', language)).toBeTruthy();
        }
      });
      for (const kind of ['descriptions', 'shortDescriptions'] as const) {
        expect(new Set(LANGUAGES.map((language) => readIn(bot, kind, language))).size).toBe(3);
        expect(readIn(bot, kind, 'de')).toBe(readIn(bot, kind, 'en'));
      }
    }
    const own = JSON.stringify([{ type: 'chat', chat_id: platform.moderator.id }, '']);
    expect(mainBot.profile.commands.get(own)?.map(({ command }) => command)).toContain('admin');
    const others = [...mainBot.profile.commands].filter(([key]) => key !== own);
    expect(JSON.stringify(others)).not.toContain('admin"');
  });

  test('what an owner wrote there themselves stays', async () => {
    const { mainBot, telegram } = platform;
    const bot = telegram.newBot({ username: 'described_bot', name: 'Described' });
    bot.profile.descriptions.set('', 'My own words');
    await shop.owner.sends(mainBot, bot.token);
    await shop.owner.reads(mainBot, '@described_bot is ready');
    await eventually(() => expect(bot.profile.shortDescriptions.size).toBe(4));
    expect([...bot.profile.descriptions]).toEqual([['', 'My own words']]);
  });
});

describe('menus', () => {
  test('change the message in place, to the end and back', async () => {
    const { mainBot } = platform;
    const { owner, shop: bot } = shop;
    await owner.sends(mainBot, '/menu');
    const menu = owner.chatWith(mainBot).last;
    const before = owner.chatWith(mainBot).messages.length;
    const way = ['bots:0', `bot:${bot.id}`, `bot:${bot.id}:plans`, `bot:${bot.id}`, `bot:${bot.id}:users:0`];
    way.push(
      `bot:${bot.id}`,
      `bot:${bot.id}:stats`,
      `bot:${bot.id}`,
      `bot:${bot.id}:pending`,
      'tariff',
      'home',
    );
    for (const data of way) {
      if (menu) await owner.presses(mainBot, data, { message: menu });
      await platform.quiet();
    }
    expect(owner.chatWith(mainBot).messages).toHaveLength(before);
    const now = owner.chatWith(mainBot).messages.find(({ id }) => id === menu?.id);
    expect(now?.text).toBe(menu?.text);
    expect(now?.edited).toBe(true);
  });

  test('of old messages work, before and after a restart', async () => {
    const { clock, mainBot } = platform;
    const { owner, shop: bot } = shop;
    await owner.sends(mainBot, '/menu');
    const menu = owner.chatWith(mainBot).last;
    clock.passes({ days: 60 });
    await platform.restart();
    const answers = owner.answers(mainBot).length;
    if (menu) await owner.presses(mainBot, `bot:${bot.id}`, { message: menu });
    await owner.reads(mainBot, `@${bot.username}\n`);
    // A button that this version no longer knows says so.
    if (menu) await owner.presses(mainBot, 'old:kind:1', { message: menu });
    await platform.quiet();
    expect(told(owner, mainBot)).toContain('This is no longer available');
    expect(owner.answers(mainBot)).toHaveLength(answers + 2);
  });
});
