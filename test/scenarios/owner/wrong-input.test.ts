import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { IncomingCall } from '../../../sandbox/server/fault-plan.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

async function newOwner(): Promise<SandboxPerson> {
  const owner = platform.telegram.newPerson({ firstName: 'Dilshod', languageCode: 'en' });
  await owner.starts(platform.mainBot);
  await owner.presses(platform.mainBot, 'lang:en');
  return owner;
}

const lastFrom = (person: SandboxPerson, bot = platform.mainBot) => person.chatWith(bot).last?.text;

describe('tokens', () => {
  const wellFormed = `123456789:${'A'.repeat(35)}`;

  test.each([
    ['one that Telegram does not know', () => wellFormed, 'doesn’t know this token'],
    ['one with its end missing', () => '123456789:AAAAAAAAAAAA', 'incomplete'],
    ['one out of a link', () => `https://api.telegram.org/bot${wellFormed}/getMe`, 'doesn’t know this token'],
    ['the main bot’s own', () => platform.mainBot.token, 'Getolog’s own bot'],
    ['another owner’s', () => shop.shop.token, 'belongs to another owner'],
  ])('%s is explained, and nothing is stored', async (_name, token, answer) => {
    const { database, mainBot } = platform;
    const owner = await newOwner();
    const before = await database.sellerBot.findMany();
    await owner.sends(mainBot, `Here it is: ${token()} thanks`);
    expect(lastFrom(owner)).toContain(answer);
    expect(await database.sellerBot.findMany()).toEqual(before);
    const message = owner.chatWith(mainBot).messages.find(({ text }) => text.includes(token()));
    expect(message?.deleted).toBe(true);
  });

  test.each(['123456789:AAAA', '123456789:', '123456:ключ', '123:abc'])(
    'next to nothing of one (%s), sent alone, is explained',
    async (text) => {
      const owner = await newOwner();
      await owner.sends(platform.mainBot, text);
      expect(lastFrom(owner)).toContain('incomplete');
    },
  );

  test('one that was revoked is explained; the new one keeps everything', async () => {
    const { telegram, mainBot, database } = platform;
    const owner = await newOwner();
    const bot = telegram.newBot({ username: 'revoked_bot', name: 'Revoked' });
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, 'is ready');
    const stored = await database.sellerBot.findFirstOrThrow({ where: { username: 'revoked_bot' } });
    const old = bot.token;
    bot.revokeToken();
    await owner.sends(mainBot, old);
    expect(lastFrom(owner)).toContain('doesn’t know this token');
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, 'is ready');
    const [present, ...others] = await database.sellerBot.findMany({ where: { username: 'revoked_bot' } });
    expect(others).toEqual([]);
    expect(present?.id).toBe(stored.id);
    expect(present?.encryptedToken).not.toBe(stored.encryptedToken);
    await owner.starts(bot);
    await owner.reads(bot, 'This is your bot');
  });

  test('the same bot twice is one bot', async () => {
    const { owner } = shop;
    const before = await platform.database.sellerBot.count();
    await owner.sends(platform.mainBot, shop.shop.token);
    await platform.quiet();
    expect(lastFrom(owner)).toMatch(/is ready|Starting your bot/);
    expect(await platform.database.sellerBot.count()).toBe(before);
    expect(await platform.database.plan.count({ where: { id: shop.planId } })).toBe(1);
  });

  test('while Telegram is unavailable a token is not taken for a wrong one', async () => {
    const { telegram, mainBot, database } = platform;
    const owner = await newOwner();
    const bot = telegram.newBot({ username: 'patient_bot', name: 'Patient' });
    const isAboutIt = (call: IncomingCall) => call.method === 'getMe' && call.bot === bot.username;
    telegram.failNext(isAboutIt, { kind: 'serverError' }, 3);
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, 'is ready');
    expect(await database.sellerBot.count({ where: { username: 'patient_bot' } })).toBe(1);
  });
});

describe('prices', () => {
  const ask = async () => {
    const channel = await platform.database.channel.findFirstOrThrow({
      where: { telegramChatId: BigInt(shop.chat.id) },
    });
    await shop.owner.presses(platform.mainBot, `price:${channel.id}:6`);
    return channel.id;
  };

  const UNREADABLE = 'couldn’t read this price. Send just the amount, for example 50,000';
  const OUT_OF_RANGE = 'from 0.01 to 9,999,999,999.99 UZS';

  test.each([
    ['abc', UNREADABLE],
    ['-1', UNREADABLE],
    ['0', OUT_OF_RANGE],
    ['50.0000', UNREADABLE],
    ['1,000.50.1', UNREADABLE],
    ['10000000000', OUT_OF_RANGE],
    ['1e5', UNREADABLE],
    ['🙂', UNREADABLE],
  ])('%s is explained and nothing is stored; the next try counts', async (typed, explanation) => {
    const { mainBot, database } = platform;
    const channelId = await ask();
    const plan = { where: { channelId, durationMonths: 6 } };
    await shop.owner.sends(mainBot, typed);
    expect(lastFrom(shop.owner)).toContain(explanation);
    expect(await database.plan.count(plan)).toBe(0);
    await shop.owner.sends(mainBot, '300 000');
    expect((await database.plan.findFirstOrThrow(plan)).price.toFixed(2)).toBe('300000.00');
    await database.plan.deleteMany(plan);
  });

  test.each([
    ['50.000', '50000.00'],
    ['50,000', '50000.00'],
    ['50,5', '50.50'],
    ['٥٠٠٠٠', '50000.00'],
  ])('%s is %s', async (typed, stored) => {
    const channelId = await ask();
    await shop.owner.sends(platform.mainBot, typed);
    const plan = await platform.database.plan.findFirstOrThrow({ where: { channelId, durationMonths: 6 } });
    expect(plan.price.toFixed(2)).toBe(stored);
    await platform.database.plan.delete({ where: { id: plan.id } });
  });

  test('a sticker instead of a price is explained, and /cancel leaves the question', async () => {
    const { mainBot, database } = platform;
    await ask();
    await shop.owner.sendsSticker(mainBot);
    expect(lastFrom(shop.owner)).toContain('couldn’t read this price');
    await shop.owner.sends(mainBot, '/cancel');
    const before = await database.plan.count();
    await shop.owner.sends(mainBot, '300 000');
    expect(lastFrom(shop.owner)).toContain('didn’t get that');
    expect(await database.plan.count()).toBe(before);
  });
});

describe('cards', () => {
  const cardOf = () =>
    platform.database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.shop.id) } });

  test.each(['12345', 'my card', '8600 1234 5678 90ab', '1'.repeat(20)])('%s is explained', async (typed) => {
    const before = await cardOf();
    await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:card`);
    await shop.owner.sends(platform.mainBot, typed);
    expect(lastFrom(shop.owner)).toContain('13 to 19 digits');
    expect(await cardOf()).toEqual(before);
    await shop.owner.sends(platform.mainBot, '/cancel');
  });

  test('a slip of the finger warns and does not block', async () => {
    const { mainBot } = platform;
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}:card`);
    await shop.owner.sends(mainBot, '8600 1234 5678 9013');
    expect(lastFrom(shop.owner)).toContain('doesn’t look right');
    await shop.owner.sends(mainBot, 'AZIZ AZIZOV');
    expect((await cardOf()).cardNumber).toBe('8600123456789013');
  });
});

describe('receipts', () => {
  test('what is no receipt is explained, and the next photo counts', async () => {
    const { database } = platform;
    const buyer = await newBuyer(platform, shop);
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    const isExplained = () => lastFrom(buyer, shop.shop);
    await buyer.sendsSticker(shop.shop);
    expect(isExplained()).toContain('screenshot, photo or PDF');
    await buyer.sendsVoice(shop.shop);
    expect(isExplained()).toContain('screenshot, photo or PDF');
    await buyer.sends(shop.shop, 'I have paid');
    expect(isExplained()).toContain('screenshot, photo or PDF');
    await buyer.sendsDocument(shop.shop, { mimeType: 'application/zip', fileName: 'receipt.zip' });
    expect(isExplained()).toContain('screenshot, photo or PDF');
    await buyer.sendsDocument(shop.shop, {
      mimeType: 'application/pdf',
      fileName: 'receipt.pdf',
      bytes: new Uint8Array(20 * 1024 * 1024 + 1),
    });
    expect(isExplained()).toContain('too large');
    const mine = { endUser: { telegramUserId: buyer.id } };
    expect(await database.payment.findMany({ where: mine, select: { status: true } })).toEqual([
      { status: 'created' },
    ]);
    await buyer.sendsDocument(shop.shop, { mimeType: 'application/pdf', fileName: 'receipt.pdf' });
    expect(isExplained()).toContain('under review');
    expect(await database.payment.findMany({ where: mine, select: { status: true } })).toEqual([
      { status: 'pending' },
    ]);
  });

  test('a photo of somebody who chose nothing asks for a choice', async () => {
    const buyer = await newBuyer(platform, shop);
    await buyer.sendsPhoto(shop.shop);
    expect(lastFrom(buyer, shop.shop)).toContain('choose a plan first');
    expect(await platform.database.payment.count({ where: { endUser: { telegramUserId: buyer.id } } })).toBe(
      0,
    );
  });
});

describe('forged presses', () => {
  test('are answered and change nothing, in a seller bot', async () => {
    const { database } = platform;
    const other = await openShop(platform);
    const victim = await newBuyer(platform, other);
    await victim.presses(other.shop, `plan:${other.planId}`);
    await victim.sendsPhoto(other.shop);
    const payment = await database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
    const cheat = await newBuyer(platform, shop);
    const before = await database.payment.findMany({ orderBy: { id: 'asc' } });
    const pressed = [
      `approve:${payment.id}`,
      `reject:${payment.id}`,
      `reject:${payment.id}:amount`,
      `reject:${payment.id}:text`,
      `cancel:${payment.id}`,
      `plan:${other.planId}`,
      `pay:${other.planId}:card`,
      'plan:99999999999',
      'approve:2147483648',
      'nonsense',
      `plan:${shop.planId}:x`,
    ];
    for (const data of pressed) {
      await cheat.presses(shop.shop, data);
      expect(told(cheat, shop.shop)).toMatch(/no longer|not on sale/);
    }
    // The owner of one bot is nobody in another.
    for (const data of [`approve:${payment.id}`, `reject:${payment.id}:amount`]) {
      await shop.owner.presses(shop.shop, data);
      expect(told(shop.owner, shop.shop)).toContain('no longer available');
    }
    expect(await database.payment.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
    expect(cheat.answers(shop.shop).length).toBeGreaterThanOrEqual(pressed.length);
  });

  test('are answered and change nothing, in the main bot', async () => {
    const { mainBot, database } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    await buyer.sendsPhoto(other.shop);
    const payment = await database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
    const channel = await database.channel.findFirstOrThrow({
      where: { telegramChatId: BigInt(other.chat.id) },
    });
    const cheat = await newOwner();
    const snapshot = async () =>
      JSON.stringify(
        await Promise.all([
          database.payment.findMany({ orderBy: { id: 'asc' } }),
          database.plan.findMany({ orderBy: { id: 'asc' } }),
          database.channel.findMany({ orderBy: { id: 'asc' } }),
          database.sellerBot.findMany({ orderBy: { id: 'asc' } }),
        ]),
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      );
    const before = await snapshot();
    for (const data of [
      `bot:${other.shop.id}`,
      `bot:${other.shop.id}:plans`,
      `bot:${other.shop.id}:card`,
      `bot:${other.shop.id}:welcome`,
      `bot:${other.shop.id}:stats`,
      `price:${channel.id}:1`,
      `plan-off:${other.planId}`,
      `chat:${channel.id}:disconnect`,
      `chat:${channel.id}:accept`,
      `approve:${payment.id}`,
      `reject:${payment.id}:amount`,
      'bot:99999999999999999999',
      'bots:nonsense-cursor-that-is-far-too-long',
      'nonsense',
    ]) {
      await cheat.presses(mainBot, data);
      expect(told(cheat, mainBot), data).toMatch(/no longer/);
      await cheat.sends(mainBot, '1 000');
    }
    expect(await snapshot()).toBe(before);
  });
});
