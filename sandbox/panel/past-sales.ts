import pg from 'pg';

/** How many people, over how many days, have bought before the story of the demo begins. */
const PEOPLE = 300;
const DAYS = 425;

/** Numbers from 0 to 1 that are the same every time: of a person, and of what is asked about them. */
const CHANCE = `
CREATE FUNCTION pg_temp.chance(person int, question text) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
  SELECT ('x' || substr(md5(person || ':' || question), 1, 8))::bit(32)::bigint / 4294967296.0
$$`;

const SOURCES = `
INSERT INTO sources (user_bot_id, slug, name, cost, created_at)
SELECT $1, slug, name, cost, $2::timestamptz - interval '${DAYS} days'
  FROM (VALUES ('insta', 'Instagram', 1500000), ('kun', 'Kun.uz', 2400000), ('friends', 'Kanal', NULL)) AS one(slug, name, cost)`;

/** More of them lately than at the beginning. */
const NEWCOMERS = `
INSERT INTO end_users (telegram_id, user_bot_id, full_name, username, language, language_chosen_at, source_id, created_at)
SELECT 6200000000 + n, $1, (ARRAY['Dilnoza', 'Jasur', 'Мария', 'Sardor', 'Kamola', 'Тимур', 'Nilufar', 'Otabek'])[1 + n % 8] || ' ' || n,
       CASE WHEN n % 3 > 0 THEN 'person_' || n END, (ARRAY['uz', 'uz', 'ru', 'en'])[1 + n % 4], came, source, came
  FROM generate_series(1, ${PEOPLE}) n
 CROSS JOIN LATERAL (SELECT $2::timestamptz - ${DAYS} * (1 - power(pg_temp.chance(n, 'came'), 0.75)) * interval '1 day' AS came) _
  LEFT JOIN LATERAL (
    SELECT id AS source FROM sources
     WHERE user_bot_id = $1 AND slug = (ARRAY['insta', 'kun', 'friends'])[1 + (4 * pg_temp.chance(n, 'source'))::int]) __ ON true`;

const VISITS = `
INSERT INTO source_visits (source_id, end_user_id, first_at, last_at, visits, is_new)
SELECT source_id, id, created_at, created_at, 1, true FROM end_users WHERE user_bot_id = $1 AND source_id IS NOT NULL
ON CONFLICT DO NOTHING`;

/** Month after month, each beginning where the one before ended, until a person has had enough of it or time is up. */
const PURCHASES = `
CREATE TEMP TABLE purchases AS
WITH RECURSIVE purchase AS (
  SELECT buyer.id AS person, number, 1 AS nth, created_at + interval '20 minutes' AS begins
    FROM end_users buyer CROSS JOIN LATERAL (SELECT (telegram_id - 6200000000)::int AS number) _
   WHERE user_bot_id = $1 AND telegram_id BETWEEN 6200000001 AND 6200000000 + ${PEOPLE} AND pg_temp.chance(number, 'buys') < 0.85
  UNION ALL
  SELECT person, number, nth + 1, ends FROM purchase CROSS JOIN LATERAL (SELECT ${monthAfter('begins')} AS ends) _
   WHERE ends < $2 AND pg_temp.chance(number, 'stays' || nth) < 0.8
)
SELECT *, ${monthAfter('begins')} AS ends,
       CASE WHEN nth = 1 THEN begins ELSE begins - interval '5 hours' END AS decided
  FROM purchase ORDER BY decided, person`;

const SUBSCRIPTIONS = `
INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, joined_at, link_used, delivered_at, is_inside, status, kicked_at, notified_3day, notified_1day)
SELECT person, $1, min(begins), max(ends), min(begins), true, min(begins), max(ends) > $2,
       CASE WHEN max(ends) > $2 THEN 'active' ELSE 'expired' END, CASE WHEN max(ends) <= $2 THEN max(ends) END, true, true
  FROM purchases GROUP BY person ORDER BY min(begins)`;

const PAYMENTS = `
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, source_id, status,
                      created_at, receipt_at, approved_at, decided_at, reviewed_by, subscription_id, extended_from, extended_to)
SELECT person, $1, $2, $3, 1, 50000, 'card', source_id, 'approved', decided - interval '20 minutes', decided - interval '15 minutes',
       decided, decided, $4, subscription.id, begins, ends
  FROM purchases JOIN end_users buyer ON buyer.id = person
  JOIN subscriptions subscription ON subscription.end_user_id = person AND subscription.channel_id = $2`;

const LEDGER = `
INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months, added_from, added_to, created_at)
SELECT user_bot_id, end_user_id, subscription_id, channel_id, 'payment', id, 1, extended_from, extended_to, approved_at
  FROM payments WHERE user_bot_id = $1 AND end_user_id IN (SELECT person FROM purchases) ORDER BY id`;

const LATEST = `
UPDATE subscriptions SET payment_id = (SELECT max(id) FROM payments WHERE subscription_id = subscriptions.id)
 WHERE end_user_id IN (SELECT person FROM purchases)`;

function monthAfter(moment: string): string {
  return `((${moment} AT TIME ZONE 'Asia/Tashkent' + interval '1 month') AT TIME ZONE 'Asia/Tashkent')`;
}

/** Whose sales they are. */
export interface Till {
  botId: number;
  channelId: number;
  planId: number;
  /** Telegram id of whoever decided. */
  ownerId: number;
}

/** Writes what 300 people bought in 14 months before `until`: always the same, and as the ledger would have it. */
export async function addPastSales(databaseUrl: string, till: Till, until: Date): Promise<void> {
  const { botId, channelId, planId, ownerId } = till;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(CHANCE);
    await client.query(SOURCES, [botId, until]);
    await client.query(NEWCOMERS, [botId, until]);
    await client.query(VISITS, [botId]);
    await client.query(PURCHASES, [botId, until]);
    await client.query(SUBSCRIPTIONS, [channelId, until]);
    await client.query(PAYMENTS, [botId, channelId, planId, ownerId]);
    await client.query(LEDGER, [botId]);
    await client.query(LATEST);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
