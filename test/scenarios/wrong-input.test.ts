import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES, translator } from '../../src/infra/i18n.ts';
import type { SandboxPerson } from '../../src/sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../support/shop.ts';

let platform: Platform;
let shop: Shop;
/** How many bots the tests have made, so that none has another's name. */
let bots = 0;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  expect(platform.telegram.faults).toEqual([]);
  expect(platform.faults).toEqual([]);
  await platform.close();
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
    ['one that Telegram does not know', () => wellFormed, 'does not know this token'],
    ['one with its end missing', () => '123456789:AAAAAAAAAAAA', 'not complete'],
    ['the main bot’s own', () => platform.mainBot.token, 'Getolog’s own bot'],
    ['another owner’s', () => shop.shop.token, 'belongs to another owner'],
  ])('%s is explained, and nothing is stored', async (_name, token, answer) => {
    const { books, mainBot } = platform;
    const owner = await newOwner();
    const before = await books.sellerBot.findMany();
    await owner.sends(mainBot, `Here it is: ${token()} thanks`);
    expect(lastFrom(owner)).toContain(answer);
    expect(await books.sellerBot.findMany()).toEqual(before);
    const message = owner.chatWith(mainBot).messages.find(({ text }) => text.includes(token()));
    expect(message?.deleted).toBe(true);
  });

  test.each([
    ['a longer text', (owner: SandboxPerson, text: string) => owner.sends(platform.mainBot, text)],
    [
      'BotFather’s message, forwarded',
      (owner: SandboxPerson, text: string) => owner.forwards(platform.mainBot, text),
    ],
    [
      'a photo’s caption',
      (owner: SandboxPerson, text: string) => owner.sendsPhoto(platform.mainBot, { caption: text }),
    ],
    [
      'a document’s caption',
      (owner: SandboxPerson, text: string) =>
        owner.sendsDocument(platform.mainBot, {
          caption: text,
          mimeType: 'text/plain',
          fileName: 'token.txt',
        }),
    ],
  ])('one in %s is taken and deleted, a broken or wrong one too', async (_way, gives) => {
    const { telegram, mainBot, books } = platform;
    const owner = await newOwner();
    bots += 1;
    const bot = telegram.newBot({ username: `given_${bots}_bot`, name: 'Given' });
    const mine = { owner: { telegramUserId: owner.id } };
    const cases = [
      ['123456789:AAAAAAAAAAAA', 'not complete', 0],
      [wellFormed, 'does not know this token', 0],
      [bot.token, 'is starting', 1],
    ] as const;
    for (const [token, answer, stored] of cases) {
      await gives(owner, `Done! Use this token to access the HTTP API:\n${token}\nKeep your token secure.`);
      expect(owner.chatWith(mainBot).messages.map(({ text }) => text)).toContainEqual(
        expect.stringContaining(answer),
      );
      const written = owner.chatWith(mainBot).messages.filter(({ text }) => text.includes(token));
      expect(written.map(({ deleted }) => deleted)).toEqual([true]);
      expect(await books.sellerBot.count({ where: mine })).toBe(stored);
    }
    await owner.reads(mainBot, 'is ready');
  });

  test('one that was revoked is explained; the new one keeps everything', async () => {
    const { telegram, mainBot, books } = platform;
    const owner = await newOwner();
    const bot = telegram.newBot({ username: 'revoked_bot', name: 'Revoked' });
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, 'is ready');
    const stored = await books.sellerBot.findFirstOrThrow({ where: { username: 'revoked_bot' } });
    const old = bot.token;
    bot.revokeToken();
    await owner.sends(mainBot, old);
    expect(lastFrom(owner)).toContain('does not know this token');
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, 'is ready');
    const [present, ...others] = await books.sellerBot.findMany({ where: { username: 'revoked_bot' } });
    expect(others).toEqual([]);
    expect(present?.id).toBe(stored.id);
    expect(present?.encryptedToken).not.toBe(stored.encryptedToken);
    const given = owner.chatWith(mainBot).messages.filter(({ text }) => text === old || text === bot.token);
    expect(given.map(({ deleted }) => deleted)).toEqual([true, true, true]);
    await owner.starts(bot);
    await owner.reads(bot, 'This is your bot');
  });

  test('the same bot twice is one bot', async () => {
    const { owner } = shop;
    const before = await platform.books.sellerBot.count();
    await owner.sends(platform.mainBot, shop.shop.token);
    await platform.telegram.quiet();
    expect(lastFrom(owner)).toMatch(/is ready|is starting/);
    expect(await platform.books.sellerBot.count()).toBe(before);
    expect(await platform.books.plan.count({ where: { id: shop.planId } })).toBe(1);
    const given = owner.chatWith(platform.mainBot).messages.filter(({ text }) => text === shop.shop.token);
    expect(given.map(({ deleted }) => deleted)).toEqual([true, true]);
  });

  test('while Telegram is away a token is not taken for a wrong one', async () => {
    const { telegram, mainBot, books } = platform;
    const owner = await newOwner();
    const bot = telegram.newBot({ username: 'patient_bot', name: 'Patient' });
    telegram.failNext('getMe', { kind: 'serverError' }, 3);
    await owner.sends(mainBot, bot.token);
    await owner.reads(mainBot, 'is ready');
    expect(await books.sellerBot.count({ where: { username: 'patient_bot' } })).toBe(1);
  });
});

describe('prices', () => {
  const ask = async () => {
    const channel = await platform.books.channel.findFirstOrThrow({
      where: { telegramChatId: BigInt(shop.chat.id) },
    });
    await shop.owner.presses(platform.mainBot, `price:${channel.id}:6`);
    return channel.id;
  };

  test.each(['abc', '-1', '0', '50.0000', '1,000.50.1', '10000000000', '1e5', '🙂'])(
    '%s is explained and nothing is stored; the next try counts',
    async (typed) => {
      const { mainBot, books } = platform;
      const channelId = await ask();
      const plan = { where: { channelId, durationMonths: 6 } };
      await shop.owner.sends(mainBot, typed);
      expect(lastFrom(shop.owner)).toContain('could not read this price');
      expect(await books.plan.count(plan)).toBe(0);
      await shop.owner.sends(mainBot, '300 000');
      expect((await books.plan.findFirstOrThrow(plan)).price.toFixed(2)).toBe('300000.00');
      await books.plan.deleteMany(plan);
    },
  );

  test.each([
    ['50.000', '50000.00'],
    ['50,000', '50000.00'],
    ['50,5', '50.50'],
    ['٥٠٠٠٠', '50000.00'],
  ])('%s is %s', async (typed, stored) => {
    const channelId = await ask();
    await shop.owner.sends(platform.mainBot, typed);
    const plan = await platform.books.plan.findFirstOrThrow({ where: { channelId, durationMonths: 6 } });
    expect(plan.price.toFixed(2)).toBe(stored);
    await platform.books.plan.delete({ where: { id: plan.id } });
  });

  test('a sticker instead of a price is explained, and /cancel leaves the question', async () => {
    const { mainBot, books } = platform;
    await ask();
    await shop.owner.sendsSticker(mainBot);
    expect(lastFrom(shop.owner)).toContain('could not read this price');
    await shop.owner.sends(mainBot, '/cancel');
    const before = await books.plan.count();
    await shop.owner.sends(mainBot, '300 000');
    expect(lastFrom(shop.owner)).toContain('did not understand');
    expect(await books.plan.count()).toBe(before);
  });
});

describe('cards', () => {
  const cardOf = () =>
    platform.books.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(shop.shop.id) } });

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
    expect(lastFrom(shop.owner)).toContain('does not look right');
    await shop.owner.sends(mainBot, 'AZIZ AZIZOV');
    expect((await cardOf()).cardNumber).toBe('8600123456789013');
  });
});

describe('receipts', () => {
  test('what is no receipt is explained, and the next photo counts', async () => {
    const { books } = platform;
    const buyer = await newBuyer(platform, shop);
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    const isExplained = () => lastFrom(buyer, shop.shop);
    await buyer.sendsSticker(shop.shop);
    expect(isExplained()).toContain('photo, an image or a PDF');
    await buyer.sendsVoice(shop.shop);
    expect(isExplained()).toContain('photo, an image or a PDF');
    await buyer.sends(shop.shop, 'I have paid');
    expect(isExplained()).toContain('photo, an image or a PDF');
    await buyer.sendsDocument(shop.shop, { mimeType: 'application/zip', fileName: 'receipt.zip' });
    expect(isExplained()).toContain('photo, an image or a PDF');
    await buyer.sendsDocument(shop.shop, {
      mimeType: 'application/pdf',
      fileName: 'receipt.pdf',
      bytes: new Uint8Array(20 * 1024 * 1024 + 1),
    });
    expect(isExplained()).toContain('too large');
    const mine = { endUser: { telegramUserId: buyer.id } };
    expect(await books.payment.findMany({ where: mine, select: { status: true } })).toEqual([
      { status: 'created' },
    ]);
    await buyer.sendsDocument(shop.shop, { mimeType: 'application/pdf', fileName: 'receipt.pdf' });
    expect(isExplained()).toContain('under review');
    expect(await books.payment.findMany({ where: mine, select: { status: true } })).toEqual([
      { status: 'pending' },
    ]);
  });

  test('a photo of somebody who chose nothing asks for a choice', async () => {
    const buyer = await newBuyer(platform, shop);
    await buyer.sendsPhoto(shop.shop);
    expect(lastFrom(buyer, shop.shop)).toContain('choose a plan first');
    expect(await platform.books.payment.count({ where: { endUser: { telegramUserId: buyer.id } } })).toBe(0);
  });
});

describe.each(LANGUAGES)('to somebody who reads %s', (languageCode) => {
  const t = translator(languageCode);

  test('an owner’s wrong input is explained in that language', async () => {
    const { mainBot } = platform;
    const mine = await openShop(platform, { languageCode });
    const channel = await platform.books.channel.findFirstOrThrow({
      where: { telegramChatId: BigInt(mine.chat.id) },
    });
    await mine.owner.sends(mainBot, '123456789:AAAAAAAAAAAA');
    expect(lastFrom(mine.owner)).toBe(t('errors.token.malformed'));
    await mine.owner.sends(mainBot, `123456789:${'A'.repeat(35)}`);
    expect(lastFrom(mine.owner)).toBe(t('errors.token.wrong'));
    await mine.owner.sends(mainBot, mainBot.token);
    expect(lastFrom(mine.owner)).toBe(t('errors.token.isMainBot'));
    await mine.owner.sends(mainBot, shop.shop.token);
    expect(lastFrom(mine.owner)).toBe(t('errors.token.ofAnotherOwner', { username: shop.shop.username }));
    await mine.owner.presses(mainBot, `price:${channel.id}:6`);
    await mine.owner.sends(mainBot, '50.0000');
    expect(lastFrom(mine.owner)).toBe(t('errors.price.malformed'));
    await mine.owner.presses(mainBot, `bot:${mine.shop.id}:card`);
    await mine.owner.sends(mainBot, '12345');
    expect(lastFrom(mine.owner)).toBe(t('errors.card.malformed'));
    await mine.owner.sends(mainBot, '8600 1234 5678 9013');
    expect(lastFrom(mine.owner)).toBe(t('card.askHolderDespiteLuhn'));
    await mine.owner.sends(mainBot, '/cancel');
    await mine.owner.presses(mainBot, 'nonsense');
    expect(lastFrom(mine.owner)).toBe(t('errors.oldButton'));
  });

  test('a buyer’s wrong input is explained in that language', async () => {
    const buyer = await newBuyer(platform, shop, { languageCode });
    const read = () => lastFrom(buyer, shop.shop);
    await buyer.sendsPhoto(shop.shop);
    expect(read()).toBe(t('hint.nothingChosen'));
    await buyer.sends(shop.shop, 'salom');
    expect(read()).toBe(t('hint.general'));
    await buyer.presses(shop.shop, `plan:${shop.planId}`);
    await buyer.sendsVoice(shop.shop);
    expect(read()).toBe(t('hint.receiptNotImage'));
    await buyer.sendsDocument(shop.shop, {
      mimeType: 'image/png',
      fileName: 'receipt.png',
      bytes: new Uint8Array(21 * 1024 * 1024),
    });
    expect(read()).toBe(t('hint.receiptTooBig'));
    await buyer.presses(shop.shop, 'approve:1');
    expect(read()).toBe(t('errors.oldButton'));
  });
});

describe('old buttons', () => {
  test('of a plan that is off, a choice that is withdrawn, and a receipt that is decided say so', async () => {
    const { mainBot, books } = platform;
    const mine = await openShop(platform);
    const buyer = await newBuyer(platform, mine);
    const read = () => lastFrom(buyer, mine.shop);
    await buyer.presses(mine.shop, `plan:${mine.planId}`);
    const chosen = await books.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
    await buyer.presses(mine.shop, `cancel:${chosen.id}`);
    await buyer.presses(mine.shop, `cancel:${chosen.id}`);
    expect(read()).toContain('withdrawn');
    const waiting = await payFor(platform, mine, buyer);
    await mine.owner.presses(mine.shop, `approve:${waiting}`);
    await buyer.reads(mine.shop, 't.me/+');
    await mine.owner.presses(mainBot, `plan-off:${mine.planId}`);
    const before = await books.payment.findMany({ orderBy: { id: 'asc' } });
    await buyer.presses(mine.shop, `plan:${mine.planId}`);
    expect(read()).toContain('not on sale any more');
    await buyer.presses(mine.shop, `cancel:${waiting}`);
    expect(read()).toContain('approved already');
    await mine.owner.presses(mine.shop, `reject:${waiting}`);
    expect(lastFrom(mine.owner, mine.shop)).toContain('approved already');
    expect(await books.payment.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
  });
});

describe('forged presses', () => {
  test('by a buyer on their own receipt, and on another buyer’s things in the same bot, change nothing', async () => {
    const { telegram, books } = platform;
    const mine = await openShop(platform);
    const victim = await newMember(platform, mine, { firstName: 'Victim' });
    const waiting = await payFor(platform, mine, await newBuyer(platform, mine, { firstName: 'Waiting' }));
    const cheat = await newBuyer(platform, mine, { firstName: 'Cheat' });
    const own = await payFor(platform, mine, cheat);
    await telegram.quiet();
    const snapshot = () =>
      Promise.all([
        books.payment.findMany({ orderBy: { id: 'asc' } }),
        books.subscription.findMany({ orderBy: { id: 'asc' } }),
        books.openQuestion.findMany({ where: { telegramUserId: cheat.id } }),
      ]);
    const before = await snapshot();
    const links = mine.chat.links.length;
    const pressed = [
      ...[own, waiting, victim.paymentId].flatMap((id) => [
        `approve:${id}`,
        `reject:${id}`,
        `reject:${id}:amount`,
        `reject:${id}:text`,
        `revert:${id}`,
        `revert:${id}:yes`,
      ]),
      `cancel:${waiting}`,
      `cancel:${victim.paymentId}`,
      `relink:${victim.subscriptionId}`,
      `user:${victim.endUserId}:ban`,
      `user:${victim.endUserId}:grant:${mine.planId}`,
      `bot:${mine.shop.id}:remove:yes`,
    ];
    for (const data of pressed) {
      const answered = cheat.answers(mine.shop).length;
      await cheat.presses(mine.shop, data);
      expect(lastFrom(cheat, mine.shop), data).toMatch(/no longer/);
      expect(cheat.answers(mine.shop), data).toHaveLength(answered + 1);
    }
    await telegram.quiet();
    expect(await snapshot()).toEqual(before);
    expect(mine.chat.links).toHaveLength(links);
  });

  test('are answered and change nothing, in a seller bot', async () => {
    const { books } = platform;
    const other = await openShop(platform);
    const victim = await newBuyer(platform, other);
    await victim.presses(other.shop, `plan:${other.planId}`);
    await victim.sendsPhoto(other.shop);
    const payment = await books.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
    const cheat = await newBuyer(platform, shop);
    const before = await books.payment.findMany({ orderBy: { id: 'asc' } });
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
      const answered = cheat.answers(shop.shop).length;
      await cheat.presses(shop.shop, data);
      expect(lastFrom(cheat, shop.shop), data).toMatch(/no longer|not on sale/);
      expect(cheat.answers(shop.shop), data).toHaveLength(answered + 1);
    }
    // The owner of one bot is nobody in another.
    for (const data of [`approve:${payment.id}`, `reject:${payment.id}:amount`]) {
      await shop.owner.presses(shop.shop, data);
      expect(lastFrom(shop.owner, shop.shop)).toContain('no longer there');
    }
    expect(await books.payment.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
  });

  test('are answered and change nothing, in the main bot', async () => {
    const { mainBot, books } = platform;
    const other = await openShop(platform);
    const buyer = await newBuyer(platform, other);
    await buyer.presses(other.shop, `plan:${other.planId}`);
    await buyer.sendsPhoto(other.shop);
    const payment = await books.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
    const channel = await books.channel.findFirstOrThrow({
      where: { telegramChatId: BigInt(other.chat.id) },
    });
    const endUser = await books.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
    const otherOwner = await books.owner.findFirstOrThrow({
      where: { telegramUserId: other.owner.id },
    });
    const snapshot = async () =>
      JSON.stringify(
        await Promise.all([
          books.payment.findMany({ orderBy: { id: 'asc' } }),
          books.plan.findMany({ orderBy: { id: 'asc' } }),
          books.channel.findMany({ orderBy: { id: 'asc' } }),
          books.sellerBot.findMany({ orderBy: { id: 'asc' } }),
          books.subscription.findMany({ orderBy: { id: 'asc' } }),
          books.endUser.findMany({ orderBy: { id: 'asc' } }),
          books.owner.findMany({ orderBy: { id: 'asc' } }),
          books.tariffPeriod.findMany({ orderBy: { id: 'asc' } }),
          books.platformSetting.findMany(),
        ]),
        (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
      );
    const pressed = [
      `bot:${other.shop.id}`,
      ...['plans', 'card', 'welcome', 'stats', 'check', 'pause', 'resume', 'mute', 'unmute'].map(
        (what) => `bot:${other.shop.id}:${what}`,
      ),
      `bot:${other.shop.id}:users:0`,
      `bot:${other.shop.id}:find`,
      `bot:${other.shop.id}:remove`,
      `bot:${other.shop.id}:remove:yes`,
      `price:${channel.id}:1`,
      `plan-off:${other.planId}`,
      `plan-on:${other.planId}`,
      `chat:${channel.id}:disconnect`,
      `chat:${channel.id}:accept`,
      `approve:${payment.id}`,
      `reject:${payment.id}`,
      `reject:${payment.id}:text`,
      `reject:${payment.id}:amount`,
      `revert:${payment.id}:yes`,
      `user:${endUser.id}`,
      `user:${endUser.id}:ban`,
      `user:${endUser.id}:grant:${other.planId}`,
      `mod:owner:${otherOwner.id}:ban`,
      `mod:owner:${otherOwner.id}:grant:12`,
      'mod:tariff-approve:1',
      'mod:set:card',
      'bot:99999999999999999999',
      'bots:nonsense-cursor-that-is-far-too-long',
      'nonsense',
    ];
    for (const cheat of [await newOwner(), shop.owner]) {
      const before = await snapshot();
      for (const data of pressed) {
        const answered = cheat.answers(mainBot).length;
        await cheat.presses(mainBot, data);
        expect(lastFrom(cheat), data).toMatch(/no longer/);
        expect(cheat.answers(mainBot), data).toHaveLength(answered + 1);
        await cheat.sends(mainBot, '1 000');
      }
      expect(await snapshot()).toBe(before);
    }
  });
});
