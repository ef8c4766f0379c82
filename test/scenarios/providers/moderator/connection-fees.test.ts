import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { isAskedForFee } from '../../../support/providers/connection.ts';
import { CASHBOX, ownerDesk } from '../../../support/providers/owner-desk.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let desk: ReturnType<typeof ownerDesk>;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  desk = ownerDesk(platform);
  await moderatorReadsEnglish(platform);
  shop = await desk.openPaidShop();
  await sets('connect-payme', '300 000');
  await sets('connect-click', '200 000');
  await sets('card', '8600 9999 8888 7777');
});
afterEach(() => platform.closesClean());

async function sets(name: string, value: string): Promise<void> {
  await platform.moderator.presses(platform.mainBot, `mod:set:${name}`);
  await platform.moderator.sends(platform.mainBot, value);
}

type Provider = 'payme' | 'click' | 'uzum';

async function connects(provider: Provider = 'payme', { owner, shop: bot } = shop): Promise<void> {
  await owner.presses(platform.mainBot, `bot:${bot.id}:pay:${provider}:connect`);
}

/** Shows that the fee was paid. @returns the receipt's number, or null where none was taken */
async function paysFee(provider: Provider = 'payme'): Promise<number | null> {
  const { database, mainBot, quiet } = platform;
  const before = await database.tariffPayment.count();
  await connects(provider);
  await shop.owner.sendsPhoto(mainBot);
  await quiet();
  const [last] = await database.tariffPayment.findMany({ orderBy: { id: 'desc' }, take: 1 });
  return last && (await database.tariffPayment.count()) > before ? last.id : null;
}

async function decides(decision: 'approve' | 'reject', id: number | null): Promise<void> {
  await platform.moderator.presses(platform.mainBot, `mod:tariff-${decision}:${id}`);
  await platform.quiet();
}

const account = async (provider: Provider = 'payme') => {
  const row = await desk.accountOf(shop, provider);
  if (!row) throw new Error('No such account');
  return row;
};
const feePaidAt = async (provider: Provider = 'payme') => (await account(provider)).feePaidAt;
const heard = (words: string | RegExp) =>
  shop.owner
    .chatWith(platform.mainBot)
    .messages.filter(({ text }) => (typeof words === 'string' ? text.includes(words) : words.test(text)));

test('without an amount or the platform’s card a connection is not on sale', async () => {
  const { mainBot, database } = platform;
  await connects('uzum');
  expect(told(shop.owner, mainBot)).toContain('isn’t on sale yet');
  await database.platformSetting.deleteMany({ where: { name: 'card' } });
  await connects('payme');
  expect(told(shop.owner, mainBot)).toContain('isn’t on sale yet');
  expect(await database.openQuestion.count()).toBe(0);
});

test('an owner pays the fee by receipt, a moderator approves it once, and the keys are asked for', async () => {
  const { moderator, mainBot, database } = platform;
  await connects();
  const offer = (told(shop.owner, mainBot) ?? '').replaceAll('\u00A0', ' ');
  for (const words of ['a one-time fee', '300,000 UZS', '8600 9999 8888 7777', `@${shop.shop.username}`]) {
    expect(offer).toContain(words);
  }
  await shop.owner.sends(mainBot, 'paid');
  expect(told(shop.owner, mainBot)).toContain('screenshot, photo or PDF');
  expect(desk.lastOf(shop.owner).data).toEqual([`bot:${shop.shop.id}:pay:payme`]);
  const id = await paysFee();
  expect(told(shop.owner, mainBot)).toContain('under review');
  const receipt = await moderator.reads(mainBot, `Receipt no. ${id}: connection fee`);
  expect(receipt.text).toContain(`For: Payme for @${shop.shop.username}`);
  expect(receipt.text.replaceAll('\u00A0', ' ')).toContain('Amount: 300,000 UZS');
  expect(receipt.photo).toBeDefined();
  const { id: merchantAccountId } = await account();
  expect(await database.tariffPayment.findUniqueOrThrow({ where: { id: id ?? 0 } })).toMatchObject({
    purpose: 'connection',
    merchantAccountId,
    durationMonths: 0,
    status: 'pending',
  });
  await moderator.presses(mainBot, 'mod:tariffs');
  expect(told(moderator, mainBot)).toContain(`Payme for @${shop.shop.username}`);
  await moderator.presses(mainBot, `mod:conn:${merchantAccountId}`);
  expect(told(moderator, mainBot)).toContain('Fee: its receipt is under review');

  await moderator.taps(mainBot, /Approve/, { message: receipt });
  const words = await shop.owner.reads(mainBot, /Nothing more to pay for Payme/);
  const paidAt = await feePaidAt();
  expect(paidAt).toEqual(platform.clock.now());
  const tariff = await database.tariffPeriod.findFirstOrThrow({ where: { status: 'active' } });
  expect(tariff.amountPaid.toFixed()).toBe('0');
  await shop.owner.taps(mainBot, /Enter the keys/, { message: words });
  for (const key of [CASHBOX, 'live-key-of-payme', '-']) await shop.owner.sends(mainBot, key);
  await moderator.reads(mainBot, /Aziz .* has entered the keys: Payme/);

  platform.clock.passes({ minutes: 5 });
  await decides('approve', id);
  expect(told(moderator, mainBot)).toContain('already been decided');
  expect(await feePaidAt()).toEqual(paidAt);
  // What was said before has become the first question; nothing is said again.
  expect(heard('Nothing more to pay')).toHaveLength(0);
  expect(moderator.chatWith(mainBot).messages.some(({ text }) => text.includes('is approved'))).toBe(true);
  const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${owner.id}`);
  expect(told(moderator, mainBot)).toContain(`Payme for @${shop.shop.username}`);
});

test('a rejected receipt leaves everything as it was, and a better one may follow', async () => {
  const first = await paysFee();
  expect(await paysFee()).toBeNull();
  expect(desk.lastOf(shop.owner).text).toContain('choose the tariff first');
  await connects();
  expect(told(shop.owner, platform.mainBot)).toContain('under review');
  await decides('reject', first);
  const words = await shop.owner.reads(platform.mainBot, /Your receipt for connecting Payme .* was rejected/);
  expect(words.buttons.flat().map(({ data }) => data)).toContain(`bot:${shop.shop.id}:pay:payme:connect`);
  expect(await feePaidAt()).toBeNull();
  await decides('approve', await paysFee());
  expect(await feePaidAt()).not.toBeNull();
});

test('the receipts of a tariff and of several providers wait side by side, and each gives what it is for', async () => {
  const { mainBot, database } = platform;
  await sets('price1', '90 000');
  const paidUntil = async () =>
    (await database.tariffPeriod.findFirstOrThrow({ where: { status: 'active' } })).expiresAt;
  const before = await paidUntil();
  await paysFee('payme');
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.sendsPhoto(mainBot);
  await paysFee('click');
  const waiting = await database.tariffPayment.findMany({
    where: { status: 'pending' },
    orderBy: { id: 'asc' },
  });
  expect(waiting.map(({ purpose, amount }) => [purpose, Number(amount)])).toEqual([
    ['connection', 300_000],
    ['tariff', 90_000],
    ['connection', 200_000],
  ]);
  await decides('approve', waiting[2]?.id ?? null);
  expect([await feePaidAt('payme'), await feePaidAt('click')]).toEqual([null, platform.clock.now()]);
  expect(await paidUntil()).toEqual(before);
  await decides('approve', waiting[1]?.id ?? null);
  expect(await paidUntil()).not.toEqual(before);
  expect(await feePaidAt('payme')).toBeNull();
});

test('what is waived needs no receipt: one that waited is let go of in silence, and none is taken any more', async () => {
  const { moderator, mainBot } = platform;
  const id = await paysFee();
  await moderator.presses(mainBot, `mod:conn:${(await account()).id}:waive`);
  await shop.owner.reads(mainBot, /Nothing more to pay for Payme/);
  await decides('reject', id);
  expect(heard('was rejected')).toHaveLength(0);
  await connects('click');
  await moderator.presses(mainBot, `mod:conn:${(await account('click')).id}:waive`);
  await shop.owner.sendsPhoto(mainBot);
  expect(told(shop.owner, mainBot)).toContain('nothing more to pay');
  expect(await platform.database.tariffPayment.count()).toBe(1);
});

test('a receipt for a provider that was removed and connected again pays for the one that is there', async () => {
  const { mainBot } = platform;
  const id = await paysFee();
  const first = await account();
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme:remove:yes`);
  await connects();
  expect(told(shop.owner, mainBot)).toContain('under review');
  const { id: present } = await account();
  expect(present).not.toBe(first.id);
  await platform.moderator.presses(mainBot, `mod:conn:${present}`);
  expect(told(platform.moderator, mainBot)).toContain('Fee: its receipt is under review');
  await decides('approve', id);
  expect(await feePaidAt()).not.toBeNull();
});

test('nobody pays for another owner’s bot, or for one that is gone', async () => {
  const { database, mainBot } = platform;
  await connects();
  const other = await openShop(platform);
  await other.owner.presses(mainBot, `bot:${shop.shop.id}:pay:payme:connect`);
  expect(told(other.owner, mainBot)).toContain('no longer available');
  await isAskedForFee(platform, other.owner, (await account()).id);
  await other.owner.sendsPhoto(mainBot);
  expect(told(other.owner, mainBot)).toContain('no longer available');
  const asked = (await account()).id;
  await shop.owner.presses(mainBot, `bot:${shop.shop.id}:remove:yes`);
  await isAskedForFee(platform, shop.owner, asked);
  await shop.owner.sendsPhoto(mainBot);
  expect(told(shop.owner, mainBot)).toContain('no longer available');
  expect(await database.tariffPayment.count()).toBe(0);
});
