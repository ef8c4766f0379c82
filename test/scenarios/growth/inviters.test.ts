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
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { addPlan, newBuyer, openShop, type Shop } from '../../support/shop.ts';

const DAYS = 10;
const PROMISED = { referral: 'days', referralDays: DAYS } as const;

let platform: Platform;
/** Sells a channel, a group, and both together. */
let shop: Shop;
let channelId: number;
let groupId: number;
let ofGroup: number;
let ofBoth: number;
let lifetime: number;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await offerReward(platform, shop, PROMISED);
  const { database, mainBot, quiet } = platform;
  const group = shop.owner.createsGroup('Talks', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await quiet();
  channelId = (await database.plan.findUniqueOrThrow({ where: { id: shop.planId } })).channelId;
  const where = { telegramChatId: BigInt(group.id) };
  groupId = (await database.channel.findFirstOrThrow({ where })).id;
  const month = { kind: 'months', term: '1', price: '50 000' };
  ofGroup = (await addPlan(platform, shop, { channelId: groupId, ...month })).id;
  ofBoth = (await addPlan(platform, shop, { channelId, ...month })).id;
  await shop.owner.presses(mainBot, `plan-chat:${ofBoth}:${groupId}`);
  await shop.owner.presses(mainBot, `price:${channelId}:0`);
  await shop.owner.sends(mainBot, '900 000');
  await quiet();
  lifetime = (await database.plan.findFirstOrThrow({ where: { channelId, durationMonths: 0 } })).id;
});
afterAll(async () => {
  await platform.closesClean();
});

/** Somebody who has never bought, or has bought these plans, and a friend of theirs. */
async function newPair(...planIds: number[]) {
  const inviter = await newBuyer(platform, shop, { firstName: 'Inviter' });
  for (const planId of planIds) await buys(platform, shop, inviter, planId);
  const { id: inviterId } = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: inviter.id },
  });
  const code = await inviteCodeOf(platform, shop, inviter);
  return { inviter, inviterId, code, friend: await comesBy(platform, shop, code) };
}

/** When each chat of somebody ends. */
async function endsOf(person: SandboxPerson) {
  const [channel, group] = [
    await heldBy(platform, person, channelId),
    await heldBy(platform, person, groupId),
  ];
  return { channel: channel?.expiresAt, group: group?.expiresAt };
}

const later = (date: Date | null | undefined, days: number) =>
  new Date((date?.getTime() ?? 0) + days * DAY_MS);

const entriesOf = (sourceId: number) =>
  platform.database.timeEntry.findMany({ where: { source: 'referral', sourceId } });

async function grants(endUserId: number, planId: number): Promise<void> {
  await shop.owner.presses(platform.mainBot, `user:${endUserId}`);
  await shop.owner.presses(platform.mainBot, `user:${endUserId}:grant:${planId}`);
  await platform.quiet();
}

test('a lifetime holder is told that there is nothing to add, in an entry of length 0', async () => {
  const { inviter, friend } = await newPair(lifetime);
  const paymentId = await buys(platform, shop, friend);
  const { id, status } = await referralOf(platform, friend);
  expect(status).toBe('given');
  const [entry, ...others] = await entriesOf(id);
  expect(others).toEqual([]);
  expect(entry?.addedTo).toEqual(entry?.addedFrom);
  expect(await endsOf(inviter)).toEqual({ channel: null, group: undefined });
  const { text } = await inviter.reads(shop.shop, 'there’s nothing to add');
  expect(text).not.toContain('you get');
  await takesBack(platform, shop, paymentId);
  expect((await referralOf(platform, friend)).status).toBe('came');
  expect(await endsOf(inviter)).toEqual({ channel: null, group: undefined });
});

test('of two chats the days go to those that the friend bought, once each', async () => {
  const { inviter, friend } = await newPair(shop.planId, ofGroup);
  const before = await endsOf(inviter);
  await buys(platform, shop, friend, ofGroup);
  expect(await endsOf(inviter)).toEqual({ channel: before.channel, group: later(before.group, DAYS) });

  const bundle = await newPair(ofBoth);
  const both = await endsOf(bundle.inviter);
  const paymentId = await buys(platform, shop, bundle.friend, ofBoth);
  const added = { channel: later(both.channel, DAYS), group: later(both.group, DAYS) };
  expect(await endsOf(bundle.inviter)).toEqual(added);
  await takesBack(platform, shop, paymentId);
  expect(await endsOf(bundle.inviter)).toEqual(both);
});

test('a chat in which the bot has lost its rights keeps nothing back in the other', async () => {
  const { database } = platform;
  const { inviter, friend } = await newPair(ofBoth);
  const before = await endsOf(inviter);
  const paymentId = await buys(platform, shop, friend, ofBoth);
  await takesBack(platform, shop, paymentId);
  await buys(platform, shop, friend, shop.planId);
  expect(await endsOf(inviter)).toEqual({ ...before, channel: later(before.channel, DAYS) });

  const other = await comesBy(platform, shop, await inviteCodeOf(platform, shop, inviter), 'Other');
  const { id } = await referralOf(platform, other);
  const sold = await buys(platform, shop, other, ofBoth);
  await takesBack(platform, shop, sold);
  // It is approved, and then the bot is thrown out of the group, before anybody has looked at the reward.
  await database.payment.update({ where: { id: sold }, data: { status: 'approved' } });
  const rights = { canInvite: false, canRestrict: false };
  await database.channel.update({ where: { id: groupId }, data: rights });
  await platform.app.services.transact(async ({ enqueue }) => {
    const { botId } = await referralOf(platform, other);
    enqueue({ kind: 'settle-referral', botId, payload: { referralId: id } });
  });
  await platform.quiet();
  await database.channel.update({ where: { id: groupId }, data: { canInvite: true, canRestrict: true } });
  expect(await endsOf(inviter)).toEqual({
    channel: later(before.channel, 2 * DAYS),
    group: later(before.group, DAYS),
  });
});

test('days wait for a purchase or a gift by hand in the right chat, and are given with it, once', async () => {
  const { inviter, inviterId, friend } = await newPair();
  await buys(platform, shop, friend);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'waiting' });
  await inviter.reads(shop.shop, 'wait');
  // Nothing is given yet, and the owner is told no such thing.
  const { text } = await shop.owner.reads(platform.mainBot, 'has bought a subscription');
  expect(text).not.toContain('given');
  // The other chat is none of those that the friend bought.
  await buys(platform, shop, inviter, ofGroup);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'waiting' });
  const paymentId = await buys(platform, shop, inviter);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given' });
  const { extendedTo } = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect((await endsOf(inviter)).channel).toEqual(later(extendedTo, DAYS));

  const other = await newPair();
  await buys(platform, shop, other.friend, ofBoth);
  await grants(other.inviterId, ofBoth);
  const { id } = await referralOf(platform, other.friend);
  expect((await entriesOf(id)).map(({ days }) => days)).toEqual([DAYS, DAYS]);
  await grants(inviterId, ofBoth);
  expect(await entriesOf(id)).toHaveLength(2);
});

test('days that wait for somebody whose time is up go with the friend’s purchase', async () => {
  const { inviter, friend } = await newPair(shop.planId);
  await inviter.joins(
    (
      await platform.database.subscription.findFirstOrThrow({
        where: { endUser: { telegramUserId: inviter.id } },
      })
    ).inviteLink ?? '',
  );
  platform.clock.passes({ days: 31 });
  await round(platform);
  const paymentId = await buys(platform, shop, friend);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'waiting' });
  await takesBack(platform, shop, paymentId);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'came', paymentId: null });
  const before = platform.clock.now();
  await buys(platform, shop, inviter);
  expect((await endsOf(inviter)).channel?.getTime()).toBeLessThan(before.getTime() + 32 * DAY_MS);
});

test('days wait for a year', async () => {
  const { clock, app, quiet } = platform;
  const [early, late] = [await newPair(), await newPair()];
  await buys(platform, shop, early.friend);
  clock.passes({ minutes: 10 });
  await buys(platform, shop, late.friend);
  clock.passes({ days: 365, minutes: -5 });
  await app.services.retention.prune();
  await quiet();
  expect(await referralOf(platform, early.friend)).toMatchObject({ status: 'void' });
  await buys(platform, shop, early.inviter);
  await buys(platform, shop, late.inviter);
  expect(await referralOf(platform, early.friend)).toMatchObject({ status: 'void' });
  expect(await referralOf(platform, late.friend)).toMatchObject({ status: 'given' });
});

test('whoever is banned earns nothing any more, by no link, also once they may come again', async () => {
  const { mainBot } = platform;
  const { inviterId, code, friend, inviter } = await newPair();
  const other = await comesBy(platform, shop, code, 'Other');
  await buys(platform, shop, other);
  expect(await referralOf(platform, other)).toMatchObject({ status: 'waiting' });
  await shop.owner.presses(mainBot, `user:${inviterId}:ban`);
  await platform.quiet();
  const late = await comesBy(platform, shop, code, 'Late');
  expect(await platform.database.referral.count({ where: { friend: { telegramUserId: late.id } } })).toBe(0);
  await buys(platform, shop, friend);
  await shop.owner.presses(mainBot, `user:${inviterId}:unban`);
  await platform.quiet();
  await buys(platform, shop, inviter);
  for (const one of [friend, other])
    expect(await referralOf(platform, one)).toMatchObject({ status: 'void' });
  const again = await comesBy(platform, shop, code, 'Again');
  expect(await referralOf(platform, again)).toMatchObject({ status: 'came', inviterId });
});

test('of whoever is forgotten the link is dead, and what they would have earned is void', async () => {
  const { database } = platform;
  // One who has bought stays as nobody, one who has not is gone.
  for (const planIds of [[ofGroup], []]) {
    const { inviter, code, friend } = await newPair(...planIds);
    const waiting = await comesBy(platform, shop, code, 'Waiting');
    await buys(platform, shop, waiting);
    await inviter.presses(shop.shop, 'forget');
    await inviter.presses(shop.shop, 'forget:yes');
    await platform.quiet();
    const late = await comesBy(platform, shop, code, 'Late');
    expect(await database.referral.count({ where: { friend: { telegramUserId: late.id } } })).toBe(0);
    const paymentId = await buys(platform, shop, friend);
    for (const one of [friend, waiting]) {
      expect(await referralOf(platform, one)).toMatchObject({ status: 'void' });
    }
    await takesBack(platform, shop, paymentId);
    expect(await referralOf(platform, friend)).toMatchObject({ status: 'void' });
  }
});

test('a bot that was removed and added again keeps what was promised, and gives it once', async () => {
  const { mainBot, database, quiet } = platform;
  const own = await openShop(platform);
  await offerReward(platform, own, PROMISED);
  const inviter = await newBuyer(platform, own, { firstName: 'Inviter' });
  await buys(platform, own, inviter);
  const friend = await comesBy(platform, own, await inviteCodeOf(platform, own, inviter));
  const before = (await heldBy(platform, inviter))?.expiresAt;
  await own.owner.presses(mainBot, `bot:${own.shop.id}:remove:yes`);
  await quiet();
  expect(await database.sellerBot.count({ where: { telegramBotId: own.shop.id, removedAt: null } })).toBe(0);
  await own.owner.sends(mainBot, own.shop.token);
  await own.owner.adds(own.shop, own.chat);
  await quiet();
  await buys(platform, own, friend);
  expect(await referralOf(platform, friend)).toMatchObject({ status: 'given' });
  expect((await heldBy(platform, inviter))?.expiresAt).toEqual(later(before, DAYS));
});

test('the people of an owner who is forgotten wait for nothing', async () => {
  const { mainBot, database, quiet } = platform;
  const own = await openShop(platform);
  await offerReward(platform, own, PROMISED);
  const inviter = await newBuyer(platform, own, { firstName: 'Inviter' });
  const friend = await comesBy(platform, own, await inviteCodeOf(platform, own, inviter));
  await buys(platform, own, friend);
  const { id } = await referralOf(platform, friend);
  await own.owner.presses(mainBot, 'forget');
  await own.owner.presses(mainBot, 'forget:yes');
  await quiet();
  expect(await database.referral.findUniqueOrThrow({ where: { id } })).toMatchObject({
    status: 'void',
    friendId: null,
  });
});
