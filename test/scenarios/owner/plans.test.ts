import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let channelId: number;
beforeAll(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  const telegramChatId = BigInt(shop.chat.id);
  channelId = (await platform.database.channel.findFirstOrThrow({ where: { telegramChatId } })).id;
});
afterAll(async () => {
  await platform.closesClean();
});

const plain = (text: string) => text.replaceAll('\u00A0', ' ');

async function screenOf(person: SandboxPerson) {
  await platform.quiet();
  const { last } = person.chatWith(platform.mainBot);
  return {
    text: plain(last?.text ?? ''),
    rows: (last?.buttons ?? []).map((row) => row.map(({ text }) => plain(text))),
  };
}

test('prices stand under the name of their chat, and buttons are short', async () => {
  const { mainBot } = platform;
  const { owner, shop: bot, chat } = shop;
  await owner.presses(mainBot, `bot:${bot.id}:plans`);
  const one = await screenOf(owner);
  expect(one.text).toContain(`📢 Channel: ${chat.title}\n• 1 month: 50,000 UZS`);
  expect(one.rows).toEqual([
    ['✏️ 📢 1 month', '⏸', '⚙️'],
    ['➕ 📢 6 months', '➕ 📢 12 months'],
    ['➕ 📢 lifetime'],
    ['➕ 📢 another plan'],
    ['← Back'],
  ]);

  await owner.taps(mainBot, '➕ 📢 lifetime');
  await owner.sends(mainBot, '900.000');
  await owner.presses(mainBot, `bot:${bot.id}:plans`);
  await owner.taps(mainBot, '⏸');
  const two = await screenOf(owner);
  expect(two.text).toContain('• 1 month: 50,000 UZS (off sale)\n• lifetime: 900,000 UZS');
  expect(two.rows).toEqual([
    ['✏️ 📢 1 month', '▶️', '⚙️'],
    ['✏️ 📢 lifetime', '⏸', '⚙️'],
    ['➕ 📢 6 months', '➕ 📢 12 months'],
    ['➕ 📢 another plan'],
    ['← Back'],
  ]);
  await owner.taps(mainBot, '▶️');
  expect((await screenOf(owner)).text).not.toContain('(off sale)');
});

test('a wrong price is asked for once more, with the way back to the plans', async () => {
  const { mainBot } = platform;
  const { owner } = shop;
  for (const [wrong, why] of [
    ['abc', 'Send just the amount, for example 50,000.'],
    ['0', 'A price can be from 0.01'],
  ] as const) {
    await owner.presses(mainBot, `price:${channelId}:6`);
    await owner.sends(mainBot, wrong);
    const asked = await screenOf(owner);
    expect(asked.text).toContain(why);
    expect(asked.rows).toEqual([['Cancel']]);
    await owner.taps(mainBot, 'Cancel');
    expect((await screenOf(owner)).text).toContain('💰 Plans of');
  }
  // Until they leave, the question stays open.
  await owner.presses(mainBot, `price:${channelId}:6`);
  await owner.sends(mainBot, 'abc');
  await owner.sends(mainBot, '250 000');
  expect((await screenOf(owner)).text).toContain('• 6 months: 250,000 UZS');
});

test('whatever else is typed wrongly has its way out', async () => {
  const { mainBot, moderator } = platform;
  const { owner, shop: bot } = shop;
  await owner.presses(mainBot, `bot:${bot.id}:card`);
  await owner.sends(mainBot, '123');
  expect((await screenOf(owner)).rows).toEqual([['Cancel']]);
  await owner.sends(mainBot, '8600 1234 5678 9012');
  await owner.sends(mainBot, '8600 1234 5678 9012');
  expect(await screenOf(owner)).toEqual({
    text: 'That’s a number. Please send the cardholder’s name.',
    rows: [['Cancel']],
  });
  await owner.presses(mainBot, `bot:${bot.id}:welcome`);
  await owner.sends(mainBot, 'x'.repeat(1_001));
  expect((await screenOf(owner)).rows).toEqual([['Cancel']]);
  await owner.taps(mainBot, 'Cancel');
  expect((await screenOf(owner)).text).toContain(': settings');

  await moderator.presses(mainBot, 'mod:set:price1');
  await moderator.sends(mainBot, 'a lot');
  expect((await screenOf(moderator)).rows).toEqual([['Cancel']]);
  await moderator.taps(mainBot, 'Cancel');
  expect((await screenOf(moderator)).text).toContain('Platform settings');
});

test('the platform’s settings show what is set, whole, and ask with it', async () => {
  const { mainBot, moderator } = platform;
  for (const [name, value] of [
    ['price1', '10 000'],
    ['card', '8600 1234 5678 9012'],
    ['holder', 'GETOLOG PLATFORM COMPANY'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  const { text, rows } = await screenOf(moderator);
  expect(text).toContain('Price, 1 month: 10,000 UZS\nPrice, 6 months: —');
  expect(text).toContain('Card: 8600 1234 5678 9012\nCardholder: GETOLOG PLATFORM COMPANY');
  expect(rows[0]).toEqual(['Price, 1 month', 'Price, 6 months']);
  await moderator.taps(mainBot, 'Cardholder');
  expect((await screenOf(moderator)).text).toBe(
    'Cardholder: GETOLOG PLATFORM COMPANY\n\nSend the new value.',
  );
});

test('a tariff says what it gives, what it costs on its button, and copies the amount', async () => {
  const { mainBot } = platform;
  const { owner } = shop;
  await newBuyer(platform, shop);
  await owner.presses(mainBot, 'tariff');
  const page = await screenOf(owner);
  expect(page.text).toContain(
    'Free: everything works, and your bots’ welcome screen has one line about Getolog.',
  );
  expect(page.text).toContain('6 months: not on sale yet\n12 months: not on sale yet');
  expect(page.rows).toEqual([['⭐ 1 month · 10,000 UZS'], ['← Back']]);
  await owner.taps(mainBot, /^⭐ 1 month/);
  await platform.quiet();
  const { last } = owner.chatWith(mainBot);
  expect(last?.buttons[0]?.map(({ text, copyText }) => [text, copyText])).toEqual([
    ['📋 Amount', '10000'],
    ['📋 Card number', '8600123456789012'],
  ]);
});
