import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS } from '../../../src/shared/durations.ts';
import {
  buys,
  comesBy,
  heldBy,
  inviteCodeOf,
  offerReward,
  referralOf,
  takesBack,
} from '../../support/growth/inviting.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { type ClickCaller, connectClick, orderByClick } from '../../support/providers/click-caller.ts';
import { connectPayme, newTransactionId, type PaymeAccount } from '../../support/providers/payme-caller.ts';
import { payTwice } from '../../support/providers/refunds.ts';
import { addPlan, newBuyer, newMember, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
/** Another one of the same platform, where providers are paid. */
let till: Shop;
let payme: PaymeAccount;
let click: ClickCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  till = await openShop(platform);
  payme = await connectPayme(platform, till);
  for (const one of [shop, till]) await offerReward(platform, one, { referral: 'days', referralDays: 20 });
});
afterAll(async () => {
  await platform.closesClean();
});

/** Somebody with a month, and the link that they send to friends. */
async function newInviter(where: Shop = shop) {
  const { member: inviter, endUserId } = await newMember(platform, where, { firstName: 'Inviter' });
  const code = await inviteCodeOf(platform, where, inviter);
  const held = await heldBy(platform, inviter);
  if (!held?.expiresAt) throw new Error('bought for a month');
  const before = held.expiresAt.getTime();
  const daysGained = async () =>
    (((await heldBy(platform, inviter))?.expiresAt?.getTime() ?? 0) - before) / DAY_MS;
  return { inviter, inviterId: endUserId, code, daysGained };
}

/** Somebody pays for an order at Payme. @returns the transaction */
async function paysByPayme(friend: SandboxPerson): Promise<string> {
  const order = await orderByClick(platform, till, friend, { method: 'payme' });
  const id = newTransactionId();
  await payme.live.create(id, order);
  await payme.live.perform(id);
  await platform.quiet();
  return id;
}

test('a purchase earns no more days than it has, and what is given by hand earns none', async () => {
  const { database, mainBot } = platform;
  const { inviter, code, daysGained } = await newInviter();
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const day = await addPlan(platform, shop, { channelId, kind: 'days', term: '1', price: '5 000' });
  const friend = await comesBy(platform, shop, code);
  const { friendId } = await referralOf(platform, friend);
  await shop.owner.presses(mainBot, `user:${friendId}`);
  await shop.owner.presses(mainBot, `user:${friendId}:grant:${shop.planId}`);
  await friend.reads(shop.shop, 'gave you access');
  await platform.quiet();
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'came', paymentId: null });
  expect(await daysGained()).toBe(0);

  await buys(platform, shop, friend, day.id);
  expect(await daysGained()).toBe(1);
  await inviter.reads(shop.shop, 'you get 1 day');
  // And one that comes after it earns nothing more.
  await buys(platform, shop, friend);
  expect(await daysGained()).toBe(1);
});

test('a purchase by Payme earns, and goes with its money by the cabinet', async () => {
  const { code, daysGained } = await newInviter(till);
  const friend = await comesBy(platform, till, code);
  const transaction = await paysByPayme(friend);
  expect(await daysGained()).toBe(20);
  await payme.live.cancel(transaction, 5);
  await platform.quiet();
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'came', paymentId: null });
  expect(await daysGained()).toBe(0);
  await paysByPayme(friend);
  expect(await daysGained()).toBe(20);
});

test('money that came twice and was taken as a further purchase earns once, also when the first one goes', async () => {
  click ??= await connectClick(platform, till);
  const { code, daysGained } = await newInviter(till);
  const friend = await comesBy(platform, till, code);
  const { orderNumber, refundId } = await payTwice(platform, till, click, friend);
  await platform.quiet();
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given', paymentId: orderNumber });
  await till.owner.presses(platform.mainBot, `refund:${refundId}:credit:yes`);
  await platform.quiet();
  expect(await daysGained()).toBe(20);
  const { creditedPaymentId } = await platform.database.refund.findUniqueOrThrow({ where: { id: refundId } });
  await platform.database.payment.update({ where: { id: orderNumber }, data: { paymentMethod: 'card' } });
  await takesBack(platform, till, orderNumber);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given', paymentId: creditedPaymentId });
  expect(await daysGained()).toBe(20);
});

test('what is heard twice, late and in any order comes to the same', async () => {
  const { code, daysGained } = await newInviter();
  const friend = await comesBy(platform, shop, code);
  const { id: referralId, botId } = await referralOf(platform, friend);
  const again = async () => {
    const message = { kind: 'settle-referral', botId, payload: { referralId } } as const;
    await platform.app.services.transact(async ({ enqueue }) => {
      for (const one of [message, message, message]) enqueue(one);
    });
    await platform.quiet();
  };
  await again();
  const paymentId = await buys(platform, shop, friend);
  await again();
  expect(await daysGained()).toBe(20);
  await takesBack(platform, shop, paymentId);
  await again();
  expect(await daysGained()).toBe(0);
  const next = await buys(platform, shop, friend);
  await again();
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given', paymentId: next });
  expect(await daysGained()).toBe(20);
});

test('the terms of the arrival hold for 90 days, whatever their owner says since, and no longer', async () => {
  const { clock, database } = platform;
  const { inviterId, code } = await newInviter();
  await offerReward(platform, shop, { referralDays: 5 });
  const friends = [await comesBy(platform, shop, code), await comesBy(platform, shop, code)] as const;
  await offerReward(platform, shop, { referral: 'off', referralDays: 90 });
  const stranger = await comesBy(platform, shop, code, 'Stranger');
  expect(await database.referral.count({ where: { inviterId } })).toBe(2);
  expect(await database.endUser.count({ where: { telegramUserId: stranger.id } })).toBe(1);
  clock.passes({ days: 90, minutes: -1 });
  await buys(platform, shop, friends[0]);
  clock.passes({ minutes: 2 });
  await buys(platform, shop, friends[1]);
  // The inviter's month is over by then.
  expect(await referralOf(platform, friends[0])).toMatchObject({ status: 'waiting', kind: 'days', value: 5 });
  expect(await referralOf(platform, friends[1])).toMatchObject({ status: 'came', paymentId: null });
  await offerReward(platform, shop, { referral: 'days', referralDays: 20 });
});

test('twenty rewards in thirty days, and the next is told to the owner instead', async () => {
  const { clock, database, mainBot } = platform;
  const { inviterId, code, daysGained } = await newInviter();
  const { botId } = await database.endUser.findUniqueOrThrow({ where: { id: inviterId } });
  const at = { botId, inviterId, kind: 'days', value: 20, friendPercent: 0, arrivedAt: clock.now() };
  // The oldest of them is as old as counts.
  await database.referral.createMany({
    data: Array.from({ length: 20 }, (_, number) => ({
      ...at,
      person: -1n - BigInt(number),
      status: number % 2 ? 'waiting' : 'given',
      settledAt: new Date(clock.now().getTime() - (number === 0 ? 30 * DAY_MS - 60_000 : DAY_MS)),
    })),
  });
  const friend = await comesBy(platform, shop, code);
  const paymentId = await buys(platform, shop, friend);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'capped', paymentId });
  expect(await daysGained()).toBe(0);
  await shop.owner.reads(mainBot, '20 rewards');
  clock.passes({ minutes: 2 });
  const other = await comesBy(platform, shop, code, 'Other');
  await buys(platform, shop, other);
  expect(await referralOf(platform, other)).toMatchObject({ status: 'given' });
  expect(await daysGained()).toBe(20);
});

test('a receipt that was used before earns when its owner says so, once, and never once they have denied it', async () => {
  const { database, app, mainBot } = platform;
  const { code, daysGained } = await newInviter();
  const bytes = randomBytes(64);
  const sendsSame = async (friend: SandboxPerson) => {
    await friend.presses(shop.shop, `plan:${shop.planId}`);
    await friend.sendsDocument(shop.shop, { bytes, mimeType: 'application/pdf', fileName: 'receipt.pdf' });
    await platform.quiet();
    const { id } = await database.payment.findFirstOrThrow({
      where: { endUser: { telegramUserId: friend.id }, status: 'pending' },
    });
    await shop.owner.presses(shop.shop, `approve:${id}`);
    await platform.quiet();
    return id;
  };
  const [honest, doubtful, denied] = [
    await comesBy(platform, shop, code, 'Honest'),
    await comesBy(platform, shop, code, 'Doubtful'),
    await comesBy(platform, shop, code, 'Denied'),
  ] as const;
  await sendsSame(honest);
  expect(await referralOf(platform, honest)).toMatchObject({ status: 'given' });
  for (const friend of [doubtful, denied]) await sendsSame(friend);
  expect(await daysGained()).toBe(20);
  await shop.owner.reads(mainBot, 'receipt');

  const { botId, id: referralId } = await referralOf(platform, doubtful);
  const { id: deniedId, paymentId } = await referralOf(platform, denied);
  const owner = { kind: 'owner', telegramUserId: BigInt(shop.owner.id) } as const;
  const scope = {
    botId,
    telegramBotId: BigInt(shop.shop.id),
    botUsername: shop.shop.username,
    ownerId: (await database.sellerBot.findUniqueOrThrow({ where: { id: botId } })).ownerId,
    ownerTelegramUserId: owner.telegramUserId,
  };
  const { referrals } = app.services;
  await expect(
    referrals.give(scope, { ...owner, telegramUserId: BigInt(till.owner.id) }, referralId),
  ).rejects.toThrow();
  await referrals.deny(scope, owner, deniedId);
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () => referrals.give(scope, owner, referralId)),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await platform.quiet();
  expect(await referralOf(platform, doubtful)).toMatchObject({ status: 'given' });
  expect(await daysGained()).toBe(40);
  // What was denied stays so, whatever becomes of the purchase.
  await takesBack(platform, shop, paymentId ?? 0);
  await buys(platform, shop, denied);
  expect(await referralOf(platform, denied)).toMatchObject({ status: 'denied' });
  expect(await daysGained()).toBe(40);
});

test('neither one’s own link, nor a second one, nor a circle, nor the owner’s first look brings anybody', async () => {
  const { database } = platform;
  const { inviter, inviterId, code } = await newInviter();
  const other = await newInviter();
  const friend = await comesBy(platform, shop, code);
  const brought = await referralOf(platform, friend);
  await inviter.starts(shop.shop, { payload: `r_${code}` });
  await friend.starts(shop.shop, { payload: `r_${other.code}` });
  await inviter.starts(shop.shop, { payload: `r_${await inviteCodeOf(platform, shop, friend)}` });
  // A link of another shop leads to nobody here.
  const elsewhere = await newInviter(till);
  await comesBy(platform, shop, elsewhere.code, 'Lost');
  expect(
    await database.referral.findMany({ where: { friendId: { in: [inviterId, brought.friendId ?? 0] } } }),
  ).toEqual([brought]);
  expect(
    await database.referral.count({ where: { inviterId: { in: [other.inviterId, elsewhere.inviterId] } } }),
  ).toBe(0);
});

test('nobody brings an owner to their own bot', async () => {
  const { database, telegram, mainBot } = platform;
  const second = { shop: telegram.newBot({ username: 'second_bot', name: 'Second' }) };
  await shop.owner.sends(mainBot, second.shop.token);
  await platform.quiet();
  await offerReward(platform, second, { referral: 'days' });
  const friend = await newBuyer(platform, second);
  await shop.owner.starts(second.shop, { payload: `r_${await inviteCodeOf(platform, second, friend)}` });
  await platform.quiet();
  const { id: botId } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: second.shop.id },
  });
  await shop.owner.presses(second.shop, 'my');
  expect(await database.referral.count({ where: { botId } })).toBe(0);
});

test('whoever forgets themselves and comes again is brought by nobody once more, nor by themselves', async () => {
  const { database } = platform;
  const { code, inviterId, daysGained } = await newInviter();
  const friend = await comesBy(platform, shop, code);
  const paymentId = await buys(platform, shop, friend);
  expect(await daysGained()).toBe(20);
  const own = await inviteCodeOf(platform, shop, friend);
  const forgets = async () => {
    await friend.presses(shop.shop, 'forget');
    await friend.presses(shop.shop, 'forget:yes');
    await platform.quiet();
  };
  await forgets();
  const row = await database.referral.findFirstOrThrow({ where: { paymentId } });
  expect(row).toMatchObject({ inviterId, friendId: null, status: 'given' });
  for (const link of [code, own]) {
    await friend.starts(shop.shop, { payload: `r_${link}` });
    await friend.presses(shop.shop, 'lang:en');
    await buys(platform, shop, friend);
    await forgets();
  }
  expect(await database.referral.findMany({ where: { inviterId } })).toEqual([row]);
  expect(await daysGained()).toBe(20);
  // Their purchase is known still.
  await takesBack(platform, shop, paymentId);
  expect(await database.referral.findUniqueOrThrow({ where: { id: row.id } })).toMatchObject({
    status: 'came',
  });
  expect(await daysGained()).toBe(0);
});
