import { afterAll, beforeAll, expect, test } from 'vitest';
import { endUserActor } from '../../support/actors.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { Random, race as raceAll } from '../../support/random.ts';
import { type BundleShop, nextNumber, openBundleShop, type Sold } from './bundle-shop.ts';

/** A thousand and more in `npm run chaos`; the seed in a test's name repeats its order. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 6);
/** Rounds that run beside each other: they share the database, as people do. */
const AT_ONCE = 2;
/** Of a thousand rounds on a busy machine. */
const LIMIT = 1_200_000;
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let platform: Platform;
let shop: BundleShop;
const random = new Random(SEED);

beforeAll(async () => {
  // A web process only: what is enqueued stays in the outbox, and can be counted.
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  shop = await openBundleShop(platform);
});
afterAll(() => platform.close());

async function inRounds(rounds: number, round: () => Promise<void>): Promise<void> {
  for (let done = 0; done < rounds; done += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, round));
}

const race = (...runners: (() => Promise<unknown>)[]) => raceAll(random, 20, runners);

interface Buyer {
  id: number;
  telegramUserId: bigint;
}

async function newBuyer({ scope }: BundleShop = shop): Promise<Buyer> {
  const person = { username: null, fullName: 'Racer', languageCode: 'en' };
  const telegramUserId = BigInt(nextNumber());
  return platform.app.services.endUsers.visit(scope, { ...person, telegramUserId }, null);
}

const ownerOf = ({ scope }: BundleShop) =>
  ({ kind: 'owner', telegramUserId: scope.ownerTelegramUserId }) as const;

/** The plan of a month that opens exactly these chats, the first one first. */
function monthOf({ plans }: BundleShop, channelIds: readonly number[]): Sold {
  const plan = plans.find(
    ({ bought, channelIds: own }) =>
      'months' in bought && bought.months === 1 && String(own) === String(channelIds),
  );
  if (!plan) throw new Error('There is no such plan.');
  return plan;
}

const chooses = (buyer: Buyer, { id: planId }: Sold, { scope }: BundleShop = shop) =>
  platform.app.services.checkout.choosePlan(scope, endUserActor(buyer), { planId, method: 'card' });

const pays = (buyer: Buyer, { scope }: BundleShop = shop) => {
  const messageId = nextNumber();
  const about = { fileId: 'file', uniqueId: `unique-${messageId}`, kind: 'photo' as const, note: null };
  return platform.app.services.checkout.submitReceipt(scope, endUserActor(buyer), {
    ...about,
    messageId,
    editedAt: null,
  });
};

/** @returns the id of a payment whose receipt waits */
async function orders(buyer: Buyer, plan: Sold, where: BundleShop = shop): Promise<number> {
  await chooses(buyer, plan, where);
  const payment = await pays(buyer, where);
  if (!payment) throw new Error('Nothing was to be paid for.');
  return payment.id;
}

/** Nobody pays for a chat twice, and what was approved is there, chat by chat, once. */
async function expectWholeSales({ id: endUserId }: Buyer): Promise<void> {
  const { database } = platform;
  const payments = await database.payment.findMany({ where: { endUserId }, include: { chats: true } });
  const open = payments.filter(({ status }) => status === 'created' || status === 'pending');
  const openChats = open.flatMap(({ chats }) => chats.map(({ channelId }) => channelId));
  expect(new Set(openChats).size).toBe(openChats.length);
  for (const { status, chats } of payments) {
    expect(chats.every(({ isOpen }) => isOpen === (status === 'created' || status === 'pending'))).toBe(true);
  }
  const given = payments
    .filter(({ status }) => status === 'approved')
    .flatMap(({ id, chats }) => chats.map(({ channelId }) => `${id} ${channelId}`));
  const living = await database.timeEntry.findMany({ where: { endUserId, takenBackAt: null } });
  expect(living.map(({ sourceId, channelId }) => `${sourceId} ${channelId}`).sort()).toEqual(given.sort());
  const active = await database.subscription.findMany({ where: { endUserId, status: 'active' } });
  const chats = active.map(({ channelId }) => channelId);
  expect(new Set(chats).size).toBe(chats.length);
  expect(new Set(chats)).toEqual(new Set(living.map(({ channelId }) => channelId)));
}

test(
  `a bundle against its chats, chosen, paid and decided at once (seed ${SEED})`,
  async () => {
    const [channel, group] = shop.chats.map(({ id }) => id) as [number, number];
    const plans = [[channel], [group], [channel, group], [group, channel]].map((chats) =>
      monthOf(shop, chats),
    );
    const { reviews, checkout } = platform.app.services;
    await inRounds(ROUNDS, async () => {
      const buyer = await newBuyer();
      await race(...plans.map((plan) => () => chooses(buyer, plan)));
      await expectWholeSales(buyer);
      await race(() => pays(buyer), ...plans.map((plan) => () => chooses(buyer, plan)));
      await expectWholeSales(buyer);
      const waiting = await platform.database.payment.findMany({
        where: { endUserId: buyer.id, status: { in: ['created', 'pending'] } },
      });
      await race(
        () => pays(buyer),
        ...plans.map((plan) => () => chooses(buyer, plan)),
        ...waiting.flatMap(({ id }) => [
          () => reviews.approvePayment(shop.scope, ownerOf(shop), id),
          () => reviews.approvePayment(shop.scope, ownerOf(shop), id),
          () => checkout.cancelPayment(shop.scope, endUserActor(buyer), id),
        ]),
      );
      await expectWholeSales(buyer);
    });
  },
  LIMIT,
);

test(
  `a bundle approved by twenty at once, and taken back by as many (seed ${SEED})`,
  async () => {
    const [channel, group] = shop.chats.map(({ id }) => id) as [number, number];
    const { reviews } = platform.app.services;
    await inRounds(ROUNDS / 2, async () => {
      const buyer = await newBuyer();
      // Others take the chats the other way round.
      const chats = random.chance(50) ? [channel, group] : [group, channel];
      const id = await orders(buyer, monthOf(shop, chats));
      const approve = () => reviews.approvePayment(shop.scope, ownerOf(shop), id);
      await race(...Array.from({ length: 20 }, () => approve));
      await expectWholeSales(buyer);
      const { subscription, timeEntry } = platform.database;
      const held = { endUserId: buyer.id, status: 'active' };
      expect(await subscription.count({ where: held })).toBe(2);
      const next = await orders(buyer, monthOf(shop, [channel]));
      const reverse = () => reviews.reversePayment(shop.scope, ownerOf(shop), id);
      await race(...Array.from({ length: 10 }, () => reverse), () =>
        reviews.approvePayment(shop.scope, ownerOf(shop), next),
      );
      await expectWholeSales(buyer);
      expect(await subscription.findMany({ where: held, select: { channelId: true } })).toEqual([
        { channelId: channel },
      ]);
      expect(await timeEntry.count({ where: { endUserId: buyer.id } })).toBe(3);
    });
  },
  LIMIT,
);

test(
  `a bundle approved while one of its chats goes: all of it or nothing (seed ${SEED})`,
  async () => {
    const { database, app, clock } = platform;
    const { reviews } = app.services;
    for (let round = 0; round < ROUNDS / 4; round += 1) {
      const own = await openBundleShop(platform);
      const [channel, group] = own.chats.map(({ id }) => id) as [number, number];
      const buyer = await newBuyer(own);
      const id = await orders(buyer, monthOf(own, [channel, group]), own);
      await race(
        () => reviews.approvePayment(own.scope, ownerOf(own), id),
        () =>
          database.channel.update({
            where: { id: random.pick([channel, group]) },
            data: { disconnectedAt: clock.now() },
          }),
      );
      await expectWholeSales(buyer);
      const { status } = await database.payment.findUniqueOrThrow({ where: { id } });
      expect(['approved', 'pending']).toContain(status);
      const subscriptions = await database.subscription.count({ where: { endUserId: buyer.id } });
      expect(subscriptions).toBe(status === 'approved' ? 2 : 0);
    }
  },
  LIMIT,
);
