import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { beginConnection, isAskedForFee } from '../../../support/providers/connection.ts';
import { moderatorReadsEnglish, openShop, type Shop } from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let shop: Shop;
let payme: number;
beforeEach(async () => {
  platform = await startPlatform();
  await moderatorReadsEnglish(platform);
  shop = await openShop(platform);
  payme = await beginConnection(platform, shop, 'payme');
});
afterEach(() => platform.closesClean());

/** Shows that the fee was paid. @returns the receipt's number, or null where none was taken */
async function paysFee(accountId: number, owner: SandboxPerson = shop.owner): Promise<number | null> {
  const { database, mainBot, quiet } = platform;
  const before = await database.tariffPayment.count();
  await isAskedForFee(platform, owner, accountId);
  await owner.sendsPhoto(mainBot);
  await quiet();
  const [last] = await database.tariffPayment.findMany({ orderBy: { id: 'desc' }, take: 1 });
  return last && (await database.tariffPayment.count()) > before ? last.id : null;
}

async function decides(decision: 'approve' | 'reject', id: number | null): Promise<void> {
  await platform.moderator.presses(platform.mainBot, `mod:tariff-${decision}:${id}`);
  await platform.quiet();
}

const feePaidAt = async (id: number) =>
  (await platform.database.merchantAccount.findUniqueOrThrow({ where: { id } })).feePaidAt;
const heard = (words: string | RegExp) =>
  shop.owner
    .chatWith(platform.mainBot)
    .messages.filter(({ text }) => (typeof words === 'string' ? text.includes(words) : words.test(text)));

test('an owner pays the fee by receipt, a moderator approves it once, and the keys are asked for', async () => {
  const { moderator, mainBot, database } = platform;
  await isAskedForFee(platform, shop.owner, payme);
  await shop.owner.sends(mainBot, 'paid');
  expect(told(shop.owner, mainBot)).toContain('screenshot, photo or PDF');
  const id = await paysFee(payme);
  expect(told(shop.owner, mainBot)).toContain('under review');
  const receipt = await moderator.reads(mainBot, `Receipt no. ${id}: connection fee`);
  expect(receipt.text).toContain(`For: Payme for @${shop.shop.username}`);
  expect(receipt.text.replaceAll('\u00A0', ' ')).toContain('Amount: 300,000 UZS');
  expect(receipt.photo).toBeDefined();
  expect(await database.tariffPayment.findUniqueOrThrow({ where: { id: id ?? 0 } })).toMatchObject({
    purpose: 'connection',
    merchantAccountId: payme,
    durationMonths: 0,
    status: 'pending',
  });
  await moderator.presses(mainBot, 'mod:tariffs');
  expect(told(moderator, mainBot)).toContain(`Payme for @${shop.shop.username}`);

  await moderator.taps(mainBot, /Approve/, { message: receipt });
  const words = await shop.owner.reads(mainBot, /Nothing more to pay for Payme/);
  expect(words.buttons.flat().map(({ data }) => data)).toContain(`bot:${shop.shop.id}:pay:payme:keys`);
  const paidAt = await feePaidAt(payme);
  expect(paidAt).toEqual(platform.clock.now());
  expect(await database.tariffPeriod.count({ where: { status: 'active' } })).toBe(0);

  platform.clock.passes({ minutes: 5 });
  await decides('approve', id);
  expect(told(moderator, mainBot)).toContain('already been decided');
  expect(await feePaidAt(payme)).toEqual(paidAt);
  expect(heard('Nothing more to pay')).toHaveLength(1);
  await platform.quiet();
  expect(moderator.chatWith(mainBot).messages.some(({ text }) => text.includes('is approved'))).toBe(true);
  const owner = await database.owner.findUniqueOrThrow({ where: { telegramUserId: shop.owner.id } });
  await moderator.presses(mainBot, `mod:owner:${owner.id}`);
  expect(told(moderator, mainBot)).toContain(`Payme for @${shop.shop.username}`);
});

test('a rejected receipt leaves everything as it was, and a better one may follow', async () => {
  const first = await paysFee(payme);
  expect(await paysFee(payme)).toBeNull();
  expect(told(shop.owner, platform.mainBot)).toContain('under review');
  await decides('reject', first);
  const words = await shop.owner.reads(platform.mainBot, /Your receipt for connecting Payme .* was rejected/);
  expect(words.buttons.flat().map(({ data }) => data)).toContain(`bot:${shop.shop.id}:pay:payme:connect`);
  expect(await feePaidAt(payme)).toBeNull();
  await decides('approve', await paysFee(payme));
  expect(await feePaidAt(payme)).not.toBeNull();
});

test('the receipts of a tariff and of several providers wait side by side, and each gives what it is for', async () => {
  const { mainBot, moderator, database } = platform;
  for (const [name, value] of [
    ['price1', '90 000'],
    ['card', '8600 9999 8888 7777'],
  ] as const) {
    await moderator.presses(mainBot, `mod:set:${name}`);
    await moderator.sends(mainBot, value);
  }
  const click = await beginConnection(platform, shop, 'click');
  await paysFee(payme);
  await shop.owner.presses(mainBot, 'tariff:1');
  await shop.owner.reads(mainBot, '8600 9999 8888 7777');
  await shop.owner.sendsPhoto(mainBot);
  await paysFee(click);
  const waiting = await database.tariffPayment.findMany({
    where: { status: 'pending' },
    orderBy: { id: 'asc' },
  });
  expect(waiting.map(({ purpose, merchantAccountId }) => [purpose, merchantAccountId])).toEqual([
    ['connection', payme],
    ['tariff', null],
    ['connection', click],
  ]);
  await decides('approve', waiting[2]?.id ?? null);
  expect([await feePaidAt(payme), await feePaidAt(click)]).toEqual([null, platform.clock.now()]);
  expect(await database.tariffPeriod.count({ where: { status: 'active' } })).toBe(0);
  await decides('approve', waiting[1]?.id ?? null);
  expect(await database.tariffPeriod.count({ where: { status: 'active' } })).toBe(1);
  expect(await feePaidAt(payme)).toBeNull();
});

test('what is waived needs no receipt: one that waited is let go of in silence, and none is taken any more', async () => {
  const { moderator, mainBot } = platform;
  const id = await paysFee(payme);
  await moderator.presses(mainBot, `mod:conn:${payme}:waive`);
  await shop.owner.reads(mainBot, /Nothing more to pay for Payme/);
  await decides('reject', id);
  expect(heard('was rejected')).toHaveLength(0);
  expect(await paysFee(payme)).toBeNull();
  expect(told(shop.owner, mainBot)).toContain('nothing more to pay');
});

test('a receipt for a provider that was removed and connected again pays for the one that is there', async () => {
  const { database, clock } = platform;
  const id = await paysFee(payme);
  await database.merchantAccount.update({ where: { id: payme }, data: { removedAt: clock.now() } });
  const again = await beginConnection(platform, shop, 'payme');
  expect(await paysFee(again)).toBeNull();
  await decides('approve', id);
  expect(await feePaidAt(again)).not.toBeNull();
});

test('nobody pays for another owner’s bot, or for one that is gone', async () => {
  const other = await openShop(platform);
  expect(await paysFee(payme, other.owner)).toBeNull();
  expect(told(other.owner, platform.mainBot)).toContain('no longer available');
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:remove:yes`);
  expect(await paysFee(payme)).toBeNull();
  expect(told(shop.owner, platform.mainBot)).toContain('no longer available');
});
