import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, moderatorReadsEnglish, newBuyer, openShop, type Shop } from '../../support/shop.ts';
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

async function sets(name: string, value: string): Promise<void> {
  const { moderator, mainBot } = platform;
  await moderator.presses(mainBot, `mod:set:${name}`);
  await moderator.sends(mainBot, value);
}

async function putOnSale(): Promise<void> {
  await sets('price1', '90 000');
  await sets('card', '8600 9999 8888 7777');
  await sets('holder', 'GETOLOG');
}

async function settle(): Promise<void> {
  await platform.app.jobs.expire();
  await platform.quiet();
}

const owner = () => platform.database.owner.findFirstOrThrow({ where: { telegramUserId: shop.owner.id } });
const period = async () =>
  platform.database.tariffPeriod.findFirst({ where: { ownerId: (await owner()).id, status: 'active' } });
const showsLine = async () => {
  const buyer = await newBuyer(platform, shop);
  return buyer.chatWith(shop.shop).last?.text.includes('@getolog_bot') ?? false;
};

test('without a price or a card a tariff is not on sale', async () => {
  const { mainBot } = platform;
  await shop.owner.presses(mainBot, 'tariff');
  await shop.owner.reads(mainBot, /1 month: not on sale yet/);
  await shop.owner.presses(mainBot, 'tariff:1');
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('not on sale yet');
});

test('an owner pays by receipt, a moderator approves, and the advertisement is gone; it ends by itself', async () => {
  const { mainBot, moderator, clock, database } = platform;
  await putOnSale();
  expect(await showsLine()).toBe(true);
  await shop.owner.presses(mainBot, 'tariff');
  await shop.owner.taps(mainBot, /^⭐ 1 month/);
  await shop.owner.reads(mainBot, '8600 9999 8888 7777');
  await shop.owner.sends(mainBot, 'paid');
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('screenshot, photo or PDF');
  await shop.owner.taps(mainBot, /Cancel/);
  await shop.owner.sendsPhoto(mainBot);
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('choose the tariff first');
  await shop.owner.taps(mainBot, /Getolog tariff/);
  await shop.owner.taps(mainBot, /^⭐ 1 month/);
  await shop.owner.sendsPhoto(mainBot);
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('under review');
  const receipt = await moderator.reads(mainBot, 'Tariff receipt no. 1');
  expect(receipt.photo).toBeDefined();
  await moderator.presses(mainBot, 'mod:tariff:1');
  await moderator.taps(mainBot, /Approve/, { message: receipt });
  await shop.owner.reads(mainBot, /tariff is paid until/);
  expect(await showsLine()).toBe(false);
  expect(await period()).toMatchObject({ plan: '1month', status: 'active' });
  await platform.quiet();
  const copies = moderator.chatWith(mainBot).messages.filter(({ photo }) => photo !== undefined);
  expect(copies).toHaveLength(2);
  for (const { text, buttons } of copies) {
    expect(text).toContain(`is approved.\n\nModerator, ID ${moderator.id}`);
    expect(buttons).toEqual([]);
  }

  await moderator.presses(mainBot, 'mod:tariff-approve:1');
  expect(told(moderator, mainBot)).toContain('already been decided');
  expect(await database.tariffPeriod.count()).toBe(1);

  clock.passes({ days: 27 });
  await settle();
  await shop.owner.reads(mainBot, /Your Getolog tariff ends in 3 days/);
  await moderator.reads(mainBot, /Aziz.*tariff ends in 3 days/);
  clock.passes({ days: 2 });
  await settle();
  await shop.owner.reads(mainBot, /ends in 24 hours/);
  await settle();
  clock.passes({ days: 1 });
  await settle();
  await shop.owner.reads(mainBot, /Your Getolog tariff has ended/);
  await moderator.reads(mainBot, /Aziz.*tariff has ended/);
  await moderator.taps(mainBot, /👤 Aziz/);
  expect(moderator.chatWith(mainBot).last?.text).toContain('Tariff: free');
  expect(await period()).toBeNull();
  expect(await showsLine()).toBe(true);
  const heard = shop.owner.chatWith(mainBot).messages.filter(({ text }) => text.includes('⏳'));
  expect(heard).toHaveLength(2);
});

test('a rejected receipt changes nothing, and a better one may follow', async () => {
  const { mainBot, moderator } = platform;
  await putOnSale();
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.sendsPhoto(mainBot);
  await moderator.reads(mainBot, 'Tariff receipt no. 1');
  await shop.owner.presses(mainBot, 'tariff:1');
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('under review');
  await moderator.presses(mainBot, 'mod:tariff-reject:1');
  await shop.owner.reads(mainBot, 'was rejected');
  expect(await period()).toBeNull();
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.reads(mainBot, '8600 9999 8888 7777');
});

test('grants stack on the present end', async () => {
  const { mainBot, moderator } = platform;
  const { id } = await owner();
  await moderator.presses(mainBot, `mod:owner:${id}:grant:1`);
  const first = await period();
  await moderator.presses(mainBot, `mod:owner:${id}:grant:6`);
  const second = await period();
  expect(second?.id).toBe(first?.id);
  expect(first?.expiresAt?.toISOString()).toBe('2026-12-21T09:00:00.000Z');
  expect(second?.expiresAt?.toISOString()).toBe('2027-06-21T09:00:00.000Z');
});

test('a banned owner sells nothing new and adds no bot; what waits may be decided, and unbanned all goes on', async () => {
  const { mainBot, moderator, telegram, database } = platform;
  const { id } = await owner();
  const buyer = await newBuyer(platform, shop, { firstName: 'Waiting' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  const payment = await database.payment.findFirstOrThrow();
  await moderator.presses(mainBot, `mod:owner:${id}:ban`);
  await shop.owner.reads(mainBot, 'banned');
  const other = await newBuyer(platform, shop);
  await other.presses(shop.shop, `plan:${shop.planId}`);
  expect(told(other, shop.shop)).toContain('no longer on sale');
  const bot = telegram.newBot({ username: 'another_bot', name: 'Another' });
  await shop.owner.sends(mainBot, bot.token);
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('banned');
  await shop.owner.presses(shop.shop, `approve:${payment.id}`);
  await buyer.reads(shop.shop, holdsLink);
  await moderator.presses(mainBot, `mod:owner:${id}:unban`);
  await shop.owner.reads(mainBot, 'active again');
  await other.presses(shop.shop, `plan:${shop.planId}`);
  await other.reads(shop.shop, '8600 1234 5678 9012');
});

test('to anybody else the moderators’ desk does not exist', async () => {
  const { mainBot, database } = platform;
  const { id } = await owner();
  await shop.owner.sends(mainBot, '/admin');
  expect(shop.owner.chatWith(mainBot).last?.text).toContain('didn’t get that');
  for (const data of [
    'mod',
    'mod:owners:0',
    `mod:owner:${id}`,
    `mod:owner:${id}:grant:12`,
    'mod:settings',
    'mod:set:card',
  ]) {
    await shop.owner.presses(mainBot, data);
    expect(told(shop.owner, mainBot)).toContain('no longer available');
  }
  await shop.owner.sends(mainBot, '8600 1111 2222 3333');
  expect(await database.platformSetting.count({ where: { name: 'card' } })).toBe(0);
  expect(await database.tariffPeriod.count()).toBe(0);
});
