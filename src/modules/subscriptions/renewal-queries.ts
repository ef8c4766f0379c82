import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import { DURATION_OF_PLAN, type DurationColumns, toDuration } from '../plans/duration.ts';
import { starsAlone } from '../plans/stars-price.ts';
import type { Renewal } from './subscription.ts';

interface RenewalRow extends DurationColumns {
  subscriptionId: number;
  planId: number;
  price: Prisma.Decimal;
  starsPrice: number | null;
}

/** By subscription; none for whoever bought nothing yet, and where the plan last bought is not on sale. */
export async function findRenewals(
  db: Db,
  { botId }: Pick<TenantScope, 'botId'>,
  subscriptionIds: readonly number[],
  now: Date,
): Promise<ReadonlyMap<number, Renewal>> {
  const rows = await db.$queryRaw<RenewalRow[]>`
    SELECT s.id AS "subscriptionId", p.id AS "planId", ${DURATION_OF_PLAN}, p.price,
           ${starsAlone(now)} AS "starsPrice"
      FROM subscriptions s
     CROSS JOIN LATERAL (
        SELECT b.plan_id FROM payment_chats pc JOIN payments b ON b.id = pc.payment_id
         WHERE pc.end_user_id = s.end_user_id AND pc.channel_id = s.channel_id AND b.status = 'approved' AND NOT b.is_test
         ORDER BY b.approved_at DESC, b.id DESC LIMIT 1) bought
      JOIN plans_on_sale p ON p.id = bought.plan_id AND p.user_bot_id = ${botId} AND NOT p.is_trial AND p.ends_on IS NULL
     WHERE s.id = ANY(${subscriptionIds}::int[])`;
  return new Map(
    rows.map(({ subscriptionId, planId, price, starsPrice, ...columns }) => [
      subscriptionId,
      { planId, duration: toDuration(columns), price: fromDecimal(price), starsPrice },
    ]),
  );
}
