import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxBot, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { LANGUAGES } from '../../../src/infra/i18n/i18n.ts';
import { contentOf } from '../../support/database/contents.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import {
  buyAccess,
  holdsLink,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { newestFile, told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

/** Every row of every table that says one of these, as a whole word. */
async function rowsThatSay(...words: (string | number)[]): Promise<string[]> {
  const content = await contentOf({ url: platform.databaseUrl });
  const said = new RegExp(words.map((word) => `(?<![\\p{L}\\d_])${word}(?![\\p{L}\\d_])`).join('|'), 'u');
  return Object.entries(content).flatMap(([table, rows]) =>
    rows.map((row) => `${table}: ${String(row)}`).filter((row) => said.test(row)),
  );
}

const asksFor = (person: SandboxPerson, bot: SandboxBot) => person.presses(bot, 'forget');

/** Asks to be forgotten, and waits until the database has done so. */
async function isForgotten(person: SandboxPerson, bot: SandboxBot): Promise<void> {
  await asksFor(person, bot);
  await person.presses(bot, 'forget:yes');
  await settled(platform);
}

describe('what is kept', () => {
  test.each(LANGUAGES)('is said in %s by both bots', async (language) => {
    const { telegram, mainBot } = platform;
    const words = { uz: 'saqlaydi', en: 'keeps', ru: 'хранит' }[language];
    for (const bot of [mainBot, shop.shop]) {
      const person = telegram.newPerson({ firstName: 'Viewer', languageCode: language });
      await person.starts(bot);
      await person.presses(bot, `lang:${language}`);
      await person.sends(bot, '/privacy');
      const said = await person.reads(bot, words);
      expect(said.text).toMatch(/90.*30/s);
      expect(said.buttons.flat().map(({ data }) => data)).toEqual(['mydata', 'forget', 'home']);
      await person.presses(bot, 'forget');
      const asked = await person.reads(bot, '🗑');
      expect(asked.buttons.flat().map(({ data }) => data)).toEqual(['forget:yes', 'privacy']);
      // Nothing is lost before the second press.
      await person.presses(bot, 'privacy');
      await person.reads(bot, words);
    }
  });

  test('an end user gets their own as a file, and nobody else’s', async () => {
    const { mainBot, database } = platform;
    const { member, paymentId } = await newMember(platform, shop, { firstName: 'Gulnora' });
    const other = await newMember(platform, shop, { firstName: 'Sardor' });
    await member.presses(shop.shop, 'mydata');
    await platform.quiet();
    const { name, text } = newestFile(member, shop.shop);
    expect(name).toBe('my-data.json');
    expect(JSON.parse(text)).toMatchObject({
      bot: shop.shop.username,
      person: { telegramUserId: String(member.id), fullName: 'Gulnora' },
      payments: [{ id: paymentId, amount: '50000', status: 'approved' }],
      subscriptions: [{ status: 'active' }],
    });
    const rows = await database.payment.findMany();
    for (const secret of [
      other.member.id,
      'Sardor',
      shop.owner.id,
      shop.shop.token,
      mainBot.token,
      '8600123456789012',
      ...rows.map(({ receiptFileId }) => receiptFileId ?? 'no file'),
    ]) {
      expect(text).not.toContain(String(secret));
    }
  });

  test('an owner gets their own as a file, without tokens, and nobody else’s', async () => {
    const { mainBot, database } = platform;
    const { member } = await newMember(platform, shop, { firstName: 'Gulnora' });
    const another = await openShop(platform);
    await shop.owner.presses(mainBot, 'mydata');
    await platform.quiet();
    const { text } = newestFile(shop.owner, mainBot);
    expect(JSON.parse(text)).toMatchObject({
      person: { telegramUserId: String(shop.owner.id), fullName: 'Aziz' },
      bots: [{ telegramBotId: String(shop.shop.id), username: shop.shop.username }],
    });
    const stored = await database.sellerBot.findMany();
    for (const secret of [
      member.id,
      'Gulnora',
      another.owner.id,
      another.shop.username,
      shop.shop.token,
      shop.shop.token.split(':')[1],
      ...stored.map(({ encryptedToken }) => encryptedToken),
    ]) {
      expect(text).not.toContain(String(secret));
    }
  });
});

describe('an end user is forgotten', () => {
  test('they are told what they lose, are out, and the database keeps sums alone', async () => {
    const { database } = platform;
    const { member, endUserId, subscriptionId, paymentId } = await newMember(platform, shop, {
      firstName: 'Gulnora',
    });
    await member.sends(shop.shop, '/support');
    await member.sends(shop.shop, 'a question of hers');
    await shop.owner.reads(shop.shop, 'wrote in');
    const renewal = await payFor(platform, shop, member);
    await shop.owner.reads(shop.shop, `Receipt no. ${renewal}`);
    await member.sends(shop.shop, '/support');
    const before = await database.payment.findMany({ select: { id: true, amount: true, botId: true } });

    await asksFor(member, shop.shop);
    const asked = await member.reads(shop.shop, 'Delete your data?');
    expect(asked.text).toMatch(/lose your subscription to Club \d+, paid until 21 December 2026/);
    await isForgotten(member, shop.shop);

    expect(shop.chat.has(member)).toBe(false);
    expect(shop.chat.isBanned(member)).toBe(false);
    expect(await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } })).toMatchObject({
      status: 'kicked',
    });
    await shop.owner.reads(shop.shop, /no\. 2\b.*Withdrawn or replaced by the buyer/s);
    expect(await rowsThatSay(member.id, 'Gulnora')).toEqual([]);
    expect(await database.payment.findMany({ where: { endUserId, NOT: { receiptFileId: null } } })).toEqual(
      [],
    );
    expect(await database.supportMessage.count()).toBe(0);
    expect(await database.openQuestion.count({ where: { telegramUserId: member.id } })).toBe(0);
    const after = await database.payment.findMany({ select: { id: true, amount: true, botId: true } });
    expect(after).toEqual(before);
    await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:stats`);
    await shop.owner.reads(platform.mainBot, /Today: 50,000\sUZS/);

    // The owner finds a page without a person, on which there is nothing to do for or against them.
    await shop.owner.presses(platform.mainBot, `user:${endUserId}`);
    const page = await shop.owner.reads(platform.mainBot, '👤 —');
    expect(page.buttons.flat().map(({ data }) => data)).toEqual([`bot:${shop.shop.id}:users:0`]);
    for (const forged of [
      `user:${endUserId}:grant:${shop.planId}`,
      `user:${endUserId}:ban`,
      `user:${endUserId}:unban`,
      `user:${endUserId}:link`,
    ]) {
      await shop.owner.presses(platform.mainBot, forged);
      await platform.quiet();
      expect(told(shop.owner, platform.mainBot), forged).toContain('deleted their data');
    }
    await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
    await platform.quiet();
    expect(await database.payment.findUniqueOrThrow({ where: { id: paymentId } })).toMatchObject({
      status: 'reversed',
    });
    expect(await database.subscription.count({ where: { status: 'active' } })).toBe(0);
    await eventually(async () => {
      const tried = await database.outboxMessage.findMany({ where: { doneAt: null, attempts: { gt: 0 } } });
      expect(tried).toEqual([]);
    });
  });

  test('a rejected payment of somebody forgotten is not approved after all', async () => {
    const { database } = platform;
    const buyer = await newBuyer(platform, shop, { firstName: 'Gulnora' });
    const paymentId = await payFor(platform, shop, buyer);
    await shop.owner.presses(shop.shop, `reject:${paymentId}:text`);
    await shop.owner.sends(shop.shop, 'Gulnora, that is not my card');
    await buyer.reads(shop.shop, 'not my card');
    await isForgotten(buyer, shop.shop);
    expect(await rowsThatSay(buyer.id, 'Gulnora')).toEqual([]);
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await platform.quiet();
    expect(told(shop.owner, shop.shop)).toContain('deleted their data');
    expect(await database.subscription.count()).toBe(0);
  });

  test('whoever is banned stays banned', async () => {
    const { database, mainBot } = platform;
    const { member, endUserId } = await newMember(platform, shop, { firstName: 'Gulnora' });
    await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
    await member.reads(shop.shop, 'has ended your subscription');
    await eventually(() => expect(shop.chat.isBanned(member)).toBe(true));
    await member.starts(shop.shop);
    expect(member.chatWith(shop.shop).last?.text).toContain('You can’t buy here');
    await asksFor(member, shop.shop);
    await member.reads(shop.shop, 'so that the ban holds');
    await isForgotten(member, shop.shop);
    expect(await rowsThatSay('Gulnora')).toEqual([]);
    expect(shop.chat.isBanned(member)).toBe(true);
    await member.starts(shop.shop);
    await member.presses(shop.shop, `plan:${shop.planId}`);
    await member.reads(shop.shop, 'You can’t buy here');
    expect(await database.endUser.findMany({ where: { telegramUserId: member.id } })).toMatchObject([
      { id: endUserId, banned: true },
    ]);
  });

  test('pressing twice is harmless, and whoever comes back begins anew', async () => {
    const { database, mainBot } = platform;
    const { member, endUserId } = await buyAccess(platform, shop, { firstName: 'Gulnora' });
    await asksFor(member, shop.shop);
    const asked = await member.reads(shop.shop, 'Delete your data?');
    await Promise.all([
      member.presses(shop.shop, 'forget:yes', { message: asked }),
      member.presses(shop.shop, 'forget:yes', { message: asked }),
    ]);
    await settled(platform);
    expect(await rowsThatSay(member.id, 'Gulnora')).toEqual([]);
    await member.presses(shop.shop, 'forget:yes', { message: asked });
    await settled(platform);
    expect(await rowsThatSay(member.id, 'Gulnora')).toEqual([]);
    expect(await database.endUser.count()).toBe(1);
    const newcomers = shop.owner
      .chatWith(mainBot)
      .messages.filter(({ text }) => /New in.*Gulnora/.test(text));
    expect(newcomers).toHaveLength(1);

    await member.starts(shop.shop);
    await member.reads(shop.shop, 'Choose your language');
    await member.presses(shop.shop, 'lang:ru');
    const paymentId = await payFor(platform, shop, member);
    const request = await shop.owner.reads(shop.shop, `Receipt no. ${paymentId}`);
    expect(request.text).toContain('First payment here.');
    await shop.owner.presses(shop.shop, `approve:${paymentId}`);
    await member.reads(shop.shop, holdsLink);
    const anew = await database.endUser.findFirstOrThrow({ where: { telegramUserId: member.id } });
    expect(anew.id).not.toBe(endUserId);
  });
});

test('an owner is forgotten: their bots stop, and the database keeps sums alone', async () => {
  const { database, mainBot, moderator } = platform;
  await moderator.starts(mainBot);
  await moderator.presses(mainBot, 'lang:en');
  const { member } = await newMember(platform, shop, { firstName: 'Gulnora' });
  const waiting = await newBuyer(platform, shop, { firstName: 'Sardor' });
  await payFor(platform, shop, waiting);
  await shop.owner.presses(shop.shop, 'try');
  await shop.owner.sends(mainBot, '/support');
  await shop.owner.sends(mainBot, 'what will happen?');
  await moderator.reads(mainBot, 'Support: Aziz');
  const row = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${row.id}:grant:12`);
  await shop.owner.reads(mainBot, 'is paid until');

  await asksFor(shop.owner, mainBot);
  const asked = await shop.owner.reads(mainBot, 'Delete your data?');
  expect(asked.text).toContain(
    'Your bots will be removed: 1. Paid members who will no longer get links, reminders or renewals: 1.',
  );
  expect(asked.text).toContain('tariff, paid until 21 November 2027');
  await isForgotten(shop.owner, mainBot);

  expect(shop.shop.webhookUrl).toBeUndefined();
  expect(
    await rowsThatSay(shop.owner.id, 'Aziz', 'AZIZOV', shop.owner.username ?? '', 8600123456789012),
  ).toEqual([]);
  // Nobody is left who could answer for the people of their bots.
  expect(await rowsThatSay(member.id, waiting.id, 'Gulnora', 'Sardor')).toEqual([]);
  expect(await database.sellerBot.findMany()).toMatchObject([{ encryptedToken: '', cardNumber: null }]);
  expect(await database.payment.count({ where: { NOT: { receiptFileId: null } } })).toBe(0);
  expect(await database.subscription.count({ where: { status: 'active' } })).toBe(0);
  expect(await database.tariffPeriod.count({ where: { status: 'active' } })).toBe(0);
  await moderator.sends(mainBot, '/admin');
  await moderator.reads(mainBot, /Owners: 1.*Today: 50,000\sUZS/s);
  await moderator.presses(mainBot, 'mod:owners:0');
  await moderator.reads(mainBot, '👤 Owners');
  expect(
    moderator
      .chatWith(mainBot)
      .last?.buttons.flat()
      .map(({ text }) => text),
  ).not.toContain('—');
  await moderator.presses(mainBot, 'mod:audit:0');
  await moderator.reads(mainBot, 'Owner’s data deleted');
  for (const forged of ['ban', 'grant:1']) {
    await moderator.presses(mainBot, `mod:owner:${row.id}:${forged}`);
    await platform.quiet();
    expect(told(moderator, mainBot)).toContain('no longer available');
  }

  await shop.owner.starts(mainBot);
  await shop.owner.reads(mainBot, 'Tilni tanlang');
  await shop.owner.presses(mainBot, 'lang:en');
  await shop.owner.sends(mainBot, shop.shop.token);
  await shop.owner.reads(mainBot, 'is ready');
});

test('an owner who is banned is forgotten, and stays banned', async () => {
  const { database, mainBot, moderator } = platform;
  await moderator.starts(mainBot);
  const row = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${row.id}:ban`);
  await shop.owner.reads(mainBot, 'banned');
  await isForgotten(shop.owner, mainBot);
  expect(await rowsThatSay('Aziz', 'AZIZOV')).toEqual([]);
  const bot = platform.telegram.newBot({ username: 'another_bot', name: 'Another' });
  await shop.owner.starts(mainBot);
  await shop.owner.sends(mainBot, bot.token);
  await shop.owner.reads(mainBot, 'banned, so you can’t add bots');
});

describe('what is kept for a time', () => {
  test('receipts’ files go after 90 days, and a decision can still be put right', async () => {
    const { app, database, clock, mainBot } = platform;
    const channel = await database.channel.findFirstOrThrow();
    await shop.owner.presses(mainBot, `price:${channel.id}:12`);
    await shop.owner.sends(mainBot, '500 000');
    const plan = await database.plan.findFirstOrThrow({ where: { durationMonths: 12 } });
    const year = { ...shop, planId: plan.id };
    const { member, paymentId, subscriptionId } = await newMember(platform, year, { firstName: 'Gulnora' });
    const files = () => database.payment.count({ where: { id: paymentId, NOT: { receiptFileId: null } } });
    clock.passes({ days: 89 });
    await app.services.retention.prune();
    expect(await files()).toBe(1);
    clock.passes({ days: 2 });
    const waiting = await newBuyer(platform, shop, { firstName: 'Sardor' });
    const pending = await payFor(platform, shop, waiting);
    await database.payment.update({ where: { id: pending }, data: { createdAt: new Date(0) } });
    await app.services.retention.prune();
    expect(await files()).toBe(0);
    // What still waits for its decision is still to be seen.
    expect(await database.payment.findUniqueOrThrow({ where: { id: pending } })).toMatchObject({
      receiptFileId: expect.any(String),
    });
    await shop.owner.presses(shop.shop, `revert:${paymentId}`);
    await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
    await shop.owner.reads(shop.shop, `Receipt no. ${paymentId}`);
    await member.reads(shop.shop, 'wasn’t confirmed after all');
    await platform.quiet();
    expect(await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } })).toMatchObject({
      status: 'kicked',
    });
    const copy = await shop.owner.reads(shop.shop, 'You undid the approval');
    expect(copy.text).toContain(`Receipt no. ${paymentId}`);
  });

  test('links of support messages go after 30 days, the trail after a year', async () => {
    const { app, database, clock } = platform;
    const buyer = await newBuyer(platform, shop);
    await buyer.sends(shop.shop, '/support');
    await buyer.sends(shop.shop, 'hello');
    await shop.owner.reads(shop.shop, 'wrote in');
    await platform.quiet();
    const trail = await database.auditEntry.count();
    expect(trail).toBeGreaterThan(0);
    clock.passes({ days: 29 });
    await app.services.retention.prune();
    expect(await database.supportMessage.count()).toBe(1);
    clock.passes({ days: 2 });
    await app.services.retention.prune();
    expect(await database.supportMessage.count()).toBe(0);
    clock.passes({ days: 333 });
    await app.services.retention.prune();
    expect(await database.auditEntry.count()).toBe(trail);
    clock.passes({ days: 2 });
    await app.services.retention.prune();
    expect(await database.auditEntry.count()).toBe(0);
  });
});
