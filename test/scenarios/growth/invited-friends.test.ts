import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { addDays } from '../../../src/shared/calendar.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  const { id } = await platform.database.sellerBot.findFirstOrThrow();
  await platform.database.botSettings.create({ data: { botId: id, referral: 'days', referralDays: 7 } });
});
afterAll(async () => {
  await platform.closesClean();
});

async function codeOf(inviter: SandboxPerson): Promise<string> {
  const actor = { telegramUserId: inviter.id };
  const code = `code${String(inviter.id).slice(-4)}`;
  await platform.database.endUser.updateMany({ where: actor, data: { inviteCode: code } });
  return code;
}

async function comes(firstName: string, code: string): Promise<SandboxPerson> {
  const friend = platform.telegram.newPerson({ firstName, languageCode: 'en' });
  await friend.starts(shop.shop, { payload: `r_${code}` });
  await friend.presses(shop.shop, 'lang:en');
  return friend;
}

const endOf = async (subscriptionId: number) =>
  (await platform.database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } })).expiresAt;

const referralOf = (friend: SandboxPerson) =>
  platform.database.referral.findFirstOrThrow({ where: { friend: { telegramUserId: friend.id } } });

test('whoever brings a buyer gets days, once; taken back with the purchase, and earned anew by the next', async () => {
  const { database, telegram } = platform;
  const { member: inviter, subscriptionId } = await newMember(platform, shop, { firstName: 'Inviter' });
  const before = await endOf(subscriptionId);
  if (!before) throw new Error('bought for a month');
  const friend = await comes('Friend', await codeOf(inviter));
  await inviter.reads(shop.shop, 'A friend has come');
  expect(await referralOf(friend)).toMatchObject({ status: 'came', kind: 'days', value: 7 });
  const paymentId = await payFor(platform, shop, friend);
  await Promise.all(Array.from({ length: 20 }, () => shop.owner.presses(shop.shop, `approve:${paymentId}`)));
  await inviter.reads(shop.shop, 'you get 7 days');
  await platform.quiet();
  const after = addDays(before, 7, 'Asia/Tashkent');
  expect(await endOf(subscriptionId)).toEqual(after);
  expect(await referralOf(friend)).toMatchObject({ status: 'given', paymentId });
  expect(await database.timeEntry.count({ where: { source: 'referral' } })).toBe(1);

  await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
  await inviter.reads(shop.shop, 'was undone');
  await platform.quiet();
  expect(await endOf(subscriptionId)).toEqual(before);
  expect(await referralOf(friend)).toMatchObject({ status: 'came', paymentId: null });

  const again = await payFor(platform, shop, friend);
  await shop.owner.presses(shop.shop, `approve:${again}`);
  await platform.quiet();
  await telegram.quiet();
  expect(await endOf(subscriptionId)).toEqual(after);
  expect(await referralOf(friend)).toMatchObject({ status: 'given', paymentId: again });
});
