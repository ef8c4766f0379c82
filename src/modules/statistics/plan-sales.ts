import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { fromDecimal } from '../../shared/money.ts';
import { isSale } from './analytics/counting/sql.ts';

const IS_SALE = Prisma.raw(isSale('p'));

/** How a plan sells. */
export interface PlanSales {
  /** People who have access now by what they bought of it last. */
  holders: number;
  /** Tiyin, of payments in soʻm approved since. */
  earned: bigint;
}

/** Of each plan of a bot that has either, by its id; one statement, whatever their number. */
export async function readPlanSales(
  prisma: PrismaClient,
  botId: number,
  since: Date,
): Promise<Map<number, PlanSales>> {
  const rows = await prisma.$queryRaw<{ planId: number; holders: number; earned: Prisma.Decimal }[]>`
    SELECT plan_id AS "planId", sum(holders)::int AS holders, sum(earned) AS earned
      FROM (SELECT p.plan_id, count(DISTINCT s.end_user_id) AS holders, 0::numeric AS earned
              FROM channels c
              JOIN subscriptions s ON s.channel_id = c.id AND s.status = 'active'
              JOIN payments p ON p.id = s.payment_id
             WHERE c.user_bot_id = ${botId} GROUP BY 1
            UNION ALL
            SELECT p.plan_id, 0, sum(p.amount)
              FROM payments p
             WHERE p.user_bot_id = ${botId} AND ${IS_SALE} AND p.approved_at >= ${since}
               AND p.currency = 'UZS' GROUP BY 1) sales
     GROUP BY 1`;
  return new Map(
    rows.map(({ planId, holders, earned }) => [planId, { holders, earned: fromDecimal(earned) }]),
  );
}
