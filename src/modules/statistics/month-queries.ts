import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { lastMonths } from '../../shared/calendar.ts';
import { fromDecimalString } from '../../shared/money.ts';
import { isSale, monthlySumOf, monthlyValueOf } from './analytics/counting/sql.ts';
import { divide, MILLIONTHS } from './analytics/reports/rounding.ts';
import type { MonthMetrics } from './statistics.ts';

const CHART_MONTHS = 12;
const IS_SALE = Prisma.raw(isSale('p'));
const MONTHLY_VALUE = Prisma.raw(monthlyValueOf('p'));
const MONTHLY_SUM = Prisma.raw(monthlySumOf('value'));

/**
 * The last 12 months, the present one up to now, the oldest first. What begins is added and what ends is taken off in the
 * month where it does, so each row is read once. One round trip, whatever the number of bots.
 * @param bots the `id`s that count
 */
export async function readMonths(
  prisma: PrismaClient,
  bots: Prisma.Sql,
  now: Date,
  timeZone: string,
): Promise<MonthMetrics[]> {
  const months = lastMonths(now, CHART_MONTHS, timeZone);
  // Bucket 0 is everything before the first month, the one behind the last whatever is still to come.
  const bounds = [...months, new Date(now.getTime() + 1)];
  const rows = await prisma.$queryRaw<{ metric: string; bucket: number; value: string }[]>`
    WITH bots AS (${bots}),
         chats AS (SELECT id FROM channels WHERE user_bot_id IN (SELECT id FROM bots)),
         paid AS (
           SELECT p.extended_from AS begins, least(p.extended_to, s.ended_at) AS ends,
                  ${MONTHLY_VALUE} AS value
             FROM payments p
             JOIN plans ON plans.id = p.plan_id AND NOT plans.is_trial
             LEFT JOIN subscriptions s ON s.id = p.subscription_id
            WHERE p.user_bot_id IN (SELECT id FROM bots) AND ${IS_SALE} AND p.currency = 'UZS'
              AND p.extended_to IS NOT NULL)
    SELECT 'started' AS metric, width_bucket(s.started_at, ${bounds}::timestamptz[]) AS bucket, count(*)::text AS value
      FROM subscriptions s WHERE s.channel_id IN (SELECT id FROM chats) GROUP BY 2
    UNION ALL
    SELECT 'ended', width_bucket(s.ended_at, ${bounds}::timestamptz[]), count(*)::text
      FROM subscriptions s WHERE s.channel_id IN (SELECT id FROM chats) AND s.ended_at IS NOT NULL GROUP BY 2
    UNION ALL
    SELECT 'turnover', width_bucket(p.approved_at, ${bounds}::timestamptz[]), sum(p.amount)::text
      FROM payments p
     WHERE p.user_bot_id IN (SELECT id FROM bots) AND ${IS_SALE} AND p.approved_at >= ${months[0]}
       AND p.currency = 'UZS' GROUP BY 2
    UNION ALL
    SELECT 'begins', width_bucket(begins, ${bounds}::timestamptz[]), ${MONTHLY_SUM}
      FROM paid WHERE ends > begins GROUP BY 2
    UNION ALL
    SELECT 'ends', width_bucket(ends, ${bounds}::timestamptz[]), ${MONTHLY_SUM}
      FROM paid WHERE ends > begins GROUP BY 2`;
  const value = (metric: string, bucket: number) =>
    rows.find((row) => row.metric === metric && row.bucket === bucket)?.value ?? '0';
  const gained = (bucket: number) => Number(value('started', bucket)) - Number(value('ended', bucket));
  const gainedMonthly = (bucket: number) => BigInt(value('begins', bucket)) - BigInt(value('ends', bucket));
  let subscribers = gained(0);
  let monthly = gainedMonthly(0);
  return months.map((month, index) => {
    subscribers += gained(index + 1);
    monthly += gainedMonthly(index + 1);
    return {
      month,
      turnover: fromDecimalString(value('turnover', index + 1)),
      monthlyRevenue: divide(monthly, MILLIONTHS.UZS),
      subscribers,
    };
  });
}
