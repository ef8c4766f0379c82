import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../../src/infra/postgres/migrations.ts';
import { connect } from '../../support/database/contents.ts';
import { createBlankDatabase, type TestDatabase } from '../../support/database/database.ts';
import { createOldProgram, type OldProgram } from '../../support/database/old-program.ts';

/** What the version had applied that knew no bundles, and no durations but months. */
const BEFORE = '20261128110000_outbox_retry_at';
/** A million in `npm run chaos`. */
const SUBSCRIPTIONS = Number(process.env['SUBSCRIPTIONS'] ?? 20_000);
/** For as long as a transaction of the old program may take, it waits. */
const PATIENCE_MS = 5_000;
const WRITERS = 3;

let database: TestDatabase;
let client: pg.Client;
let program: OldProgram;

beforeAll(async () => {
  database = await createBlankDatabase();
  await migrate(database.url, { until: BEFORE });
  client = await connect(database);
  const now = new Date().toISOString();
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Aziz', 'en', '${now}');
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, card_number, created_at)
      SELECT 1, 1000 + n, 'none', 'bot' || n, 'Bot', '8600123456789012', '${now}' FROM generate_series(1, 1000) n;
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
      SELECT id, -id, 'channel', 'Channel', true, true, '${now}' FROM user_bots;
    INSERT INTO plans (channel_id, duration_months, price)
      SELECT id, months, 50000 FROM channels, unnest(ARRAY[1, 6, 12, 0]) months;
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT n, 1 + n % 1000, 'Somebody', 'uz', '${now}' FROM generate_series(1, ${SUBSCRIPTIONS}) n;
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, delivered_at, expires_at, status)
      SELECT id, user_bot_id, '${now}', '${now}', timestamptz '${now}' + interval '1 month', 'active' FROM end_users;
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                          created_at, approved_at, subscription_id, extended_from, extended_to)
      SELECT e.id, e.user_bot_id, c.id, p.id, 1, 50000, 'card', 'approved', '${now}', '${now}', s.id, s.started_at, s.expires_at
        FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id
        JOIN plans p ON p.channel_id = c.id AND p.duration_months = 1 JOIN subscriptions s ON s.end_user_id = e.id;
    INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months,
                              added_from, added_to, created_at)
      SELECT user_bot_id, end_user_id, subscription_id, channel_id, 'payment', id, 1, extended_from, extended_to, '${now}'
        FROM payments;
    -- One in eight has something else in hand, some of them for too long.
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                          created_at)
      SELECT end_user_id, user_bot_id, channel_id, plan_id, 1, 50000, 'card',
             (ARRAY['created', 'pending', 'rejected', 'cancelled', 'created'])[1 + id % 5],
             timestamptz '${now}' - CASE WHEN id % 5 = 0 THEN interval '1 hour' ELSE interval '25 hours' END
        FROM payments WHERE id % 8 = 0`);
  await client.query('VACUUM ANALYZE');
  program = createOldProgram(database.url, SUBSCRIPTIONS);
}, 600_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function count(sql: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${sql}`);
  return Number(rows[0]?.count);
}

/** What is sold by which chats, however it came into the database. */
async function expectChatsOfEachSale(): Promise<void> {
  expect(
    await count(`plans p WHERE NOT EXISTS (
      SELECT FROM plan_chats c WHERE c.plan_id = p.id AND c.channel_id = p.channel_id)`),
  ).toBe(0);
  expect(await count('payment_chats')).toBe(await count('payments'));
  expect(
    await count(`payments p WHERE NOT EXISTS (
      SELECT FROM payment_chats c WHERE c.payment_id = p.id AND c.channel_id = p.channel_id
         AND c.end_user_id = p.end_user_id AND c.is_open = (p.status IN ('created', 'pending')))`),
  ).toBe(0);
}

test('a database grows up within a minute while the version before goes on selling', async () => {
  const running = Array.from({ length: WRITERS }, () => program.runs());
  await program.hasDone(50);
  const before = performance.now();
  const applied = await migrate(database.url);
  const tookMs = performance.now() - before;
  const during = program.done();
  await program.hasDone(during + 50);
  program.stops();
  await Promise.all(running);

  expect(applied).toContain('20261128120000_bundles');
  expect(tookMs).toBeLessThan(60_000);
  expect(program.failures).toEqual([]);
  expect(program.longestMs()).toBeLessThan(PATIENCE_MS);
  await client.query(
    'INSERT INTO plans (channel_id, duration_months, price) SELECT id, 3, 120000 FROM channels',
  );
  await expectChatsOfEachSale();
}, 600_000);
