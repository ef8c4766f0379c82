import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { Random } from '../../support/random.ts';
import type { BoughtTime } from './bought-time.ts';
import { nextNumber, openBundleShop } from './bundle-shop.ts';
import { Customer, type Market } from './customer.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 1);
const FIRST_SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const STEPS = 80;
const PEOPLE = 2;

/** One of them with summer time. */
const TIME_ZONES = ['Asia/Tashkent', 'Europe/Berlin'] as const;
type TimeZone = (typeof TIME_ZONES)[number];

/** As often as each stands here. */
const ACTS = [
  'chooses',
  'chooses',
  'chooses',
  'isApproved',
  'isApproved',
  'isApproved',
  'isRejected',
  'isTakenBack',
  'isTakenBack',
  'isGranted',
  'tries',
  'comesIn',
] as const;

let platform: Platform;
const apps = {} as Record<TimeZone, App>;

beforeAll(async () => {
  // Web processes only: what is enqueued stays in the outbox.
  const environment = { ROLE: 'web', LOG_LEVEL: 'warn' };
  platform = await startPlatform({ environment: { ...environment, TIME_ZONE: TIME_ZONES[0] } });
  apps[TIME_ZONES[0]] = platform.app;
  apps[TIME_ZONES[1]] = await platform.startAnother({ TIME_ZONE: TIME_ZONES[1] });
});
afterAll(() => platform.close());

async function newCustomer(market: Market): Promise<Customer> {
  const person = { username: null, fullName: 'Buyer', languageCode: 'en' };
  const telegramUserId = BigInt(nextNumber());
  const { app, shop } = market;
  const endUser = await app.services.endUsers.visit(shop.scope, { ...person, telegramUserId }, null);
  return new Customer(endUser, market);
}

/** Some minutes, some days, or a season. */
function letTimePass(random: Random): void {
  const { clock } = platform;
  if (random.chance(50)) clock.passes({ minutes: 1 + random.int(90) });
  else if (random.chance(80))
    clock.passes({ days: random.int(12), hours: random.int(24), minutes: random.int(60) });
  else clock.passes({ days: 20 + random.int(60) });
}

async function enforceEnds(app: App, customers: readonly Customer[]): Promise<void> {
  const { deadlines } = app.services;
  for (const { id } of await deadlines.listEnded(1_000)) await deadlines.endSubscription(id);
  for (const customer of customers) customer.endsAreEnforced();
}

/** Rows of the ledger as they stand, one subscription after the other. */
async function readStays({ id: endUserId }: Customer, channelId: number) {
  const subscriptions = await platform.database.subscription.findMany({
    where: { endUserId, channelId },
    include: { timeEntries: { orderBy: { id: 'asc' } } },
    orderBy: { id: 'asc' },
  });
  return subscriptions.map(({ status, startedAt, expiresAt, timeEntries }) => ({
    status,
    startedAt: startedAt.toISOString(),
    end: expiresAt?.toISOString() ?? null,
    lines: timeEntries.map(({ source, sourceId, addedFrom, addedTo, takenBackAt }) => ({
      source,
      sourceId,
      from: addedFrom.toISOString(),
      to: addedTo?.toISOString() ?? null,
      isTakenBack: takenBackAt !== null,
    })),
  }));
}

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrLife = (ms: number | null) => (ms === null ? null : iso(ms));

function toldByModel(time: BoughtTime) {
  return time.stays.map(({ status, startedAt, end, lines }) => ({
    status,
    startedAt: iso(startedAt),
    end: isoOrLife(end),
    lines: lines.map(({ source, sourceId, from, to, isTakenBack }) => ({
      source,
      sourceId,
      from: iso(from),
      to: isoOrLife(to),
      isTakenBack,
    })),
  }));
}

/** An end is where the time began and the lengths of all rows that live; a lifetime has none. */
async function expectFoldOfRows({ id, times }: Customer): Promise<void> {
  const rows = await platform.database.$queryRaw<
    { channelId: number; end: Date | null; folded: Date | null }[]
  >`
    SELECT s.channel_id AS "channelId", s.expires_at AS "end",
           CASE WHEN bool_or(t.added_to IS NULL) THEN NULL ELSE s.started_at + sum(t.added_to - t.added_from) END AS folded
      FROM subscriptions s JOIN time_entries t ON t.subscription_id = s.id AND t.taken_back_at IS NULL
     WHERE s.end_user_id = ${id} AND s.status = 'active' GROUP BY s.id`;
  for (const { channelId, end, folded } of rows) {
    const gap = times.get(channelId)?.active?.gap ?? 0;
    expect(end?.getTime() ?? null).toBe(folded === null ? null : folded.getTime() + gap);
  }
}

/** What a payment says that it added is what its first chat's row says, taken back or not. */
async function expectPaymentsAsTheirRows({ id }: Customer): Promise<void> {
  const differing = await platform.database.$queryRaw`
    SELECT p.id, p.status, p.extended_from, p.extended_to, t.added_from, t.added_to FROM payments p
      LEFT JOIN time_entries t ON t.source = 'payment' AND t.source_id = p.id AND t.channel_id = p.channel_id
     WHERE p.end_user_id = ${id} AND p.status IN ('approved', 'reversed')
       AND (t.id IS NULL OR t.subscription_id IS DISTINCT FROM p.subscription_id
            OR p.extended_from <> t.added_from OR p.extended_to IS DISTINCT FROM t.added_to
            OR (p.status = 'reversed') <> (t.taken_back_at IS NOT NULL))`;
  expect(differing).toEqual([]);
}

const runs = Array.from({ length: SEEDS }, (_, number) => FIRST_SEED + number).flatMap((seed) =>
  TIME_ZONES.map((zone) => ({ seed, zone })),
);

test.each(runs)(
  'whatever is bought, given and taken back, the ledger is the time that is left ($zone, seed $seed)',
  async ({ seed, zone }) => {
    const random = new Random(seed);
    const shop = await openBundleShop(platform, { graceDays: random.pick([0, 3, 14]) });
    const market = { shop, app: apps[zone], clock: platform.clock, zone, random };
    const customers: Customer[] = [];
    for (let number = 0; number < PEOPLE; number += 1) customers.push(await newCustomer(market));
    const story: string[] = [];
    const does = async (customer: Customer): Promise<void> => {
      const act = random.pick(ACTS);
      story.push(`${customer.id} ${act}`);
      await customer[act]();
    };
    for (let step = 0; step < STEPS; step += 1) {
      const customer = random.pick(customers);
      await does(customer);
      if (random.chance(40)) letTimePass(random);
      // Now and then nobody was there to enforce what ended.
      if (random.chance(30)) await enforceEnds(apps[zone], customers);
      for (const [channelId, time] of customer.times) {
        expect(await readStays(customer, channelId), story.join(', ')).toEqual(toldByModel(time));
      }
    }
    for (const customer of customers) {
      await expectFoldOfRows(customer);
      await expectPaymentsAsTheirRows(customer);
    }
  },
);
