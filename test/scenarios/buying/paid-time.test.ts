import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { addMonths } from '../../../src/shared/calendar.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, linkIn, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
/** The same shop, its lifetime. */
let forLife: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  forLife = await alsoForLife(shop);
});
afterAll(async () => {
  await platform.closesClean();
});

const TASHKENT = 'Asia/Tashkent';
const months = (from: Date, count: number) => addMonths(from, count, TASHKENT);

async function alsoForLife(of: Shop): Promise<Shop> {
  const { database, mainBot } = platform;
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: of.planId } });
  await of.owner.presses(mainBot, `price:${channelId}:0`);
  await of.owner.sends(mainBot, '900 000');
  const plan = await database.plan.findFirstOrThrow({ where: { channelId, durationMonths: 0 } });
  return { ...of, planId: plan.id };
}

const subscription = (id: number | null) =>
  platform.database.subscription.findUniqueOrThrow({ where: { id: id ?? 0 } });
const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const held = async (paymentId: number) => subscription((await payment(paymentId)).subscriptionId);

async function approves(paymentId: number, at = shop): Promise<void> {
  await at.owner.presses(at.shop, `approve:${paymentId}`);
  await expect.poll(async () => (await payment(paymentId)).status).toBe('approved');
}

async function reverses(paymentId: number, at = shop): Promise<void> {
  await at.owner.presses(at.shop, `revert:${paymentId}:yes`);
  await expect.poll(async () => (await payment(paymentId)).status).toBe('reversed');
}

async function buys(of: Shop, buyer: SandboxPerson): Promise<number> {
  const id = await payFor(platform, of, buyer);
  await approves(id, of);
  return id;
}

const OPEN_DELIVERY = { kind: 'deliver-access', doneAt: null };

/** Every delivery under way was tried in vain, and its next try is an hour away: so that none is midway when time passes. */
async function deliveriesWait(): Promise<void> {
  const { database } = platform;
  await eventually(async () => {
    const open = await database.outboxMessage.count({ where: OPEN_DELIVERY });
    const put = await database.outboxMessage.updateMany({
      where: { ...OPEN_DELIVERY, claimedBy: null, attempts: { gt: 0 } },
      data: { retryAt: new Date(Date.now() + HOUR_MS) },
    });
    expect(open).toBeGreaterThan(0);
    expect(put.count).toBe(open);
  });
}

/** Who is to be let in or put out, is. What the owner reads of it comes at Telegram's pace. */
async function accessSettled(): Promise<void> {
  const { app, database } = platform;
  await app.jobs.sweep();
  await eventually(async () => {
    const kind = { in: ['deliver-access', 'remove-member', 'revoke-link'] };
    expect(await app.countJobs()).toBe(0);
    expect(await database.outboxMessage.count({ where: { kind, doneAt: null } })).toBe(0);
  });
  await platform.quiet();
}

/** The next try has come. */
async function deliveriesGoOn(): Promise<void> {
  await platform.database.outboxMessage.updateMany({ where: OPEN_DELIVERY, data: { retryAt: null } });
  await accessSettled();
}

/** A second receipt for the same, chosen while it was on sale. */
async function anotherReceipt(paymentId: number): Promise<number> {
  const { id: _, ...chosen } = await payment(paymentId);
  const undecided = {
    status: 'pending',
    approvedAt: null,
    subscriptionId: null,
    extendedFrom: null,
    extendedTo: null,
  };
  const { id } = await platform.database.payment.create({ data: { ...chosen, ...undecided } });
  return id;
}

/** An end in the database agrees with what the ledger adds up to, and each payment says what its entry says. */
async function expectEndToAgree(subscriptionId: number): Promise<void> {
  const { database } = platform;
  const { startedAt, expiresAt } = await subscription(subscriptionId);
  const entries = await database.timeEntry.findMany({ where: { subscriptionId, takenBackAt: null } });
  const added = entries.map(({ addedFrom, addedTo }) =>
    addedTo === null ? 0 : addedTo.getTime() - addedFrom.getTime(),
  );
  const end = new Date(startedAt.getTime() + added.reduce((sum, ms) => sum + ms, 0));
  expect(expiresAt).toEqual(entries.some(({ addedTo }) => addedTo === null) ? null : end);
  for (const { source, sourceId, addedFrom, addedTo } of entries) {
    if (source !== 'payment') continue;
    expect(await payment(sourceId ?? 0)).toMatchObject({ extendedFrom: addedFrom, extendedTo: addedTo });
  }
}

describe('nothing ends that was never delivered', () => {
  test('bought while the token is dead for 31 days: delivered when a new one comes, time from then', async () => {
    const { app, clock, mainBot } = platform;
    const own = await openShop(platform);
    const buyer = await newBuyer(platform, own, { firstName: 'Patient' });
    const id = await payFor(platform, own, buyer);
    own.shop.revokeToken();
    await own.owner.presses(mainBot, `approve:${id}`);
    await own.owner.reads(mainBot, 'no longer accepts the token');
    await deliveriesWait();
    clock.passes({ days: 31 });
    await app.jobs.warn();
    await app.jobs.expire();
    expect(await held(id)).toMatchObject({ status: 'active', notified3Day: false, notified1Day: false });
    await own.owner.sends(mainBot, own.shop.token);
    await buyer.joins(linkIn(await buyer.reads(own.shop, holdsLink)));
    await accessSettled();
    const { status, startedAt, expiresAt, id: subscriptionId } = await held(id);
    expect({ status, startedAt, expiresAt }).toEqual({
      status: 'active',
      startedAt: clock.now(),
      expiresAt: months(clock.now(), 1),
    });
    await expectEndToAgree(subscriptionId);
    await app.jobs.expire();
    await accessSettled();
    expect(own.chat.has(buyer)).toBe(true);
  });

  test('bought and renewed while the bot has no rights: both months count from the delivery', async () => {
    const { app, clock } = platform;
    const own = await openShop(platform);
    const buyer = await newBuyer(platform, own, { firstName: 'Twice' });
    const first = await payFor(platform, own, buyer);
    await own.owner.demotes(own.shop, own.chat, ['can_invite_users']);
    await approves(first, own);
    await deliveriesWait();
    clock.passes({ days: 20 });
    // Two receipts were on their way when the rights went.
    const second = await anotherReceipt(first);
    await approves(second, own);
    await deliveriesWait();
    clock.passes({ days: 15 });
    await app.jobs.expire();
    await own.owner.promotes(own.shop, own.chat, ['can_invite_users', 'can_restrict_members']);
    await deliveriesGoOn();
    const welcome = await buyer.reads(own.shop, holdsLink);
    const { startedAt, expiresAt, id } = await held(first);
    expect({ startedAt, expiresAt }).toEqual({
      startedAt: clock.now(),
      expiresAt: months(months(clock.now(), 1), 1),
    });
    expect(welcome.text).toContain(String(expiresAt?.getUTCFullYear()));
    await expectEndToAgree(id);
  });

  test('access given by hand counts from its delivery too', async () => {
    const { database, clock, mainBot, telegram } = platform;
    const guest = await newBuyer(platform, shop, { firstName: 'Guest' });
    const endUser = await database.endUser.findFirstOrThrow({ where: { telegramUserId: guest.id } });
    const recovers = telegram.failAll('createChatInviteLink', { kind: 'serverError' });
    await shop.owner.presses(mainBot, `user:${endUser.id}:grant:${shop.planId}`);
    await deliveriesWait();
    clock.passes({ days: 40 });
    recovers();
    await platform.app.jobs.expire();
    await deliveriesGoOn();
    await guest.joins(linkIn(await guest.reads(shop.shop, holdsLink)));
    const given = await database.subscription.findFirstOrThrow({ where: { endUserId: endUser.id } });
    expect(given).toMatchObject({ status: 'active', expiresAt: months(clock.now(), 1) });
    await expectEndToAgree(given.id);
  });

  test('whom the owner lets in by hand before the bot can, pays from then', async () => {
    const { clock, telegram } = platform;
    const buyer = await newBuyer(platform, shop, { firstName: 'Carried' });
    const id = await payFor(platform, shop, buyer);
    const recovers = telegram.failAll('createChatInviteLink', { kind: 'serverError' });
    await approves(id);
    await deliveriesWait();
    clock.passes({ days: 10 });
    await shop.owner.letsIn(buyer, shop.chat);
    await expect.poll(async () => (await held(id)).joinedAt).toEqual(clock.now());
    expect((await held(id)).expiresAt).toEqual(months(clock.now(), 1));
    recovers();
    await deliveriesGoOn();
    expect((await held(id)).expiresAt).toEqual(months(clock.now(), 1));
  });
});

describe('what is taken back is exactly what was given', () => {
  test('a month, then a lifetime; the month goes, then the lifetime: out', async () => {
    const { telegram } = platform;
    const { member, paymentId, subscriptionId } = await newMember(platform, shop, { firstName: 'Thrifty' });
    const lifetime = await buys(forLife, member);
    expect((await subscription(subscriptionId)).expiresAt).toBeNull();
    await reverses(paymentId);
    expect((await subscription(subscriptionId)).expiresAt).toBeNull();
    expect(shop.chat.has(member)).toBe(true);
    await reverses(lifetime);
    expect((await subscription(subscriptionId)).status).toBe('kicked');
    await telegram.until(() => !shop.chat.has(member), { what: 'the member to be out' });
  });

  test('a month approved after all, on top of a lifetime that goes: the month stays', async () => {
    const buyer = await newBuyer(platform, shop, { firstName: 'Honest' });
    const month = await payFor(platform, shop, buyer);
    await shop.owner.presses(shop.shop, `reject:${month}:amount`);
    await expect.poll(async () => (await payment(month)).status).toBe('rejected');
    const lifetime = await buys(forLife, buyer);
    await buyer.joins(linkIn(await buyer.reads(shop.shop, holdsLink)));
    await approves(month);
    const { id, startedAt, expiresAt } = await held(month);
    expect(expiresAt).toBeNull();
    await reverses(lifetime);
    await accessSettled();
    expect(await subscription(id)).toMatchObject({ status: 'active', expiresAt: months(startedAt, 1) });
    expect(shop.chat.has(buyer)).toBe(true);
    await expectEndToAgree(id);
  });

  test('undoing a removal gives back no time whose payment was reversed', async () => {
    const { mainBot } = platform;
    const { member, paymentId, subscriptionId } = await newMember(platform, shop, { firstName: 'Returned' });
    await shop.owner.removes(member, shop.chat);
    const message = await shop.owner.reads(mainBot, /Returned.*by hand/);
    await reverses(paymentId);
    await shop.owner.taps(mainBot, /Restore the subscription/, { message });
    await shop.owner.isTold(mainBot, 'can’t be restored any more');
    expect((await subscription(subscriptionId)).status).toBe('kicked');
  });

  test('undoing a removal gives back what is left when one of two payments was reversed', async () => {
    const { mainBot } = platform;
    const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Halved' });
    const { expiresAt } = await subscription(subscriptionId);
    const second = await buys(shop, member);
    await shop.owner.removes(member, shop.chat);
    const message = await shop.owner.reads(mainBot, /Halved.*by hand/);
    await reverses(second);
    await shop.owner.taps(mainBot, /Restore the subscription/, { message });
    await expect
      .poll(async () => subscription(subscriptionId))
      .toMatchObject({ status: 'active', expiresAt });
    await expectEndToAgree(subscriptionId);
  });
});

test('a receipt that waited through an outage of 35 days gives time from now', async () => {
  const { app, clock } = platform;
  const { member, subscriptionId } = await newMember(platform, shop, { firstName: 'Cut off' });
  clock.passes({ days: 29 });
  const renewal = await payFor(platform, shop, member);
  clock.passes({ days: 35 });
  await approves(renewal);
  const renewed = await held(renewal);
  expect(renewed).toMatchObject({ status: 'active', expiresAt: months(clock.now(), 1) });
  expect((await subscription(subscriptionId)).status).toBe('expired');
  await app.jobs.expire();
  await accessSettled();
  expect(shop.chat.has(member)).toBe(true);
  await expectEndToAgree(renewed.id);
});
