import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const bot = () => platform.database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });

test.each([
  '\u202a8600 1234 5678 9012\u202c',
  '8600–1234–5678–9012',
  '\u2068' + '8600\u200b1234\u20605678\ufeff9012\u2069',
  '8600\u00ad1234 5678−9012',
])('a card number is read as people see it: %j', async (pasted) => {
  const { mainBot } = platform;
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:card`);
  await shop.owner.sends(mainBot, pasted);
  await shop.owner.sends(mainBot, '\u200eAZIZ\u200b AZIZOV\u200f');
  expect(await bot()).toMatchObject({ cardNumber: '8600123456789012', cardHolder: 'AZIZ AZIZOV' });
});

test.each([
  ['\u200e60000', '60000.00'],
  ['50\u200b000', '50000.00'],
  ['\u2066 70 000 soʻm\u2069', '70000.00'],
])('a price is read as people see it: %j', async (pasted, price) => {
  const { mainBot, database } = platform;
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  await shop.owner.presses(mainBot, `price:${channelId}:1`);
  await shop.owner.sends(mainBot, pasted);
  const plan = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  expect(plan.price.toFixed(2)).toBe(price);
});

test('a token is found among what draws nothing', async () => {
  const { mainBot, telegram, database } = platform;
  const owner = telegram.newPerson({ firstName: 'Karim', languageCode: 'en' });
  const other = telegram.newBot({ username: 'pasted_bot', name: 'Pasted' });
  await owner.starts(mainBot);
  const [number, secret = ''] = other.token.split(':');
  await owner.sends(mainBot, `\u2068${number}:\u200b${secret.slice(0, 9)}\u2060${secret.slice(9)}\u2069`);
  expect(await database.sellerBot.count({ where: { telegramBotId: other.id } })).toBe(1);
});

test('settings are values too, and an advertisement keeps its emoji whole', async () => {
  const { mainBot, moderator, database } = platform;
  await moderator.starts(mainBot);
  const family = '👨\u200d👩\u200d👧 Getolog';
  for (const [name, typed, value] of [
    ['price1', '\u202a99 000\u202c', '99000.00'],
    ['card', '\u200e8600 1234 5678 9012', '8600123456789012'],
    ['ad-uz', family, family],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, typed);
    expect(await database.platformSetting.findUnique({ where: { name } })).toMatchObject({ value });
  }
});

test.each([
  "O'tkir",
  'Oʻtkir',
  'oʼtkir',
  'O‘tkir',
  'O’TKIR',
  'O`tkir',
  '\u200eOʻt\u200bkir Ali-Zoda',
  'Ali‑Zoda',
])('a name is found however its apostrophe and dash are typed: %s', async (typed) => {
  const { mainBot, moderator } = platform;
  const name = `O${typed.includes('`') ? "'" : 'ʻ'}tkir\u00a0Ali–Zoda`;
  const buyer = await newBuyer(platform, shop, { firstName: name });
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:find`);
  await shop.owner.sends(mainBot, typed);
  const found = shop.owner.chatWith(mainBot).last;
  expect(
    found?.buttons
      .flat()
      .map(({ text }) => text)
      .join(),
  ).toContain('tkir');
  expect(found?.text).toContain('Found');
  await buyer.starts(mainBot);
  await moderator.presses(mainBot, 'mod:find');
  await moderator.sends(mainBot, typed);
  expect(
    moderator
      .chatWith(mainBot)
      .last?.buttons.flat()
      .map(({ text }) => text)
      .join(),
  ).toContain('tkir');
});

test('what holds nothing that can be seen finds nobody', async () => {
  const { mainBot } = platform;
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:find`);
  await shop.owner.sends(mainBot, '\u200b\u2060');
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('Nobody found');
});
