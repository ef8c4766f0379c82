import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/infra/postgres/migrations.ts';
import { connect } from '../../support/database/contents.ts';
import { createBlankDatabase, type TestDatabase } from '../../support/database/database.ts';

/** What the version had applied that did not note when access ended. */
const BEFORE = '20261130999999';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createBlankDatabase();
  await migrate(database.url, { until: BEFORE });
  client = await connect(database);
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Aziz', 'en', '${day(1)}');
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      VALUES (1, 1000, 'none', 'club_bot', 'Club', '${day(1)}');
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, connected_at)
      VALUES (1, -100, 'channel', 'Club', '${day(1)}');
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT n, 1, 'Buyer ' || n, 'en', '${day(1)}' FROM generate_series(1, 20) n`);
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const day = (day: number) => `2025-10-${String(day).padStart(2, '0')} 09:00:00+00`;

/** Somebody's, since the second; what it ended by is told as a row has it. @returns its id */
async function add(
  status: string,
  ends: { expires?: string; grace?: string; kicked?: string } = {},
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, grace_until, kicked_at, status)
     SELECT 1 + count(*), 1, '${day(2)}', $1, $2, $3, $4 FROM subscriptions RETURNING id`,
    [ends.expires ?? null, ends.grace ?? null, ends.kicked ?? null, status],
  );
  return rows[0]?.id ?? 0;
}

async function endOf(id: number): Promise<Date | null> {
  const { rows } = await client.query<{ end: Date | null }>(
    'SELECT ended_at AS end FROM subscriptions WHERE id = $1',
    [id],
  );
  return rows[0]?.end ?? null;
}

test('what has ended already is noted as the statistics counted it, and nobody’s end lies ahead of us', async () => {
  const rows = [
    [await add('active', { expires: day(20) }), null],
    [await add('active'), null],
    [await add('expired', { expires: day(20), kicked: day(21) }), day(20)],
    [await add('expired', { expires: day(20), grace: day(23) }), day(23)],
    [await add('expired', { expires: day(1) }), day(2)],
    [await add('kicked', { expires: day(20), kicked: day(9) }), day(9)],
    [await add('kicked', { kicked: day(9) }), day(9)],
    [await add('kicked', { expires: day(20) }), day(20)],
    [await add('kicked'), day(2)],
  ] as const;
  const stays = await add('kicked', { expires: '2190-01-01 09:00:00+00' });
  await migrate(database.url);
  for (const [id, end] of rows) expect([id, await endOf(id)]).toEqual([id, end && new Date(end)]);
  expect((await endOf(stays))?.getTime()).toBeLessThanOrEqual(Date.now());
});

test('a version that does not note it yet may run beside us: whatever it ends has an end', async () => {
  await migrate(database.url);
  const timeUp = await add('active', { expires: day(20) });
  const putOut = await add('active', { expires: day(20) });
  await client.query(`UPDATE subscriptions SET status = 'expired' WHERE id = ${timeUp}`);
  await client.query(
    `UPDATE subscriptions SET status = 'kicked', kicked_at = '${day(5)}' WHERE id = ${putOut}`,
  );
  expect(await endOf(timeUp)).toEqual(new Date(day(20)));
  expect(await endOf(putOut)).toEqual(new Date(day(5)));
  await client.query(`UPDATE subscriptions SET status = 'active', kicked_at = NULL WHERE id = ${putOut}`);
  expect(await endOf(putOut)).toBeNull();
});
