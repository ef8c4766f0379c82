import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays } from '../../../src/shared/calendar.ts';
import {
  buys,
  comesBy,
  inviteCodeOf,
  offerReward,
  referralOf,
  takesBack,
} from '../../support/growth/inviting.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await offerReward(platform, shop, { referral: 'days', referralDays: 7 });
});
afterAll(async () => {
  await platform.closesClean();
});

const endOf = async (subscriptionId: number) =>
  (await platform.database.subscription.findUniqueOrThrow({ where: { id: subscriptionId } })).expiresAt;

test('whoever brings a buyer gets days, once; taken back with the purchase, and earned anew by the next', async () => {
  const { database } = platform;
  const { member: inviter, subscriptionId } = await newMember(platform, shop, { firstName: 'Inviter' });
  const before = await endOf(subscriptionId);
  if (!before) throw new Error('bought for a month');
  const friend = await comesBy(platform, shop, await inviteCodeOf(platform, shop, inviter));
  await inviter.reads(shop.shop, 'A friend has come');
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'came', kind: 'days', value: 7 });
  const paymentId = await payFor(platform, shop, friend);
  await Promise.all(Array.from({ length: 20 }, () => shop.owner.presses(shop.shop, `approve:${paymentId}`)));
  await inviter.reads(shop.shop, 'you get 7 days');
  await platform.quiet();
  const after = addDays(before, 7, 'Asia/Tashkent');
  expect(await endOf(subscriptionId)).toEqual(after);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given', paymentId });
  expect(await database.timeEntry.count({ where: { source: 'referral' } })).toBe(1);

  await takesBack(platform, shop, paymentId);
  await inviter.reads(shop.shop, 'was undone');
  expect(await endOf(subscriptionId)).toEqual(before);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'came', paymentId: null });

  const again = await buys(platform, shop, friend);
  expect(await endOf(subscriptionId)).toEqual(after);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given', paymentId: again });
});
