import { SPEED_BUCKETS } from '../facts.ts';
import { asDay, asMonth, dayOf, midnight, monthOf, rowsOf } from './sql.ts';

/** What somebody did by one source, or by none. A receipt is sent, or money is taken by a provider. */
const BOUGHT = `
  SELECT p.end_user_id AS person, p.source_id AS source, min(p.created_at) AS chose_at,
         bool_or(p.receipt_at IS NOT NULL OR p.approved_at IS NOT NULL) AS has_sent,
         bool_or(p.status = 'approved') AS has_bought
    FROM payments p WHERE p.user_bot_id = $1::int AND NOT p.is_test GROUP BY 1, 2`;

const HELD = `
  SELECT s.end_user_id AS person, bool_or(s.joined_at IS NOT NULL) AS has_joined,
         bool_or(s.started_at <= $2::timestamptz AND (s.ended_at IS NULL OR s.ended_at > $2::timestamptz)) AS is_live
    FROM subscriptions s
   WHERE s.channel_id IN (SELECT id FROM channels WHERE user_bot_id = $1::int) GROUP BY 1`;

/** How many steps somebody went beyond the first /start; whoever did a later one did those before it. */
const STEPS = `
  CASE WHEN held.has_joined THEN 4 WHEN own.has_bought THEN 3 WHEN own.has_sent THEN 2 WHEN own.person IS NOT NULL THEN 1 ELSE 0 END`;

/** Everybody who ever wrote to the bot, and whether they run it: its owner and managers are none of those who came. */
const PEOPLE = `
  SELECT e.id AS person, e.created_at, e.source_id AS source,
         e.telegram_id = o.telegram_id OR EXISTS (
           SELECT FROM bot_managers m
            WHERE m.user_bot_id = e.user_bot_id AND m.telegram_id = e.telegram_id AND m.status = 'active') AS is_team,
         ${STEPS} AS steps, coalesce(held.is_live, false) AS is_live
    FROM end_users e
    JOIN user_bots b ON b.id = e.user_bot_id JOIN user_admins o ON o.id = b.user_admin_id
    LEFT JOIN (SELECT person, bool_or(has_sent) AS has_sent, bool_or(has_bought) AS has_bought FROM bought GROUP BY 1) own
           ON own.person = e.id
    LEFT JOIN (${HELD}) held ON held.person = e.id
   WHERE e.user_bot_id = $1::int`;

/** Who came by which source, and when first: whose visits are forgotten came when they first chose by it. */
const ARRIVALS = `
  SELECT coalesce(v.source_id, c.source) AS source, coalesce(v.end_user_id, c.person) AS person,
         coalesce(v.first_at, c.chose_at) AS at
    FROM (SELECT source_id, end_user_id, first_at FROM source_visits
           WHERE source_id IN (SELECT id FROM sources WHERE user_bot_id = $1::int)) v
    FULL JOIN (SELECT * FROM bought WHERE source IS NOT NULL) c ON c.source = v.source_id AND c.person = v.end_user_id
  UNION ALL
  SELECT NULL::int, person, created_at FROM person WHERE source IS NULL AND NOT is_team`;

/** How far people came, and what brought them. */
export const COUNT_PEOPLE = `
WITH bought AS MATERIALIZED (${BOUGHT}),
     person AS MATERIALIZED (${PEOPLE})
SELECT ${rowsOf(
  'people',
  `SELECT ${asDay('day')} AS day, source, started, chose, paid, approved, joined
     FROM (SELECT ${dayOf('created_at')} AS day, source, count(*)::int AS started,
                  (count(*) FILTER (WHERE steps >= 1))::int AS chose, (count(*) FILTER (WHERE steps >= 2))::int AS paid,
                  (count(*) FILTER (WHERE steps >= 3))::int AS approved, (count(*) FILTER (WHERE steps >= 4))::int AS joined
             FROM person WHERE NOT is_team GROUP BY 1, 2) g`,
)},
${rowsOf(
  'sourcePeople',
  `SELECT ${asMonth('month')} AS month, source, people, newcomers, chose, sent, buyers, live
     FROM (SELECT ${monthOf('a.at')} AS month, a.source, count(*)::int AS people,
                  (count(*) FILTER (WHERE p.source IS NOT DISTINCT FROM a.source))::int AS newcomers,
                  count(b.person)::int AS chose, (count(*) FILTER (WHERE b.has_sent))::int AS sent,
                  (count(*) FILTER (WHERE b.has_bought))::int AS buyers,
                  (count(*) FILTER (WHERE b.has_bought AND p.is_live))::int AS live
             FROM (${ARRIVALS}) a JOIN person p ON p.person = a.person
             LEFT JOIN bought b ON b.person = a.person AND b.source IS NOT DISTINCT FROM a.source
            GROUP BY 1, 2) g`,
)}`;

/** For so many days receipts are told. */
const SPEED_DAYS = 400;

/** How long receipts waited that were decided, as the decision stands now. */
export const COUNT_DECISIONS = `
SELECT ${rowsOf(
  'speed',
  `SELECT ${asDay('day')} AS day, decision, bucket, n
     FROM (SELECT ${dayOf('at')} AS day, status AS decision,
                  width_bucket(extract(epoch FROM at - receipt_at), ARRAY[${SPEED_BUCKETS.join(', ')}]::numeric[]) AS bucket,
                  count(*)::int AS n
             FROM (SELECT p.status, p.receipt_at, CASE p.status WHEN 'approved' THEN p.approved_at ELSE p.decided_at END AS at
                     FROM payments p
                    WHERE p.user_bot_id = $1::int AND NOT p.is_test AND p.status IN ('approved', 'rejected')
                      AND p.receipt_at IS NOT NULL AND p.decided_at IS NOT NULL
                      AND p.decided_at >= ${midnight(-SPEED_DAYS)}) decided
            GROUP BY 1, 2, 3) g`,
)}`;
