import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { addDays, addMonths } from '../../../src/shared/calendar.ts';
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
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

const ZONE = 'Asia/Tashkent';
const DAYS = 20;

let platform: Platform;
let shop: Shop;
let inviter: SandboxPerson;
let inviterId: number;
let code: string;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});
beforeEach(async () => {
  const { member, endUserId } = await newMember(platform, shop, { firstName: 'Inviter' });
  inviter = member;
  inviterId = endUserId;
  code = await inviteCodeOf(platform, shop, inviter);
});

const end = async () => (await heldBy(platform, inviter))?.expiresAt ?? null;
const now = () => platform.clock.now();
const inADay = () => new Date(now().getTime() + DAY_MS);

/** A friend comes, and buys. @returns their purchase */
async function brings(): Promise<{ friend: SandboxPerson; paymentId: number }> {
  const friend = await comesBy(platform, shop, code);
  return { friend, paymentId: await buys(platform, shop, friend) };
}

/** Lets time pass until so long before the inviter's end. */
async function passesUntil(msBefore: number): Promise<void> {
  const left = ((await end())?.getTime() ?? 0) - now().getTime();
  platform.clock.passes({ milliseconds: left - msBefore });
}

/** Where time began, with all that was given since, and what of it was taken back and counts still. */
async function expectFolded(): Promise<void> {
  const { startedAt, expiresAt, id } = await platform.database.subscription.findFirstOrThrow({
    where: { endUserId: inviterId, status: 'active' },
  });
  const entries = await platform.database.timeEntry.findMany({ where: { subscriptionId: id } });
  const length = entries.reduce((sum, { addedFrom, addedTo, takenBackAt, takenBackTo }) => {
    const until = takenBackAt === null ? addedTo : takenBackTo;
    return until === null ? sum : sum + until.getTime() - addedFrom.getTime();
  }, 0);
  expect(expiresAt?.getTime()).toBe(startedAt.getTime() + length);
}

describe('Days', () => {
  beforeAll(() => offerReward(platform, shop, { referral: 'days', referralDays: DAYS }));

  test('are never taken so that less than a day is left, and all that comes later adds up', async () => {
    const { database } = platform;
    const { friend, paymentId } = await brings();
    const given = await end();
    // Of the days that were given, a part has passed.
    await passesUntil(5 * DAY_MS);
    await takesBack(platform, shop, paymentId);
    const kept = inADay();
    expect(await end()).toEqual(kept);
    const { id: referralId, status } = await referralOf(platform, friend);
    expect(status).toBe('came');
    const [entry] = await database.timeEntry.findMany({
      where: { source: 'referral', sourceId: referralId },
    });
    // Four days of it were taken.
    expect(entry?.takenBackTo).toEqual(new Date((entry?.addedTo?.getTime() ?? 0) - 4 * DAY_MS));
    expect(given).toEqual(new Date(kept.getTime() + 4 * DAY_MS));
    await expectFolded();

    const own = await buys(platform, shop, inviter);
    expect(await end()).toEqual(addMonths(kept, 1, ZONE));
    const again = await buys(platform, shop, friend);
    expect(await end()).toEqual(addDays(addMonths(kept, 1, ZONE), DAYS, ZONE));
    await expectFolded();
    await takesBack(platform, shop, own);
    expect(await end()).not.toBeNull();
    await expectFolded();
    await takesBack(platform, shop, again);
    expect(await end()).toEqual(kept);
    await expectFolded();
    expect(await database.timeEntry.count({ where: { endUserId: inviterId, takenBackAt: null } })).toBe(1);
  });

  test('of which less than a day is left already stay as they are', async () => {
    const { friend, paymentId } = await brings();
    await passesUntil(DAY_MS / 2);
    const before = await end();
    await takesBack(platform, shop, paymentId);
    expect(await end()).toEqual(before);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'came' });
    await expectFolded();
    platform.clock.passes({ hours: 13 });
    await round(platform);
    expect(await heldBy(platform, inviter)).toBeNull();
    expect(shop.chat.has(inviter)).toBe(false);
  });

  test('put nobody out of the grace after their end', async () => {
    await offerReward(platform, shop, { graceDays: 5 });
    const { paymentId } = await brings();
    await passesUntil(-DAY_MS);
    await round(platform);
    const held = await heldBy(platform, inviter);
    expect(held?.graceUntil).toEqual(addDays(held?.expiresAt ?? now(), 5, ZONE));
    await takesBack(platform, shop, paymentId);
    expect(await heldBy(platform, inviter)).toEqual(held);
    expect(shop.chat.has(inviter)).toBe(true);
    await offerReward(platform, shop, { graceDays: 0 });
  });

  test('that were given in the grace count from the end, and go without anybody being put out', async () => {
    await offerReward(platform, shop, { graceDays: 5 });
    const before = await end();
    await passesUntil(-DAY_MS);
    await round(platform);
    const { paymentId } = await brings();
    expect(await heldBy(platform, inviter)).toMatchObject({
      expiresAt: addDays(before ?? now(), DAYS, ZONE),
      graceUntil: null,
    });
    await takesBack(platform, shop, paymentId);
    expect(await end()).toEqual(inADay());
    await expectFolded();
    await offerReward(platform, shop, { graceDays: 0 });
  });

  test('of somebody who was put out are gone, and come to nobody', async () => {
    const { friend, paymentId } = await brings();
    await shop.owner.presses(platform.mainBot, `user:${inviterId}:ban`);
    await platform.quiet();
    await takesBack(platform, shop, paymentId);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'came' });
    await buys(platform, shop, friend);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'void' });
    expect(await heldBy(platform, inviter)).toBeNull();
  });
});

describe('A discount', () => {
  const PERCENT = 20;
  beforeAll(() =>
    offerReward(platform, shop, { referral: 'percent', referralPercent: PERCENT, friendPercent: 10 }),
  );

  const paidBy = async (paymentId: number) =>
    Number((await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } })).amount);

  const codeOf = async (friend: SandboxPerson) => {
    const { promoCodeId } = await referralOf(platform, friend);
    return platform.database.promoCode.findUniqueOrThrow({ where: { id: promoCodeId ?? 0 } });
  };

  test('is a code of one use for 180 days, which offers itself, the best of several', async () => {
    const { friend, paymentId } = await brings();
    expect(await paidBy(paymentId)).toBe(45_000);
    const { database, clock } = platform;
    expect(await codeOf(friend)).toMatchObject({
      endUserId: inviterId,
      kind: 'percent',
      maxUses: 1,
      origin: 'referral',
      endsOn: new Date(`${addDays(clock.now(), 180, ZONE).toISOString().slice(0, 10)}T00:00:00Z`),
    });
    await inviter.reads(shop.shop, '20%');
    await offerReward(platform, shop, { referralPercent: 50 });
    await brings();
    await offerReward(platform, shop, { referralPercent: PERCENT });
    // The better one first; they never add up.
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(25_000);
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(40_000);
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(50_000);
    expect(await database.timeEntry.count({ where: { endUserId: inviterId, source: 'referral' } })).toBe(0);
  });

  test('that was not used yet goes with the purchase, and comes again with the next', async () => {
    const { friend, paymentId } = await brings();
    await takesBack(platform, shop, paymentId);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'came', paymentId: null });
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(50_000);
    const again = await buys(platform, shop, friend);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'given', paymentId: again });
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(40_000);
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(50_000);
  });

  test('that was used stays, and the friend earns no second one', async () => {
    const { friend, paymentId } = await brings();
    const own = await buys(platform, shop, inviter);
    expect(await paidBy(own)).toBe(40_000);
    await takesBack(platform, shop, paymentId);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'void' });
    expect(await platform.database.payment.findUniqueOrThrow({ where: { id: own } })).toMatchObject({
      status: 'approved',
    });
    await buys(platform, shop, friend);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'void' });
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(50_000);
  });

  test('with which something was chosen already keeps its price, and there is no second one for it', async () => {
    const { friend, paymentId } = await brings();
    const own = await payFor(platform, shop, inviter);
    await takesBack(platform, shop, paymentId);
    await shop.owner.presses(shop.shop, `approve:${own}`);
    await platform.quiet();
    expect(await paidBy(own)).toBe(40_000);
    const told = inviter.chatWith(shop.shop).messages.filter(({ text }) => text.includes('20%')).length;
    await buys(platform, shop, friend);
    expect(await paidBy(await buys(platform, shop, inviter))).toBe(50_000);
    expect(inviter.chatWith(shop.shop).messages.filter(({ text }) => text.includes('20%'))).toHaveLength(
      told,
    );
  });

  test('goes with whoever is forgotten', async () => {
    const { friend, paymentId } = await brings();
    await inviter.presses(shop.shop, 'forget');
    await inviter.presses(shop.shop, 'forget:yes');
    await platform.quiet();
    await takesBack(platform, shop, paymentId);
    await buys(platform, shop, friend);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'void', promoCodeId: null });
    expect(await platform.database.promoCode.count({ where: { endUserId: inviterId } })).toBe(0);
  });
});
