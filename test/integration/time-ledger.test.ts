import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../src/infra/postgres/migrations.ts';
import { createBlankDatabase, type TestDatabase } from '../support/database/database.ts';

const BEFORE = '20261128059999';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createBlankDatabase();
  await migrate(database.url, { until: BEFORE });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

test('approvals from before the ledger get their entries, and nothing else changes', async () => {
  const day = (day: number) => `2026-10-${String(day).padStart(2, '0')} 09:00:00+00`;
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Aziz', 'en', '${day(1)}');
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      VALUES (1, 1000, 'none', 'club_bot', 'Club', '${day(1)}');
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at)
      VALUES (1, -100, 'channel', 'Club', '${day(1)}');
    INSERT INTO plans (channel_id, duration_months, price) VALUES (1, 1, 50000), (1, 0, 900000);
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT n, 1, 'Buyer ' || n, 'en', '${day(1)}' FROM generate_series(10, 12) n;
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, status, delivered_at) VALUES
      (1, 1, '${day(1)}', NULL, 'active', '${day(1)}'),
      (2, 1, '${day(1)}', '2026-11-01 09:00:00+00', 'expired', '${day(1)}');
    INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                          created_at, approved_at, subscription_id, extended_from, extended_to) VALUES
      (1, 1, 1, 1, 1, 50000, 'card', 'approved', '${day(1)}', '${day(1)}', 1, '${day(1)}', '2026-11-01 09:00:00+00'),
      (1, 1, 1, 2, 0, 900000, 'card', 'approved', '${day(2)}', '${day(2)}', 1, '2026-11-01 09:00:00+00', NULL),
      (1, 1, 1, 1, 1, 50000, 'card', 'approved', '${day(2)}', '${day(3)}', 1, '${day(3)}', '${day(3)}'),
      (2, 1, 1, 1, 1, 50000, 'card', 'approved', '${day(1)}', '${day(1)}', 2, '${day(1)}', '2026-11-01 09:00:00+00'),
      (2, 1, 1, 1, 1, 50000, 'card', 'reversed', '${day(1)}', '${day(2)}', 2, '2026-11-01 09:00:00+00', '2026-12-01 09:00:00+00'),
      (3, 1, 1, 1, 1, 50000, 'card', 'rejected', '${day(1)}', NULL, NULL, NULL, NULL),
      (3, 1, 1, 1, 1, 50000, 'card', 'approved', '${day(1)}', NULL, NULL, NULL, NULL)`);
  const read = async () => {
    const tables = ['payments', 'subscriptions'];
    return Promise.all(
      tables.map(async (table) => (await client.query(`SELECT * FROM ${table} ORDER BY id`)).rows),
    );
  };
  const before = await read();

  await migrate(database.url, { until: '20261128069999' });

  const { rows } = await client.query(`
    SELECT user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months, added_from, added_to,
           created_at, taken_back_at FROM time_entries ORDER BY source_id`);
  const about = { user_bot_id: 1, channel_id: 1, source: 'payment', taken_back_at: null };
  const first = { ...about, end_user_id: 1, subscription_id: 1 };
  const november = new Date('2026-11-01T09:00:00Z');
  const at = (text: string) => new Date(text);
  expect(rows).toEqual([
    { ...first, source_id: 1, months: 1, added_from: at(day(1)), added_to: november, created_at: at(day(1)) },
    { ...first, source_id: 2, months: 0, added_from: november, added_to: null, created_at: at(day(2)) },
    {
      ...first,
      source_id: 3,
      months: 1,
      added_from: at(day(3)),
      added_to: at(day(3)),
      created_at: at(day(3)),
    },
    {
      ...about,
      end_user_id: 2,
      subscription_id: 2,
      source_id: 4,
      months: 1,
      added_from: at(day(1)),
      added_to: november,
      created_at: at(day(1)),
    },
  ]);
  expect(await read()).toEqual(before);
});

test('what a source gave in a chat stands there once while it lives', async () => {
  await migrate(database.url);
  await client.query('SET session_replication_role = replica');
  const write = (source: string, id: number | null, takenBack = 'NULL') =>
    client.query(`
      INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, added_from, created_at, taken_back_at)
      VALUES (1, 1, 1, 1, '${source}', ${id}, now(), now(), ${takenBack})`);
  await write('payment', 7, 'now()');
  await write('payment', 7);
  await write('promo', 7);
  await write('grant', null);
  await write('grant', null);
  await expect(write('payment', 7)).rejects.toThrow('time_entries_one_living_per_source_and_channel_key');
  await expect(write('luck', 8)).rejects.toThrow('check constraint');
});
