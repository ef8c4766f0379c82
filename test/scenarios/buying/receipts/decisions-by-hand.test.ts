import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import {
  buyAccess,
  holdsLink,
  linkIn,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../../support/shop.ts';
import { told } from '../../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });
const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const inShop = () => shop.shop;

describe('decisions put right', () => {
  // Each with a shop of its own: a chat takes so many messages a second and no more.
  beforeEach(async () => {
    shop = await openShop(platform);
  });

  test('a rejected receipt can be approved after all', async () => {
    const buyer = await newBuyer(platform, shop, { firstName: 'Cleared' });
    const id = await payFor(platform, shop, buyer);
    await shop.owner.presses(inShop(), `reject:${id}:amount`);
    await buyer.reads(inShop(), 'was rejected');
    await shop.owner.presses(inShop(), `approve:${id}`);
    await buyer.reads(inShop(), holdsLink);
    expect((await payment(id)).status).toBe('approved');
  });

  test('an approval taken back asks first, ends the subscription, and puts the buyer out', async () => {
    const { telegram, mainBot } = platform;
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, { firstName: 'Undone' });
    await shop.owner.presses(inShop(), `revert:${paymentId}`);
    expect(shop.owner.chatWith(inShop()).last?.text).toContain('Undo the approval');
    expect((await payment(paymentId)).status).toBe('approved');
    await shop.owner.taps(inShop(), /Yes, undo it/);
    await telegram.until(() => !shop.chat.has(member), { what: 'the buyer to be out' });
    await member.reads(inShop(), 'wasn’t confirmed after all');
    await shop.owner.reads(mainBot, /Undone.*was removed.*The approval of the payment was undone/);
    await platform.quiet();
    expect(shop.chat.isBanned(member)).toBe(false);
    expect((await payment(paymentId)).status).toBe('reversed');
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'kicked',
      kickedAt: expect.any(Date),
    });
  });

  test('taking back a renewal subtracts exactly what it added', async () => {
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Shortened' });
    const before = await subscription(subscriptionId);
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(inShop(), `approve:${id}`);
    await platform.quiet();
    await shop.owner.presses(inShop(), `revert:${id}:yes`);
    await member.reads(inShop(), 'wasn’t confirmed after all');
    const after = await subscription(subscriptionId);
    expect(after.expiresAt).toEqual(before.expiresAt);
    expect(after.status).toBe('active');
    expect(shop.chat.has(member)).toBe(true);
  });

  test('taking back the first of two leaves what the second gave', async () => {
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, {
      firstName: 'FirstOfTwo',
    });
    const one = await subscription(subscriptionId);
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(inShop(), `approve:${id}`);
    await platform.quiet();
    const two = await subscription(subscriptionId);
    await shop.owner.presses(inShop(), `revert:${paymentId}:yes`);
    await member.reads(inShop(), 'wasn’t confirmed after all');
    const left = await subscription(subscriptionId);
    const added = (one.expiresAt?.getTime() ?? 0) - one.startedAt.getTime();
    expect(left.expiresAt?.getTime()).toBe((two.expiresAt?.getTime() ?? 0) - added);
    expect(left.status).toBe('active');
  });

  test('twice is once, and an end user cannot do it', async () => {
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, { firstName: 'Firm' });
    await member.presses(inShop(), `revert:${paymentId}:yes`);
    expect((await payment(paymentId)).status).toBe('approved');
    await Promise.all(
      Array.from({ length: 5 }, () => shop.owner.presses(inShop(), `revert:${paymentId}:yes`)),
    );
    expect((await payment(paymentId)).status).toBe('reversed');
    expect((await subscription(subscriptionId)).status).toBe('kicked');
  });
});

describe('bans and removals', () => {
  // Each with a shop of its own: a chat takes so many messages a second and no more.
  beforeEach(async () => {
    shop = await openShop(platform);
  });

  test('a banned end user loses everything and cannot come back; unbanned they may buy again', async () => {
    const { telegram, mainBot } = platform;
    const { member, subscriptionId, endUserId } = await newMember(platform, shop, { firstName: 'Rude' });
    const waiting = await payFor(platform, shop, member);
    await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
    await telegram.until(() => shop.chat.isBanned(member), { what: 'the ban' });
    await platform.quiet();
    expect((await payment(waiting)).status).toBe('rejected');
    expect((await subscription(subscriptionId)).status).toBe('kicked');
    await member.reads(inShop(), 'was rejected: the channel’s owner has banned you here');
    await shop.owner.reads(mainBot, /Rude.*was removed.*The user is banned/);
    await shop.owner.reads(inShop(), 'Reason: The owner has banned the buyer');
    await member.presses(inShop(), `plan:${shop.planId}`);
    expect(told(member, inShop())).toContain('can’t buy here');
    await shop.owner.presses(mainBot, `user:${endUserId}:unban`);
    await telegram.until(() => !shop.chat.isBanned(member), { what: 'the end of the ban' });
    expect((await subscription(subscriptionId)).status).toBe('kicked');
    await member.presses(inShop(), `plan:${shop.planId}`);
    expect(member.chatWith(inShop()).last?.text).toContain('8600');
  });

  test('another owner cannot ban them', async () => {
    const { mainBot, database } = platform;
    const { endUserId } = await buyAccess(platform, shop);
    const other = await openShop(platform);
    for (const act of ['ban', 'unban', `grant:${shop.planId}`]) {
      await other.owner.presses(mainBot, `user:${endUserId}:${act}`);
      expect(told(other.owner, mainBot)).toContain('no longer available');
    }
    expect((await database.endUser.findUniqueOrThrow({ where: { id: endUserId } })).banned).toBe(false);
  });

  test('a member whom the owner removes in Telegram loses the subscription, with an undo', async () => {
    const { mainBot } = platform;
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Mistaken' });
    const before = await subscription(subscriptionId);
    await shop.owner.removes(member, shop.chat);
    const notice = await shop.owner.reads(mainBot, /Mistaken.*removed.*by hand/);
    await member.reads(inShop(), 'The channel’s owner has ended your subscription');
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'kicked',
      kickedAt: expect.any(Date),
    });
    await shop.owner.taps(mainBot, /Restore the subscription/, { message: notice });
    const back = await member.reads(inShop(), 'Here is your link');
    await member.joins(linkIn(back));
    await platform.quiet();
    expect(shop.chat.has(member)).toBe(true);
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'active',
      kickedAt: null,
      expiresAt: before.expiresAt,
    });
  });

  test('who leaves by themselves keeps the subscription and gets a link', async () => {
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Wanderer' });
    await member.leaves(shop.chat);
    await platform.quiet();
    expect((await subscription(subscriptionId)).status).toBe('active');
    await member.presses(inShop(), `relink:${subscriptionId}`);
    await member.joins(linkIn(await member.reads(inShop(), 'Here is your link')));
    expect(shop.chat.has(member)).toBe(true);
  });
});

describe('access given by hand', () => {
  test('a granted plan lets somebody in, and extends whoever is in', async () => {
    const { database, mainBot } = platform;
    const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
    const endUser = await database.endUser.findFirstOrThrow({ where: { telegramUserId: guest.id } });
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    await guest.joins(linkIn(await guest.reads(inShop(), 'The channel’s owner gave you access')));
    expect(shop.chat.has(guest)).toBe(true);
    const first = await database.subscription.findFirstOrThrow({ where: { endUserId: endUser.id } });
    expect(first.paymentId).toBeNull();
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    await guest.reads(inShop(), 'The channel’s owner gave you access');
    const second = await subscription(first.id);
    expect(second.expiresAt?.getTime()).toBeGreaterThan(first.expiresAt?.getTime() ?? 0);
    await database.subscription.update({ where: { id: first.id }, data: { expiresAt: null } });
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    expect(told(shop.owner, mainBot)).toContain('already has lifetime access');
  });
});
