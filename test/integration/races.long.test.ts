import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TenantScope } from '../../src/kernel/tenant-scope.ts';
import { createUnitOfWork, type Work } from '../../src/kernel/unit-of-work.ts';
import type { EndUser } from '../../src/modules/end-users/end-user.ts';
import { FOLLOWERS } from '../../src/modules/index.ts';
import { DAY_MS, HOUR_MS } from '../../src/shared/durations.ts';
import { endUserActor } from '../support/actors.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { Random, race as raceAll } from '../support/random.ts';

/** A thousand and more in `npm run chaos`; the seed in a test's name repeats its order. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 30);
/** Rounds that run beside each other: they share the database, as people do. */
const AT_ONCE = 10;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const OWNER = { kind: 'owner', telegramUserId: 1n } as const;

let platform: Platform;
let scope: TenantScope;
let planId: number;
let channelId: number;
let random = new Random(SEED);

beforeAll(async () => {
  // A web process only: what is enqueued stays in the outbox, and can be counted.
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  random = new Random(SEED);
  const { database, clock } = platform;
  const owner = await database.owner.create({
    data: { telegramUserId: 1n, fullName: 'Aziz', language: 'en', createdAt: clock.now() },
  });
  const bot = await database.sellerBot.create({
    data: {
      ownerId: owner.id,
      telegramBotId: 77n,
      encryptedToken: 'none',
      username: 'races_bot',
      name: 'Races',
      cardNumber: '8600123456789012',
      cardHolder: 'AZIZ',
      createdAt: clock.now(),
    },
  });
  const channel = await database.channel.create({
    data: {
      botId: bot.id,
      telegramChatId: -100n,
      type: 'channel',
      title: 'Races',
      canInvite: true,
      canRestrict: true,
      connectedAt: clock.now(),
    },
  });
  channelId = channel.id;
  const plan = await database.plan.create({ data: { channelId, durationMonths: 1, price: '50000' } });
  planId = plan.id;
  scope = {
    botId: bot.id,
    telegramBotId: 77n,
    botUsername: 'races_bot',
    ownerId: owner.id,
    ownerTelegramUserId: 1n,
  };
});
afterAll(() => platform.close());

let people = 1_000n;

async function newEndUser(): Promise<EndUser> {
  people += 1n;
  const person = { telegramUserId: people, username: null, fullName: 'Racer', languageCode: 'en' };
  return platform.app.services.endUsers.visit(scope, person, null);
}

const receipt = (messageId: number) => ({
  fileId: 'file',
  uniqueId: `unique-${messageId}`,
  kind: 'photo' as const,
  messageId,
  editedAt: null,
  note: null,
});

/** A receipt that waits. @returns its payment's id */
async function pay(endUser: EndUser, messageId: number): Promise<number> {
  const { checkout } = platform.app.services;
  const actor = endUserActor(endUser, `press:${messageId}:${endUser.id}`);
  await checkout.choosePlan(scope, actor, { planId, method: 'card' });
  const payment = await checkout.submitReceipt(scope, actor, receipt(messageId));
  if (!payment) throw new Error('Nothing was to be paid for.');
  return payment.id;
}

const race = (...runners: (() => Promise<unknown>)[]) => raceAll(random, 20, runners);

async function inRounds(round: () => Promise<void>): Promise<void> {
  for (let done = 0; done < ROUNDS; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, round));
  }
}

test(`approve against cancel against replace, on two devices (seed ${SEED})`, async () => {
  const { database } = platform;
  const { checkout, reviews } = platform.app.services;
  await inRounds(async () => {
    const endUser = await newEndUser();
    const id = await pay(endUser, 1);
    await race(
      () => reviews.approvePayment(scope, OWNER, id),
      () => reviews.approvePayment(scope, OWNER, id),
      () => reviews.rejectPayment(scope, OWNER, { paymentId: id, reason: 'amount' }),
      () => checkout.cancelPayment(scope, endUserActor(endUser), id),
      () => checkout.submitReceipt(scope, endUserActor(endUser), receipt(2)),
    );
    const payments = await database.payment.findMany({
      where: { endUserId: endUser.id },
      orderBy: { id: 'asc' },
    });
    const [first, ...others] = payments.map(({ status }) => status);
    const subscriptions = await database.subscription.findMany({ where: { endUserId: endUser.id } });
    expect(['approved', 'rejected', 'cancelled']).toContain(first);
    expect(others.length).toBeLessThanOrEqual(1);
    expect(others.every((status) => status === 'pending')).toBe(true);
    expect(subscriptions).toHaveLength(first === 'approved' ? 1 : 0);
  });
});

test(`taking back against renewing (seed ${SEED})`, async () => {
  const { database } = platform;
  const { reviews } = platform.app.services;
  await inRounds(async () => {
    const endUser = await newEndUser();
    const first = await pay(endUser, 1);
    await reviews.approvePayment(scope, OWNER, first);
    const { extendedFrom, extendedTo } = await database.payment.findUniqueOrThrow({ where: { id: first } });
    const second = await pay(endUser, 2);
    await race(
      () => reviews.reversePayment(scope, OWNER, first),
      () => reviews.reversePayment(scope, OWNER, first),
      () => reviews.approvePayment(scope, OWNER, second),
    );
    const active = await database.subscription.findMany({
      where: { endUserId: endUser.id, status: 'active' },
    });
    expect(active).toHaveLength(1);
    const left = (active[0]?.expiresAt?.getTime() ?? 0) - platform.clock.now().getTime();
    const month = (extendedTo?.getTime() ?? 0) - (extendedFrom?.getTime() ?? 0);
    // One month was paid for in the end, and calendar months differ by three days.
    expect(Math.abs(left - month)).toBeLessThanOrEqual(3 * DAY_MS);
  });
});

test(`joining against taking back (seed ${SEED})`, async () => {
  const { database } = platform;
  const { memberships, reviews } = platform.app.services;
  await inRounds(async () => {
    const endUser = await newEndUser();
    const id = await pay(endUser, 1);
    await reviews.approvePayment(scope, OWNER, id);
    const { subscriptionId } = await database.payment.findUniqueOrThrow({ where: { id } });
    const { telegramUserId } = endUser;
    const by = { telegramUserId, isBot: false };
    const arrival = { telegramChatId: -100n, telegramUserId, link: null, by, at: new Date(), toldOrder: 1n };
    await race(
      () => memberships.memberJoined(scope, arrival),
      () => reviews.reversePayment(scope, OWNER, id),
    );
    const subscription = await database.subscription.findUniqueOrThrow({
      where: { id: subscriptionId ?? 0 },
    });
    expect(subscription.status).toBe('kicked');
    const removals = await database.outboxMessage.count({
      where: { kind: 'remove-member', payload: { path: ['subscriptionId'], equals: subscriptionId ?? 0 } },
    });
    expect(removals).toBe(1);
  });
});

test(`renewing against the end (seed ${SEED})`, async () => {
  const { database, clock } = platform;
  const { deadlines, reviews } = platform.app.services;
  await inRounds(async () => {
    const endUser = await newEndUser();
    const first = await pay(endUser, 1);
    await reviews.approvePayment(scope, OWNER, first);
    const { subscriptionId } = await database.payment.findUniqueOrThrow({ where: { id: first } });
    const second = await pay(endUser, 2);
    // Half of them beyond the day for which a waiting receipt holds the place.
    const hoursAgo = random.fraction() < 0.5 ? 1 : 25;
    await database.subscription.update({
      where: { id: subscriptionId ?? 0 },
      data: { expiresAt: new Date(clock.now().getTime() - hoursAgo * HOUR_MS) },
    });
    await race(
      () => deadlines.endSubscription(subscriptionId ?? 0),
      () => deadlines.endSubscription(subscriptionId ?? 0),
      () => reviews.approvePayment(scope, OWNER, second),
    );
    const active = await database.subscription.findMany({
      where: { endUserId: endUser.id, status: 'active' },
    });
    expect(active).toHaveLength(1);
    expect(active[0]?.expiresAt?.getTime()).toBeGreaterThan(clock.now().getTime());
    if (hoursAgo === 1) expect(active[0]?.id).toBe(subscriptionId);
    const deliveries = await database.outboxMessage.count({
      where: { kind: 'deliver-access', payload: { path: ['subscriptionId'], equals: active[0]?.id ?? 0 } },
    });
    expect(deliveries).toBeGreaterThan(0);
  });
});

test('two who lock the same rows the other way round both come to their end', async () => {
  const { database, clock } = platform;
  const transact = createUnitOfWork({
    prisma: database,
    clock,
    waker: { wake: () => Promise.resolve() },
    followers: FOLLOWERS,
    feed: { changed: () => undefined },
  });
  const lockPlan = ({ db }: Work) => db.$queryRaw`SELECT id FROM plans WHERE id = ${planId} FOR UPDATE`;
  const lockChannel = ({ db }: Work) =>
    db.$queryRaw`SELECT id FROM channels WHERE id = ${channelId} FOR UPDATE`;
  let attempts = 0;
  let holdsFirst = 0;
  let bothHold: () => void = () => undefined;
  const crossed = new Promise<void>((resolve) => {
    bothHold = resolve;
  });
  const inOrder = (first: (work: Work) => Promise<unknown>, second: (work: Work) => Promise<unknown>) =>
    transact(async (work) => {
      attempts += 1;
      await first(work);
      holdsFirst += 1;
      if (holdsFirst === 2) bothHold();
      await crossed;
      await second(work);
    });
  await Promise.all([inOrder(lockPlan, lockChannel), inOrder(lockChannel, lockPlan)]);
  expect(attempts).toBeGreaterThan(2);
});
