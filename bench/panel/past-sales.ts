import type pg from 'pg';

/** What there is in all. */
export interface SalesMade {
  subscriptions: number;
  payments: number;
}

/** Of those who are added; the others are of the second shop. */
const OF_THE_LARGEST = 0.99;
/** Receipts that wait at the largest shop. */
const WAITING = 500;
/** Nobody else is called so. */
export const RARE_NAME = 'Gulchehra Qosimjonova';

const PEOPLE = `
INSERT INTO end_users (telegram_id, user_bot_id, full_name, username, language, language_chosen_at, source_id, created_at)
SELECT 8000000000 + $1::bigint * 10000000 + n, $1,
       CASE WHEN n = $2::int / 2 THEN '${RARE_NAME}'
            ELSE (ARRAY['Dilnoza', 'Jasur', 'Мария', 'Sardor', 'Kamola', 'Тимур', 'Nilufar', 'Otabek'])[1 + n % 8] || ' ' || n END,
       CASE WHEN n % 3 > 0 THEN 'person_' || $1::int || '_' || n END, (ARRAY['uz', 'uz', 'ru', 'en'])[1 + n % 4], now(),
       CASE WHEN n % 5 = 0 THEN (SELECT min(id) FROM sources WHERE user_bot_id = $1::int)
            WHEN n % 20000 = 1 THEN (SELECT max(id) FROM sources WHERE user_bot_id = $1::int) END,
       now() - interval '150 days' + n * (interval '150 days' / $2::int)
  FROM generate_series(1, $2::int) n`;

const SOURCES = `
INSERT INTO sources (user_bot_id, slug, name, created_at)
SELECT bot, slug, slug, now() - interval '150 days' FROM unnest(ARRAY[1, 2]) bot, unnest(ARRAY['insta', 'leaflet']) slug`;

const PROMO = `
INSERT INTO promo_codes (user_bot_id, code, kind, value, is_active, created_at) VALUES (1, 'RARE', 'percent', 10, true, now())`;

/** Each began on a day of the last 150, and lasts for as many months as were paid: about half of them last still. */
const SUBSCRIPTIONS = `
INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, joined_at, link_used, delivered_at, is_inside, status,
                           kicked_at, ended_at, notified_3day, notified_1day)
SELECT e.id, c.id, began, ends, began, true, began, ends > now(), CASE WHEN ends > now() THEN 'active' ELSE 'expired' END,
       CASE WHEN ends <= now() THEN ends END, CASE WHEN ends <= now() THEN ends END, true, true
  FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id AND e.id % 10 > 0
 CROSS JOIN LATERAL (SELECT now() - ((e.id::bigint * 7919) % 216000) * interval '1 minute' AS began) _
 CROSS JOIN LATERAL (SELECT began + (2 + (e.id % 11 < 7)::int) * interval '1 month' AS ends) __
 ORDER BY began`;

const PAYMENTS = `
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, source_id, status,
                      screenshot_file_id, screenshot_unique_id, receipt_kind, receipt_at, created_at, approved_at, decided_at,
                      reviewed_by, subscription_id, extended_from, extended_to)
SELECT s.end_user_id, e.user_bot_id, s.channel_id, p.id, 1, 50000, CASE WHEN e.id % 10 < 7 THEN 'card' ELSE 'payme' END, e.source_id,
       outcome, 'file' || s.id || '_' || nth, 'unique' || s.id || '_' || nth, 'photo', paid, paid - interval '5 minutes',
       CASE WHEN outcome IN ('approved', 'reversed') THEN paid + interval '10 minutes' END, paid + interval '10 minutes',
       1000000 + e.user_bot_id, CASE WHEN outcome = 'approved' THEN s.id END, CASE WHEN outcome = 'approved' THEN paid END,
       CASE WHEN outcome = 'approved' THEN paid + interval '1 month' END
  FROM subscriptions s
  JOIN end_users e ON e.id = s.end_user_id
  JOIN plans p ON p.channel_id = s.channel_id AND p.duration_months = 1
 CROSS JOIN LATERAL generate_series(1, 2 + (e.id % 11 < 7)::int) nth
 CROSS JOIN LATERAL (SELECT s.started_at + (nth - 1) * interval '1 month' AS due) _
 CROSS JOIN LATERAL (SELECT least(due, now() - (e.id % 1000) * interval '1 minute') AS paid,
       CASE WHEN (e.id + nth) % 50 = 0 THEN 'rejected' WHEN (e.id + nth) % 97 = 0 THEN 'reversed' ELSE 'approved' END AS outcome) __
 ORDER BY paid`;

const WAITING_RECEIPTS = `
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, status,
                      screenshot_file_id, screenshot_unique_id, receipt_kind, receipt_at, created_at)
SELECT e.id, 1, p.channel_id, p.id, 1, 50000, 'card', 'pending', 'waits' || e.id, 'waits' || e.id, 'photo',
       now() - row_number() OVER () * interval '1 minute', now() - row_number() OVER () * interval '1 minute'
  FROM (SELECT id FROM end_users WHERE user_bot_id = 1 ORDER BY id DESC LIMIT ${WAITING}) e
  JOIN plans p ON p.duration_months = 1 AND p.channel_id = (SELECT min(id) FROM channels WHERE user_bot_id = 1)`;

const CHATS = `
INSERT INTO payment_chats (payment_id, channel_id, end_user_id, is_open)
SELECT id, channel_id, end_user_id, status = 'pending' FROM payments`;

const TRACES = `
INSERT INTO receipt_traces (user_bot_id, payment_id, file_digest)
SELECT user_bot_id, id, encode(sha256(screenshot_unique_id::bytea), 'hex') FROM payments WHERE user_bot_id = 1 AND status = 'pending'`;

const LEDGER = `
INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months, added_from, added_to, created_at)
SELECT user_bot_id, end_user_id, subscription_id, channel_id, 'payment', id, 1, extended_from, extended_to, approved_at
  FROM payments WHERE status = 'approved'`;

const PROMO_USES = `
INSERT INTO promo_uses (promo_code_id, end_user_id, payment_id, status, discount, reserved_at, used_at)
SELECT 1, end_user_id, id, 'used', 5000, created_at, approved_at
  FROM payments WHERE user_bot_id = 1 AND status = 'approved' AND id % 100000 = 7`;

/** Of everybody some are kept out, some have closed the bot, and some pay in Stars. */
const FEW = [
  'UPDATE end_users SET banned = true WHERE id % 1009 = 0',
  'UPDATE end_users SET blocked_at = now() WHERE id % 23 = 0',
  `UPDATE subscriptions SET expires_at = now() - interval '1 hour', grace_until = now() + interval '2 days'
    WHERE status = 'active' AND id % 301 = 0`,
  "UPDATE payments SET payment_method = 'stars', currency = 'XTR', amount = 100 WHERE id % 211 = 0 AND status = 'approved'",
];

/**
 * What was sold at shops that are open already, over five months: most of it at the first, a little at the second, and a few
 * hundred sales at each of the others. Everybody at them is a buyer, but for one in ten.
 * @param more so many people more than the shops have already
 */
export async function addPastSales(client: pg.Client, { more }: { more: number }): Promise<SalesMade> {
  await client.query('BEGIN');
  // What triggers would write for each row is written below, for all of them at once.
  await client.query("SET LOCAL session_replication_role = 'replica'");
  await client.query("SET LOCAL work_mem = '256MB'");
  await client.query("SET LOCAL maintenance_work_mem = '256MB'");
  await client.query(SOURCES);
  await client.query(PROMO);
  await client.query(PEOPLE, [1, Math.round(more * OF_THE_LARGEST)]);
  await client.query(PEOPLE, [2, Math.round(more * (1 - OF_THE_LARGEST))]);
  await client.query('ANALYZE end_users');
  await client.query(SUBSCRIPTIONS);
  await withoutIndexes(client, 'payments', async () => {
    await client.query(PAYMENTS);
    await client.query(WAITING_RECEIPTS);
  });
  for (const statement of [CHATS, TRACES, LEDGER, PROMO_USES, ...FEW]) await client.query(statement);
  await client.query('COMMIT');
  await client.query('VACUUM ANALYZE');
  const { rows } = await client.query<SalesMade>(
    'SELECT (SELECT count(*)::int FROM subscriptions) AS subscriptions, (SELECT count(*)::int FROM payments) AS payments',
  );
  if (!rows[0]) throw new Error('Postgres counted nothing');
  return rows[0];
}

/** Made once at the end, they cost a third of what each row would. */
async function withoutIndexes(client: pg.Client, table: string, fill: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; made: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS made FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = $1::regclass AND NOT i.indisunique`,
    [table],
  );
  for (const { name } of rows) await client.query(`DROP INDEX "${name}"`);
  await fill();
  for (const { made } of rows) await client.query(made);
}
