import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import type { Renewal } from './subscription.ts';

interface RenewalRow {
  subscriptionId: number;
  planId: number;
  durationMonths: number;
  price: Prisma.Decimal;
}

/** By subscription; none for whoever bought nothing yet, and where the plan last bought is not on sale. */
export async function findRenewals(
  db: Db,
  { botId }: Pick<TenantScope, 'botId'>,
  subscriptionIds: readonly number[],
): Promise<ReadonlyMap<number, Renewal>> {
  const rows = await db.$queryRaw<RenewalRow[]>`
    SELECT s.id AS "subscriptionId", p.id AS "planId", p.duration_months AS "durationMonths", p.price
      FROM subscriptions s
     CROSS JOIN LATERAL (
        SELECT plan_id FROM payments
         WHERE end_user_id = s.end_user_id AND channel_id = s.channel_id AND status = 'approved'
         ORDER BY approved_at DESC, id DESC LIMIT 1) bought
      JOIN plans_on_sale p ON p.id = bought.plan_id AND p.user_bot_id = ${botId}
     WHERE s.id = ANY(${subscriptionIds}::int[])`;
  return new Map(
    rows.map(({ subscriptionId, planId, durationMonths, price }) => [
      subscriptionId,
      { planId, durationMonths, price: fromDecimal(price) },
    ]),
  );
}
