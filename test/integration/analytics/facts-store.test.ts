import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../../src/infra/postgres/prisma.ts';
import { createRetentionService } from '../../../src/modules/privacy/retention-service.ts';
import type { Facts } from '../../../src/modules/statistics/analytics/facts.ts';
import { factsOfBots } from '../../../src/modules/statistics/analytics/facts-queries.ts';
import {
  type BuildOutcome,
  createFactsStore,
  type FactsStore,
} from '../../../src/modules/statistics/analytics/facts-store.ts';
import { DAY_MS, SECOND_MS } from '../../../src/shared/durations.ts';
import { connect } from '../../support/database/contents.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.ts';

const BOT = 1;
/** Of the locks by which processes keep out of each other's way. */
const LOCK = 1_634_627_187;

let testDatabase: TestDatabase;
let client: pg.Client;
let processes: Database[];
let now: Date;
let built: BuildOutcome[];
let reported: unknown[];

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  client = await connect(testDatabase);
  now = new Date('2026-11-21T09:00:00Z');
  processes = [];
  built = [];
  reported = [];
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Aziz', 'en', '2026-01-01');
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      VALUES (1, 1000, 'none', 'club_bot', 'Club', '2026-01-01');
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at) VALUES (1, -100, 'channel', 'Club', '2026-01-01');
    INSERT INTO plans (channel_id, duration_months, price) VALUES (1, 1, 50000)`);
});
afterEach(async () => {
  await Promise.all(processes.map((database) => database.close()));
  await client.end();
  await testDatabase.drop();
});

function databaseOf(place: number): Database['prisma'] {
  const { prisma } = processes[place] ?? {};
  if (!prisma) throw new Error('There is no such process.');
  return prisma;
}

function newProcess(): FactsStore<Facts> {
  const database = createDatabase({ url: testDatabase.url, poolSize: 3 });
  processes.push(database);
  const deps = {
    ...database,
    clock: { now: () => now },
    feed: { changed: () => undefined },
    observeBuild: (outcome: BuildOutcome) => void built.push(outcome),
    report: (error: unknown) => void reported.push(error),
  };
  return createFactsStore(deps, factsOfBots({ timeZone: 'Asia/Tashkent' }));
}

const passes = (ms: number) => {
  now = new Date(now.getTime() + ms);
};

/** Somebody comes, and buys a month. */
async function sells(): Promise<void> {
  await client.query(
    `
    WITH person AS (
      INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT 100 + count(*), 1, 'Buyer', 'en', $1 FROM end_users RETURNING id),
    held AS (
      INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, delivered_at, status)
      SELECT id, 1, $1, $1::timestamptz + interval '30 days', $1, 'active' FROM person RETURNING *)
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status, created_at,
                          approved_at, subscription_id, extended_from, extended_to)
    SELECT end_user_id, 1, 1, 1, 1, 50000, 'card', 'approved', $1, $1, id, started_at, expires_at FROM held`,
    [now],
  );
}

async function salesIn(store: FactsStore<Facts>): Promise<number> {
  const facts = await store.read(BOT);
  if (facts === 'computing') throw new Error('There are none yet.');
  return facts.sales.reduce((sum, { n }) => sum + n, 0);
}

test('fifty who ask at once, in two processes, are told of one count', async () => {
  await sells();
  const stores = [newProcess(), newProcess()];
  const told = await Promise.all(
    Array.from({ length: 50 }, (_, place) => salesIn(stores[place % 2] as FactsStore<Facts>)),
  );
  expect(new Set(told)).toEqual(new Set([1]));
  expect(built.filter((outcome) => outcome === 'built')).toHaveLength(1);
  expect(built).not.toContain('failed');
});

test('what was counted is told until it is old, and then counted anew', async () => {
  const store = newProcess();
  expect(await salesIn(store)).toBe(0);
  await sells();
  expect(await salesIn(store)).toBe(0);
  const { buildMs } = await databaseOf(0).analyticsFacts.findUniqueOrThrow({ where: { scope: BOT } });
  passes(Math.max(10 * SECOND_MS, 300 * buildMs));
  expect(await salesIn(store)).toBe(1);
});

test('what took long to count is counted once, though it is asked for each second of a minute', async () => {
  await newProcess().read(BOT);
  await client.query('UPDATE analytics_facts SET build_ms = 1000');
  const store = newProcess();
  for (let second = 0; second < 60; second += 1) {
    passes(SECOND_MS);
    await store.read(BOT);
  }
  expect(built).toEqual(['built']);
});

test('where it cannot be counted anew, the older figures are told and the fault once, until it can be again', async () => {
  const store = newProcess();
  await store.read(BOT);
  await sells();
  passes(DAY_MS);
  await client.query('ALTER TABLE source_visits RENAME TO gone');
  expect([await salesIn(store), await salesIn(store)]).toEqual([0, 0]);
  expect(built).toEqual(['built', 'failed']);
  expect(reported).toHaveLength(1);
  await client.query('ALTER TABLE gone RENAME TO source_visits');
  passes(DAY_MS);
  expect(await salesIn(store)).toBe(1);
  expect(reported).toHaveLength(1);
});

test('whoever has no older figures hears why there are none', async () => {
  await client.query('ALTER TABLE source_visits RENAME TO gone');
  await expect(newProcess().read(BOT)).rejects.toThrow('source_visits');
  expect(reported).toEqual([]);
});

test('figures that need more memory than all others may have are neither read nor counted at each ask', async () => {
  await newProcess().read(BOT);
  await client.query(`
    UPDATE analytics_facts SET build_ms = 60000, facts = jsonb_set(facts, '{people}', (
      SELECT jsonb_agg(jsonb_build_object('day', to_char(date '2020-01-01' + day, 'YYYY-MM-DD'), 'source', source, 'started', 1,
                                          'chose', 1, 'paid', 1, 'approved', 1, 'joined', 1))
        FROM generate_series(1, 1200) AS day, generate_series(1, 100) AS source))`);
  const store = newProcess();
  const first = await store.read(BOT);
  await client.query('DELETE FROM analytics_facts');
  const isTheSame = (await store.read(BOT)) === first;
  expect(isTheSame).toBe(true);
  expect(built).toEqual(['built']);
});

test('deleted at any time, it is counted from the books as before', async () => {
  await sells();
  const before = await newProcess().read(BOT);
  await client.query('DELETE FROM analytics_facts');
  expect(await newProcess().read(BOT)).toEqual(before);
});

test('what another version counted is counted anew', async () => {
  await newProcess().read(BOT);
  await client.query(`UPDATE analytics_facts SET version = 0, facts = '{}'`);
  await sells();
  expect(await salesIn(newProcess())).toBe(1);
});

test('while another process counts, whoever has older figures is told those, and who has none waits', async () => {
  const store = newProcess();
  await store.read(BOT);
  await sells();
  passes(DAY_MS);
  await client.query('DELETE FROM analytics_facts');
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK, BOT]);
  const older = store.read(BOT);
  const other = newProcess();
  const none = other.read(BOT);
  expect(((await older) as Facts).sales).toEqual([]);
  // It dies before it is done.
  await client.query('ROLLBACK');
  expect(((await none) as Facts).sales).toHaveLength(1);
});

test('what nobody has read for a week is let go at night', async () => {
  const store = newProcess();
  await store.read(BOT);
  const retention = createRetentionService({ prisma: databaseOf(0), clock: { now: () => now } });
  const kept = async () => Number((await client.query('SELECT count(*) FROM analytics_facts')).rows[0].count);
  passes(6 * DAY_MS);
  await retention.prune();
  expect(await kept()).toBe(1);
  await newProcess().read(BOT);
  passes(6 * DAY_MS);
  await retention.prune();
  expect(await kept()).toBe(1);
  passes(2 * DAY_MS);
  await retention.prune();
  expect(await kept()).toBe(0);
});
