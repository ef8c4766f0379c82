import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Statement, statementsOf } from '../support/database/statements.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

/** A million in `npm run chaos`. */
const SUBSCRIPTIONS = Number(process.env['SUBSCRIPTIONS'] ?? 40_000);
const DUE = SUBSCRIPTIONS / 100;

let platform: Platform;
let client: pg.Client;

beforeAll(async () => {
  platform = await startPlatform({ environment: { ROLE: 'web', LOG_LEVEL: 'warn' } });
  client = new pg.Client({ connectionString: platform.databaseUrl });
  await client.connect();
  const now = platform.clock.now().toISOString();
  await client.query(`
    INSERT INTO user_admins (telegram_id, full_name, language, created_at) VALUES (1, 'Aziz', 'en', '${now}');
    INSERT INTO user_bots (user_admin_id, telegram_bot_id, bot_token, bot_username, bot_name, created_at)
      SELECT 1, 1000 + n, 'none', 'bot' || n, 'Bot', '${now}' FROM generate_series(1, 1000) n;
    INSERT INTO channels (user_bot_id, telegram_chat_id, type, title, can_invite, can_restrict, connected_at)
      SELECT id, -id, 'channel', 'Channel', true, true, '${now}' FROM user_bots;
    INSERT INTO end_users (telegram_id, user_bot_id, full_name, language, created_at)
      SELECT n, 1 + n % 1000, 'Somebody', 'uz', '${now}' FROM generate_series(1, ${SUBSCRIPTIONS}) n;
    INSERT INTO subscriptions (end_user_id, channel_id, started_at, delivered_at, expires_at, status)
      SELECT e.id, e.user_bot_id, '${now}', '${now}',
             CASE WHEN e.id <= ${DUE} THEN timestamptz '${now}' - interval '1 minute'
                  WHEN e.id % 2 = 0 THEN timestamptz '${now}' + interval '20 days'
                  ELSE timestamptz '${now}' - interval '100 days' END,
             CASE WHEN e.id <= ${DUE} OR e.id % 2 = 0 THEN 'active' ELSE 'expired' END
        FROM end_users e`);
  await client.query('VACUUM ANALYZE');
}, 300_000);
afterAll(async () => {
  await client.end();
  await platform.close();
});

/** What Postgres does to find what has ended: to see whether anything has, and to list it. */
async function plansOfScan(): Promise<string[]> {
  const statements = await statementsOf(() => platform.app.services.deadlines.listEnded(5_000));
  return Promise.all(statements.map(planOf));
}

async function planOf({ text, values }: Statement): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS) ${text}`, values);
  // Without what the planning itself looked at.
  return (
    rows
      .map((row) => row['QUERY PLAN'])
      .join('\n')
      .split('Planning')[0] ?? ''
  );
}

test('a scan finds what is due by the partial index, bots in turn', async () => {
  const { deadlines } = platform.app.services;
  const due = await deadlines.listEnded(DUE * 2);
  expect(due).toHaveLength(DUE);
  expect(Math.max(...due.map(({ rank }) => rank))).toBe(Math.ceil(DUE / 1000));
  const [, plan] = await plansOfScan();
  expect(plan).toContain('subscriptions_active_ends_at_idx');
  // What else is asked of each stands in tables that are empty here.
  expect(plan).not.toContain('Seq Scan on subscriptions');
  expect(plan).not.toContain('Rows Removed');
});

test('an empty round looks at a few pages, whatever lies beside them', async () => {
  const { deadlines } = platform.app.services;
  await client.query(`UPDATE subscriptions SET status = 'expired' WHERE id <= ${DUE}`);
  await client.query('VACUUM ANALYZE subscriptions');
  expect(await deadlines.listEnded(5_000)).toEqual([]);
  const [plan = '', ...further] = await plansOfScan();
  expect(further).toEqual([]);
  expect(plan).toContain('subscriptions_active_ends_at_idx');
  expect(plan).not.toContain('Rows Removed');
  // The first page of the index, and the way to it, say that nothing is due: half a million ended rows are not looked at.
  // A million rows make that way one page longer for each of its looks than ten thousand do.
  const pages = [...plan.matchAll(/shared hit=(\d+)(?: read=(\d+))?/g)].map(
    (hit) => Number(hit[1]) + Number(hit[2] ?? 0),
  );
  expect(Math.max(...pages)).toBeLessThan(20);
});
