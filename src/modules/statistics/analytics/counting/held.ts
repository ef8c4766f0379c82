import { asDay, asMonth, dayOf, midnight, monthOf, rowsOf, SOON, sumOf } from './sql.ts';

/** For so many days what ends is told, the present one among them. */
const UPCOMING_DAYS = 92;

/** What there is to count from. */
export interface HeldRows {
  /** `id`, `person`, `chat`, `started_at`, `ended_at`, `expires_at`. */
  subscriptions: string;
  /** What was paid for each: `subscription_id`, `id`, `approved_at`, `chat`, `plan`, `method`, `currency`, `amount`. */
  paid: string;
  /** `person`, `chat`, `plan`, `method`, `currency`, `amount`. */
  sales: string;
}

/** Each subscription with the first one of its holder in that chat that was paid for, and the one after it. */
const withPast = (subscriptions: string): string => `
  SELECT s.*, paid.subscription_id IS NOT NULL AS is_paid,
         lead(s.started_at) OVER theirs AS next,
         min(s.started_at) FILTER (WHERE paid.subscription_id IS NOT NULL) OVER (PARTITION BY s.person, s.chat) AS first
    FROM (${subscriptions}) s
    LEFT JOIN (SELECT DISTINCT subscription_id FROM paid) paid ON paid.subscription_id = s.id
  WINDOW theirs AS (PARTITION BY s.person, s.chat ORDER BY s.started_at, s.id)`;

/** The smallest number of calendar months after the first start that leads to an instant or beyond it. */
const monthsUpTo = (instant: string): string => `
  (SELECT greatest(0, k + CASE WHEN ((first AT TIME ZONE $3::text) + make_interval(months => k)) AT TIME ZONE $3::text < ${instant}
                               THEN 1 ELSE 0 END)
     FROM (SELECT (12 * (extract(year FROM local) - extract(year FROM begun))
                   + extract(month FROM local) - extract(month FROM begun))::int AS k
             FROM (SELECT ${instant} AT TIME ZONE $3::text AS local, first AT TIME ZONE $3::text AS begun) _) __)`;

/** From the 28th on, as months that lack a day bring those of the others in another order. */
const FIRST_DAY = 'greatest(27, extract(day FROM first AT TIME ZONE $3::text))';

/** Whose subscriptions ran from when until when. */
export const countHeld = ({ subscriptions, paid, sales }: HeldRows): string => `
WITH paid AS NOT MATERIALIZED (${paid}),
     held AS MATERIALIZED (${withPast(subscriptions)}),
     firsts AS MATERIALIZED (SELECT DISTINCT person, chat, first FROM held WHERE first IS NOT NULL)
SELECT ${rowsOf(
  'starts',
  `SELECT ${asMonth('month')} AS month, chat, n
     FROM (SELECT ${monthOf('started_at')} AS month, chat, count(*)::int AS n FROM held GROUP BY 1, 2) g`,
)},
${rowsOf(
  'ends',
  `SELECT ${asMonth('month')} AS month, chat, "isLost", n
     FROM (SELECT ${monthOf('ended_at')} AS month, chat,
                  is_paid AND expires_at IS NOT NULL AND (next IS NULL OR next > ended_at + ${SOON}) AS "isLost",
                  count(*)::int AS n
             FROM held WHERE ended_at IS NOT NULL GROUP BY 1, 2, 3) g`,
)},
${rowsOf(
  'live',
  `SELECT chat, count(*)::int AS n FROM held
    WHERE started_at <= $2::timestamptz AND (ended_at IS NULL OR ended_at > $2::timestamptz) GROUP BY chat`,
)},
${rowsOf(
  'cohorts',
  `SELECT ${asMonth('month')} AS month, chat, size, "lastStart"
     FROM (SELECT ${monthOf('first')} AS month, chat, count(*)::int AS size, max(first) AS "lastStart"
             FROM firsts GROUP BY 1, 2, ${FIRST_DAY}) g`,
)},
${rowsOf(
  'cohortSales',
  `SELECT ${asMonth('month')} AS month, chat, plan, method, currency, sum
     FROM (SELECT ${monthOf('f.first')} AS month, f.chat, p.plan, p.method, p.currency, ${sumOf('p.amount')} AS sum
             FROM (${sales}) p JOIN firsts f ON f.person = p.person AND f.chat = p.chat GROUP BY 1, 2, 3, 4, 5) g`,
)},
${rowsOf(
  'spells',
  `SELECT ${asMonth('month')} AS month, chat, a, z, n
     FROM (SELECT ${monthOf('first')} AS month, chat, ${monthsUpTo('started_at')} AS a,
                  CASE WHEN ended_at IS NOT NULL THEN ${monthsUpTo('ended_at')} END AS z, count(*)::int AS n
             FROM held WHERE started_at >= first GROUP BY 1, 2, 3, 4) g
    WHERE z IS NULL OR a < z`,
)},
${rowsOf(
  'upcoming',
  `SELECT ${asDay('day')} AS day, chat, plan, method, currency, n, sum
     FROM (SELECT ${dayOf('expires_at')} AS day, chat, plan, method, currency, count(*)::int AS n,
                  ${sumOf('CASE WHEN chat = paid_chat THEN amount ELSE 0 END')} AS sum
             FROM (SELECT DISTINCT ON (held.id) held.chat, held.expires_at, paid.chat AS paid_chat, paid.plan, paid.method, paid.currency,
                          paid.amount
                     FROM held JOIN paid ON paid.subscription_id = held.id
                    WHERE held.started_at <= $2::timestamptz AND (held.ended_at IS NULL OR held.ended_at > $2::timestamptz)
                      AND held.expires_at >= ${midnight(0)} AND held.expires_at < ${midnight(UPCOMING_DAYS)}
                    ORDER BY held.id, paid.approved_at DESC, paid.id DESC) ending
            GROUP BY 1, 2, 3, 4, 5) g`,
)}`;
