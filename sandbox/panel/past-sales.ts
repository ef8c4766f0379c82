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

/** Most take a month, some a year or for ever: where the shop has such plans, else the month. */
const CHOICES = `
CREATE TEMP TABLE choices AS
SELECT buyer.id AS person, number, plan.id AS plan, plan.duration_months AS months, plan.price,
       -- Whoever sends a receipt waits for its owner: mostly for minutes, at times until the morning.
       date_trunc('milliseconds', created_at + (10 + 900 * power(pg_temp.chance(number, 'answered'), 5)) * interval '1 minute') AS begins
  FROM end_users buyer
 CROSS JOIN LATERAL (SELECT (telegram_id - 6200000000)::int AS number) _
 CROSS JOIN LATERAL (
   SELECT * FROM plans
    WHERE channel_id = $2 AND is_active AND NOT is_custom AND (id = $3 OR duration_months = ${byChance("'taken'", ['12', 0.82], ['0', 0.92])})
    ORDER BY id = $3 LIMIT 1) plan
 WHERE user_bot_id = $1 AND telegram_id BETWEEN 6200000001 AND 6200000000 + ${PEOPLE} AND pg_temp.chance(number, 'buys') < 0.85`;

/**
 * One after another, each beginning where the one before ended, until a person has had enough of it or time is up. Some come
 * back after weeks: to a subscription of its own, `spell`.
 */
const PURCHASES = `
CREATE TEMP TABLE purchases AS
WITH RECURSIVE purchase AS (
  SELECT person, number, plan, months, price, 1 AS nth, 1 AS spell, begins, begins AS decided FROM choices
  UNION ALL
  SELECT person, number, plan, months, price, nth + 1, spell + CASE WHEN stays THEN 0 ELSE 1 END, next, CASE WHEN stays THEN next - interval '5 hours' ELSE next END
    FROM purchase
   CROSS JOIN LATERAL (SELECT ${after('begins', 'months')} AS ends, pg_temp.chance(number, 'stays' || nth) < 0.8 AS stays) _
   CROSS JOIN LATERAL (SELECT CASE WHEN stays THEN ends ELSE date_trunc('milliseconds', ends + (9 + 50 * pg_temp.chance(number, 'returns' || nth)) * interval '1 day') END AS next) __
   WHERE months > 0 AND next < $1 AND (stays OR pg_temp.chance(number, 'misses' || nth) < 0.15)
)
SELECT *, CASE WHEN months > 0 THEN ${after('begins', 'months')} END AS ends,
       ${byChance("'pays'", ["'payme'", 0.7], ["'click'", 0.9], ["'card'", 0])} AS method
  FROM purchase ORDER BY decided, person`;

const SUBSCRIPTIONS = `
INSERT INTO subscriptions (end_user_id, channel_id, started_at, expires_at, joined_at, link_used, delivered_at, is_inside, status, ended_at, kicked_at, notified_3day, notified_1day)
SELECT person, $1, begins, ends, begins, true, begins, NOT is_over, CASE WHEN is_over THEN 'expired' ELSE 'active' END,
       over_at, over_at, true, true
  FROM (SELECT person, spell, min(begins) AS begins, CASE WHEN bool_and(months > 0) THEN max(ends) END AS ends FROM purchases GROUP BY person, spell) one
 CROSS JOIN LATERAL (SELECT coalesce(ends <= $2, false) AS is_over, CASE WHEN ends <= $2 THEN ends END AS over_at) _
 ORDER BY begins`;

/** Money that a provider took needs no receipt and nobody's decision. */
const PAYMENTS = `
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, source_id, status,
                      created_at, receipt_at, approved_at, decided_at, reviewed_by, subscription_id, extended_from, extended_to)
SELECT person, $1, $2, plan, months, price, method, source_id, 'approved', sent - interval '4 minutes',
       CASE WHEN method = 'card' THEN sent END, decided, decided, CASE WHEN method = 'card' THEN $3::bigint END, subscription.id, begins, ends
  FROM purchases JOIN end_users buyer ON buyer.id = person
 CROSS JOIN LATERAL (SELECT decided - (1 + 800 * power(pg_temp.chance(number, 'waits' || nth), 6)) * interval '1 minute' AS sent) _
  JOIN LATERAL (SELECT id FROM subscriptions WHERE end_user_id = person AND channel_id = $2 AND started_at <= begins
                 ORDER BY started_at DESC LIMIT 1) subscription ON true
 ORDER BY decided, person`;

/** What came to nothing: chosen and left, or a receipt without money. */
const FAILED = `
INSERT INTO payments (end_user_id, user_bot_id, channel_id, plan_id, duration_months, amount, payment_method, source_id, status,
                      created_at, receipt_at, decided_at, reviewed_by, reject_reason)
SELECT buyer.id, $1, $2, plan.id, plan.duration_months, plan.price, 'card', source_id, CASE WHEN is_sent THEN 'rejected' ELSE 'cancelled' END,
       buyer.created_at + interval '3 minutes', CASE WHEN is_sent THEN buyer.created_at + interval '8 minutes' END,
       buyer.created_at + interval '40 minutes', CASE WHEN is_sent THEN $4::bigint END, CASE WHEN is_sent THEN 'notReceived' END
  FROM end_users buyer JOIN plans plan ON plan.id = $3
 CROSS JOIN LATERAL (SELECT (telegram_id - 6200000000)::int AS number) _
 CROSS JOIN LATERAL (SELECT pg_temp.chance(number, 'sends') < 0.4 AS is_sent) __
 WHERE user_bot_id = $1 AND telegram_id BETWEEN 6200000001 AND 6200000000 + ${PEOPLE}
   AND pg_temp.chance(number, 'buys') BETWEEN 0.85 AND 0.95`;

const LEDGER = `
INSERT INTO time_entries (user_bot_id, end_user_id, subscription_id, channel_id, source, source_id, months, added_from, added_to, created_at)
SELECT user_bot_id, end_user_id, subscription_id, channel_id, 'payment', id, duration_months, extended_from, extended_to, approved_at
  FROM payments WHERE user_bot_id = $1 AND status = 'approved' AND end_user_id IN (SELECT person FROM purchases) ORDER BY id`;

const LATEST = `
UPDATE subscriptions SET payment_id = (SELECT max(id) FROM payments WHERE subscription_id = subscriptions.id)
 WHERE end_user_id IN (SELECT person FROM purchases)`;

function after(moment: string, months: string): string {
  return `((${moment} AT TIME ZONE 'Asia/Tashkent' + ${months} * interval '1 month') AT TIME ZONE 'Asia/Tashkent')`;
}

/** The value whose threshold a person's number has reached, the highest first. @param question what the number is of */
function byChance(question: string, ...values: readonly (readonly [value: string, from: number])[]): string {
  const sorted = values.toSorted(([, one], [, other]) => other - one);
  const cases = sorted.map(
    ([value, from]) => `WHEN pg_temp.chance(number, ${question}) >= ${from} THEN ${value}`,
  );
  return `CASE ${cases.join(' ')} END`;
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
    await client.query(CHOICES, [botId, channelId, planId]);
    await client.query(PURCHASES, [until]);
    await client.query(SUBSCRIPTIONS, [channelId, until]);
    await client.query(PAYMENTS, [botId, channelId, ownerId]);
    await client.query(FAILED, [botId, channelId, planId, ownerId]);
    await client.query(LEDGER, [botId]);
    await client.query(LATEST);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
