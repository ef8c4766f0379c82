import { afterAll, beforeAll, expect, test } from 'vitest';
import { settleReferral } from '../../src/modules/referrals/rewards.ts';
import { endUserActor } from '../support/actors.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { Random, race as raceAll } from '../support/random.ts';
import { type BundleShop, nextNumber, openBundleShop } from './ledger/bundle-shop.ts';

/** A thousand in `npm run chaos`; the seed in a test's name repeats its order. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 8);
/** Rounds that run beside each other: they share the database, as people do. */
const AT_ONCE = 4;
/** Of a thousand rounds on a busy machine. */
const LIMIT = 1_200_000;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const ZONE = 'Asia/Tashkent';

let platform: Platform;
let shop: BundleShop;
let planId: number;
const random = new Random(SEED);

beforeAll(async () => {
  // A web process only: what is enqueued stays in the outbox, and is handled when a test says so.
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  shop = await openBundleShop(platform);
  const both = shop.chats.map(({ id }) => id);
  const plan = shop.plans.find(
    ({ bought, channelIds }) =>
      'months' in bought && bought.months === 1 && String(channelIds) === String(both),
  );
  planId = plan?.id ?? 0;
});
afterAll(() => platform.close());

async function inRounds(round: () => Promise<void>): Promise<void> {
  for (let done = 0; done < ROUNDS; done += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, round));
  const [row] = await platform.database.$queryRaw<{ deadlocks: number }[]>`
    SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`;
  expect(row?.deadlocks).toBe(0);
}

const race = (...runners: (() => Promise<unknown>)[]) => raceAll(random, 20, runners);

interface Racer {
  id: number;
  telegramUserId: bigint;
}

async function comes(inviteCode: string | null = null): Promise<Racer> {
  const person = { username: null, fullName: 'Racer', languageCode: 'en' };
  const telegramUserId = BigInt(nextNumber());
  const link = inviteCode === null ? null : { inviteCode, sourceSlug: null };
  return platform.app.services.endUsers.visit(shop.scope, { ...person, telegramUserId }, null, { link });
}

const owner = () => ({ kind: 'owner', telegramUserId: shop.scope.ownerTelegramUserId }) as const;

/** @returns the id of a payment whose receipt waits */
async function orders(buyer: Racer): Promise<number> {
  const { checkout } = platform.app.services;
  const messageId = nextNumber();
  await checkout.choosePlan(shop.scope, endUserActor(buyer), { planId, method: 'card' });
  const payment = await checkout.submitReceipt(shop.scope, endUserActor(buyer), {
    fileId: 'file',
    uniqueId: `unique-${messageId}`,
    kind: 'photo',
    note: null,
    messageId,
    editedAt: null,
  });
  if (!payment) throw new Error('Nothing was to be paid for.');
  return payment.id;
}

/** Somebody who has time, and somebody who was brought by them; both are about to buy. */
async function newPair() {
  const { database, app } = platform;
  const botId = shop.scope.botId;
  const referral = random.chance(70) ? 'days' : 'percent';
  await database.botSettings.update({
    where: { botId },
    data: { referral, friendPercent: random.pick([0, 10]) },
  });
  const inviter = await comes();
  const { reviews, invitations } = app.services;
  if (random.chance(70)) await reviews.approvePayment(shop.scope, owner(), await orders(inviter));
  const { code } = await invitations.open(shop.scope, endUserActor(inviter));
  const friend = await comes(code);
  const { id } = await database.referral.findFirstOrThrow({ where: { friendId: friend.id } });
  const settle = () => app.services.transact((work) => settleReferral(work, id, ZONE));
  return { inviter, friend, id, settle, own: await orders(inviter), bought: await orders(friend) };
}

/** In each chat the end is where the time began, with the lengths of all that lives, or of what counts still. */
async function expectWholeTime({ id: endUserId }: Racer): Promise<void> {
  const differing = await platform.database.$queryRaw`
    SELECT s.id, s.started_at, s.expires_at
      FROM subscriptions s JOIN time_entries t ON t.subscription_id = s.id
     WHERE s.end_user_id = ${endUserId} AND s.status = 'active'
       AND (t.taken_back_at IS NULL OR t.taken_back_to IS NOT NULL)
     GROUP BY s.id
    HAVING s.expires_at IS DISTINCT FROM s.started_at + sum(coalesce(t.taken_back_to, t.added_to) - t.added_from)`;
  expect(differing).toEqual([]);
}

/** What an inviter has got stands in the books once, and only for a purchase that stands. */
async function expectJust({ id, inviter, bought }: Awaited<ReturnType<typeof newPair>>): Promise<void> {
  const { database } = platform;
  const row = await database.referral.findUniqueOrThrow({ where: { id }, include: { promoCode: true } });
  const { status: paid } = await database.payment.findUniqueOrThrow({ where: { id: bought } });
  const given = await database.timeEntry.findMany({
    where: { source: 'referral', sourceId: id, takenBackAt: null },
  });
  const known =
    row.inviterId === null ? null : await database.endUser.findUnique({ where: { id: row.inviterId } });
  const isGone = !known || known.banned || known.telegramUserId < 0n;
  const hasTime = await database.subscription.count({ where: { endUserId: inviter.id, status: 'active' } });
  if (paid !== 'approved') expect(['came', 'void']).toContain(row.status);
  else if (isGone) expect(['given', 'void']).toContain(row.status);
  else if (row.kind === 'days') expect(row.status).toBe(hasTime > 0 ? 'given' : 'waiting');
  else expect(row.status).toBe('given');
  const isGiven = row.status === 'given' && row.kind === 'days';
  expect(given.map(({ days }) => days)).toEqual(isGiven ? [7, 7] : []);
  if (row.status === 'came') expect(row.promoCode === null || row.promoCode.removedAt !== null).toBe(true);
  await expectWholeTime(inviter);
}

test(
  `a friend's purchase settles while the inviter's own is approved (seed ${SEED})`,
  async () => {
    const { reviews } = platform.app.services;
    await inRounds(async () => {
      const pair = await newPair();
      const { settle } = pair;
      await race(
        ...[pair.bought, pair.bought, pair.own, pair.own].map(
          (id) => () => reviews.approvePayment(shop.scope, owner(), id),
        ),
        settle,
        settle,
        settle,
      );
      await settle();
      await expectJust(pair);
      const { status, kind } = await platform.database.referral.findUniqueOrThrow({ where: { id: pair.id } });
      expect(status).toBe('given');
      const count = { endUserId: pair.inviter.id, status: 'active' };
      expect(await platform.database.subscription.count({ where: count })).toBe(2);
      expect(['days', 'percent']).toContain(kind);
    });
  },
  LIMIT,
);

test(
  `it settles while the purchase is taken back, and its inviter is put out, forgotten, or given more (seed ${SEED})`,
  async () => {
    const { reviews, bans, privacy, subscriptions } = platform.app.services;
    const { scope } = shop;
    await inRounds(async () => {
      const pair = await newPair();
      const { settle, inviter, friend, own, bought } = pair;
      if (random.chance(50)) await reviews.approvePayment(scope, owner(), bought);
      if (random.chance(30)) await settle();
      const disturbs = [
        () => reviews.reversePayment(scope, owner(), bought),
        () => reviews.reversePayment(scope, owner(), own),
        () => bans.banEndUser(scope, owner(), inviter.id),
        () => subscriptions.grant(scope, owner(), { endUserId: inviter.id, planId }),
        () => privacy.forgetEndUser(scope, endUserActor(inviter)),
        () => privacy.forgetEndUser(scope, endUserActor(friend)),
      ];
      await race(
        () => reviews.approvePayment(scope, owner(), bought),
        () => reviews.approvePayment(scope, owner(), own),
        random.pick(disturbs),
        random.pick(disturbs),
        () => orders(friend),
        settle,
        settle,
        settle,
      );
      await settle();
      await expectJust(pair);
    });
  },
  LIMIT,
);

test(
  `people who have brought each other's friends buy at once (seed ${SEED})`,
  async () => {
    const { database, app } = platform;
    const { reviews, invitations } = app.services;
    await inRounds(async () => {
      const chain: Racer[] = [await comes()];
      for (const _ of [1, 2, 3]) {
        const { code } = await invitations.open(shop.scope, endUserActor(chain.at(-1) as Racer));
        chain.push(await comes(code));
      }
      const payments = [];
      for (const racer of chain) payments.push(await orders(racer));
      const brought = { friendId: { in: chain.map(({ id }) => id) } };
      const referrals = await database.referral.findMany({ where: brought });
      const settles = referrals.map(
        ({ id }) =>
          () =>
            app.services.transact((work) => settleReferral(work, id, ZONE)),
      );
      await race(
        ...payments.map((id) => () => reviews.approvePayment(shop.scope, owner(), id)),
        ...settles,
        ...settles,
      );
      for (const settle of settles) await settle();
      const statuses = await database.referral.findMany({ where: brought, select: { status: true } });
      expect(statuses).toEqual(referrals.map(() => ({ status: 'given' })));
      for (const racer of chain) await expectWholeTime(racer);
    });
  },
  LIMIT,
);
