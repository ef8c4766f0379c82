import {
  asDayOrMonth,
  asMonth,
  dayOf,
  dayOrMonth,
  monthlySumOf,
  monthOf,
  rowsOf,
  SOON,
  sumOf,
} from './sql.ts';

/** For as long sales are told by the day, and those by source. */
const DAYS = 400;
const SOURCE_DAYS = 182;

const EARLIER = 'ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING';
const BOUGHT_BEFORE = (window: string) =>
  `count(*) FILTER (WHERE NOT is_trial) OVER (${window} ${EARLIER}) > 0`;

/** What came before each, told by the moment of the approval, and whether another one followed soon after its time. */
const withPast = (sales: string): string => `
  SELECT *,
         CASE WHEN subscription_id IS NOT NULL
                   AND ${BOUGHT_BEFORE('PARTITION BY person, chat, subscription_id ORDER BY approved_at, id')} THEN 'renewal'
              WHEN ${BOUGHT_BEFORE('PARTITION BY person, chat ORDER BY approved_at, id')} THEN 'return'
              ELSE 'new' END AS kind,
         lead(begins) OVER (PARTITION BY person, chat ORDER BY begins, id) <= over + ${SOON} AS is_renewed
    FROM (${sales}) sold`;

/** Those whose time counts: none of it was given for nothing, and some of it was left. */
const COUNTS = `NOT is_trial AND begins IS NOT NULL AND (ends IS NULL OR ends > begins)`;

const SOLD = 'chat, plan, method, currency';

/**
 * What was sold, when its time begins and ends, and what came after it.
 * @param sales `id`, `person`, `chat`, `plan`, `method`, `currency`, `amount`, `source`, `approved_at`, `subscription_id`, `begins`,
 *   `over` and `ends` (of their time, and of what was left of it), `is_trial`, `value` (a month of it in millionths)
 */
export const countSold = (sales: string): string => `
WITH sale AS MATERIALIZED (${withPast(sales)}),
     sold_on AS MATERIALIZED (
       SELECT ${dayOf('approved_at')} AS day, source, ${SOLD}, kind, count(*) AS n, sum(amount) AS amount
         FROM sale GROUP BY 1, source, ${SOLD}, kind)
SELECT ${rowsOf(
  'sales',
  `SELECT ${asDayOrMonth('at', DAYS)} AS at, ${SOLD}, kind, n, sum
     FROM (SELECT ${dayOrMonth('day', DAYS)} AS at, ${SOLD}, kind, sum(n)::int AS n, ${sumOf('amount')} AS sum
             FROM sold_on GROUP BY 1, ${SOLD}, kind) g`,
)},
${rowsOf(
  'salesBySource',
  `SELECT ${asDayOrMonth('at', SOURCE_DAYS)} AS at, source, ${SOLD}, kind, n, sum
     FROM (SELECT ${dayOrMonth('day', SOURCE_DAYS)} AS at, source, ${SOLD}, kind, sum(n)::int AS n, ${sumOf('amount')} AS sum
             FROM sold_on GROUP BY 1, source, ${SOLD}, kind) g`,
)},
${rowsOf(
  'periods',
  `SELECT ${asMonth('"from"')} AS "from", ${asMonth('"to"')} AS "to", ${SOLD}, "isLifetime", n, value
     FROM (SELECT ${monthOf('begins')} AS "from", ${monthOf('ends')} AS "to", ${SOLD}, over IS NULL AS "isLifetime",
                  count(*)::int AS n, ${monthlySumOf('value')} AS value
             FROM sale WHERE ${COUNTS} GROUP BY 1, 2, ${SOLD}, 7) g`,
)},
${rowsOf(
  'running',
  `SELECT ${SOLD}, over IS NULL AS "isLifetime", count(*)::int AS n, ${monthlySumOf('value')} AS value
     FROM sale WHERE ${COUNTS} AND begins <= $2::timestamptz AND (ends IS NULL OR ends > $2::timestamptz)
    GROUP BY ${SOLD}, 5`,
)},
${rowsOf(
  'due',
  `SELECT ${asDayOrMonth('at', DAYS)} AS at, ${SOLD}, due, renewed
     FROM (SELECT ${dayOrMonth(dayOf('over'), DAYS)} AS at, ${SOLD}, count(*)::int AS due,
                  (count(*) FILTER (WHERE is_renewed))::int AS renewed
             FROM sale WHERE over <= $2::timestamptz AND begins IS NOT NULL GROUP BY 1, ${SOLD}) g`,
)}`;
