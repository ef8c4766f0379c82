import { countHeld } from './held.ts';
import { countSold } from './sold.ts';
import { asMonth, isSale, methodOf, monthOf, rowsOf, sumOf } from './sql.ts';

const LATELY = `$2::timestamptz - interval '720 hours'`;
const MOST_BOTS = 20;

/** What is sold through the platform. */
export const COUNT_PLATFORM = `
SELECT ${rowsOf(
  'sales',
  `SELECT ${asMonth('month')} AS month, method, currency, n, sum
     FROM (SELECT ${monthOf('p.approved_at')} AS month, ${methodOf('p')} AS method, p.currency, count(*)::int AS n,
                  ${sumOf('p.amount')} AS sum
             FROM payments p WHERE ${isSale('p')} AND p.approved_at IS NOT NULL GROUP BY 1, 2, 3) g`,
)},
${rowsOf(
  'owners',
  `SELECT ${asMonth('month')} AS month, n
     FROM (SELECT ${monthOf('created_at')} AS month, count(*)::int AS n FROM user_admins GROUP BY 1) g`,
)},
${rowsOf(
  'bots',
  `SELECT p.user_bot_id AS "botId", count(*)::int AS n, ${sumOf('p.amount')} AS sum
     FROM payments p WHERE ${isSale('p')} AND p.approved_at >= ${LATELY} AND p.currency = 'UZS'
    GROUP BY p.user_bot_id, p.currency ORDER BY sum(p.amount) DESC, p.user_bot_id LIMIT ${MOST_BOTS}`,
)},
(SELECT count(*)::int FROM subscriptions WHERE status = 'active') AS live,
(SELECT count(DISTINCT p.user_bot_id)::int FROM payments p WHERE ${isSale('p')} AND p.approved_at >= ${LATELY}) AS "sellingBots",
(SELECT count(*)::int FROM user_admins WHERE created_at >= ${LATELY}) AS "newOwners"
WHERE $1::int IS NOT NULL`;

/** Of the tariff that they added to, as far as it is known. */
const TARIFFS = `
  SELECT t.id, t.user_admin_id AS person, 0 AS chat, t.duration_months AS plan, 'card' AS method, 'UZS' AS currency, t.amount,
         NULL::int AS source, t.approved_at, a.id AS subscription_id, t.begins, t.over, least(t.over, a.ended_at) AS ends,
         false AS is_trial, t.amount * 1000000 / nullif(t.duration_months, 0) AS value
    FROM (SELECT *, ((begins AT TIME ZONE $3::text) + make_interval(months => duration_months)) AT TIME ZONE $3::text AS over
            FROM (SELECT *, coalesce(extended_from, approved_at) AS begins FROM tariff_payments
                   WHERE $1::int IS NOT NULL AND status = 'approved' AND purpose = 'tariff' AND approved_at IS NOT NULL) paid) t
    LEFT JOIN LATERAL (
      SELECT id, CASE WHEN status <> 'active' THEN least(expires_at, $2::timestamptz) END AS ended_at
        FROM admin_subscriptions
       WHERE user_admin_id = t.user_admin_id AND started_at <= t.approved_at ORDER BY started_at DESC, id DESC LIMIT 1) a ON true`;

export const COUNT_TARIFFS_SOLD = countSold(TARIFFS);

export const COUNT_TARIFFS_HELD = countHeld({
  subscriptions: `
    SELECT id, user_admin_id AS person, 0 AS chat, started_at,
           CASE WHEN status <> 'active' THEN greatest(started_at, least(expires_at, $2::timestamptz)) END AS ended_at, expires_at
      FROM admin_subscriptions`,
  paid: `
    SELECT subscription_id, id, approved_at, chat, plan, method, currency, amount FROM (${TARIFFS}) t WHERE subscription_id IS NOT NULL`,
  sales: TARIFFS,
});
