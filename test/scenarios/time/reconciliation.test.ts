import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { buyAccess, linkIn, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

test('somebody whose subscription ended and who is still inside is put out', async () => {
  const { app, database, clock, telegram } = platform;
  const { member, subscriptionId } = await newMember(platform, shop);
  await database.subscription.update({
    where: { id: subscriptionId },
    data: { status: 'expired', expiresAt: new Date(clock.now().getTime() - 2 * HOUR_MS) },
  });
  await app.jobs.reconcile();
  await telegram.until(() => !shop.chat.has(member), { what: 'the member to be out' });
  await shop.owner.reads(platform.mainBot, 'was removed');
  expect((await subscription(subscriptionId)).kickedAt).not.toBeNull();
});

test('a delivery that nobody remembers is made again, with the same link', async () => {
  const { app, database, clock } = platform;
  const { member, link, subscriptionId } = await buyAccess(platform, shop);
  await expect
    .poll(() => database.outboxMessage.count({ where: { kind: 'deliver-access', doneAt: null } }))
    .toBe(0);
  await database.subscription.update({ where: { id: subscriptionId }, data: { deliveredAt: null } });
  clock.passes({ hours: 2 });
  await app.jobs.reconcile();
  const again = await member.reads(shop.shop, 'Here is your link');
  expect(linkIn(again)).toBe(link);
});

test('a join that was never heard of is noted', async () => {
  const { app, database } = platform;
  const { subscriptionId } = await newMember(platform, shop);
  await database.subscription.update({
    where: { id: subscriptionId },
    data: { joinedAt: null, linkUsed: false },
  });
  await app.jobs.reconcile();
  await expect.poll(async () => (await subscription(subscriptionId)).joinedAt).not.toBeNull();
});

test('a removal by hand that was never heard of is made up for', async () => {
  const { app, mainBot } = platform;
  const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Silent' });
  await shop.owner.demotes(shop.shop, shop.chat, ['can_restrict_members']);
  await shop.owner.bans(member, shop.chat, { wait: false });
  await platform.quiet();
  await platform.database.subscription.update({
    where: { id: subscriptionId },
    data: { status: 'active', kickedAt: null },
  });
  await app.jobs.reconcile();
  await shop.owner.reads(mainBot, /Silent.*by hand/);
  await expect.poll(async () => (await subscription(subscriptionId)).status).toBe('kicked');
});

test('who left by themselves keeps the subscription', async () => {
  const { app } = platform;
  const { member, subscriptionId } = await newMember(platform, shop);
  await member.leaves(shop.chat);
  await app.jobs.reconcile();
  await expect.poll(() => app.countJobs()).toBe(0);
  await platform.quiet();
  expect((await subscription(subscriptionId)).status).toBe('active');
});

describe('an old subscription, of which the end was overtaken by a renewal', () => {
  /** Somebody whose first subscription ended while the second was bought already: nobody saw them out of the first. */
  async function renewedMember() {
    const { database, clock } = platform;
    const { member, subscriptionId, paymentId } = await newMember(platform, shop, { firstName: 'Returning' });
    const renewal = await payFor(platform, shop, member);
    await shop.owner.presses(shop.shop, `approve:${renewal}`);
    await settled(platform);
    const ago = (hours: number) => new Date(clock.now().getTime() - hours * HOUR_MS);
    const { id: _, inviteLink: __, ...first } = await subscription(subscriptionId);
    await database.subscription.create({
      data: {
        ...first,
        paymentId,
        status: 'expired',
        expiresAt: ago(300),
        joinedAt: ago(900),
        startedAt: ago(900),
      },
    });
    return {
      member,
      subscriptionId,
      end: () => database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt: ago(2) } }),
    };
  }

  const removals = () =>
    shop.owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes('was removed')).length;

  test('is told of once, with the later one', async () => {
    const { app } = platform;
    const { member, end } = await renewedMember();
    await end();
    await app.jobs.expire();
    await expect.poll(() => shop.chat.has(member)).toBe(false);
    await settled(platform);
    await app.jobs.reconcile();
    await settled(platform);
    expect(removals()).toBe(1);
  });

  test('puts nobody out whom the owner let in by hand', async () => {
    const { app } = platform;
    const { member, end } = await renewedMember();
    await end();
    await app.jobs.expire();
    await expect.poll(() => shop.chat.has(member)).toBe(false);
    await settled(platform);
    await shop.owner.letsIn(member, shop.chat);
    await app.jobs.reconcile();
    await settled(platform);
    expect(shop.chat.has(member)).toBe(true);
    expect(removals()).toBe(1);
  });
});

test('who left after the end and was let in by hand stays, although the bot could not remove anybody meanwhile', async () => {
  const { app, database, clock } = platform;
  const { member, subscriptionId } = await newMember(platform, shop);
  await shop.owner.demotes(shop.shop, shop.chat, ['can_restrict_members']);
  const expiresAt = new Date(clock.now().getTime() - 2 * HOUR_MS);
  await database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt } });
  await app.jobs.expire();
  await expect.poll(async () => (await subscription(subscriptionId)).status).toBe('expired');
  await member.leaves(shop.chat);
  await expect.poll(async () => (await subscription(subscriptionId)).kickedAt).not.toBeNull();
  await shop.owner.letsIn(member, shop.chat);
  await shop.owner.promotes(shop.shop, shop.chat, ['can_invite_users', 'can_restrict_members']);
  await settled(platform);
  await app.jobs.reconcile();
  await settled(platform);
  await platform.quiet();
  expect(shop.chat.has(member)).toBe(true);
});
