import type { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import { byDuration, type DurationColumns, toDuration } from '../plans/duration.ts';
import type { Plan } from '../plans/plan.ts';
import { IS_TRIAL } from './grace.ts';

/** What whoever has tried a chat may buy there. */
export type PlanAfterTrial = Pick<Plan, 'id' | 'channelIds' | 'duration' | 'name' | 'price' | 'isTrial'>;

/** The plans of the chats that somebody tries. @returns null where the subscription is no trial */
export async function findPlansAfterTrial(
  db: Db,
  { subscriptionId, channelIds, now }: { subscriptionId: number; channelIds: number[]; now: Date },
): Promise<PlanAfterTrial[] | null> {
  const [about] = await db.$queryRaw<{ isTrial: boolean }[]>`
    SELECT ${IS_TRIAL} AS "isTrial" FROM subscriptions d WHERE d.id = ${subscriptionId}`;
  return about?.isTrial ? listPlansOfChats(db, channelIds, now) : null;
}

/** The plans of these chats, the shortest first. What opens several chats, or lasts to a date, is in the shop alone. */
export async function listPlansOfChats(db: Db, channelIds: number[], now: Date): Promise<PlanAfterTrial[]> {
  const rows = await db.$queryRaw<PlanRow[]>`
    SELECT p.id, p.channel_ids AS "channelIds", p.name, p.price, p.is_trial AS "isTrial",
           p.duration_months AS "durationMonths", p.duration_days AS "durationDays", p.ends_on AS "endsOn"
      FROM plans_on_sale p
     WHERE p.channel_id = ANY(${channelIds}::int[]) AND cardinality(p.channel_ids) = 1
       AND NOT p.is_trial AND p.ends_on IS NULL`;
  const order = byDuration(now);
  return rows
    .map(({ durationMonths, durationDays, endsOn, price, ...plan }) => ({
      ...plan,
      price: fromDecimal(price),
      duration: toDuration({ durationMonths, durationDays, endsOn }),
    }))
    .sort((one, other) => order(one.duration, other.duration));
}

interface PlanRow extends Omit<PlanAfterTrial, 'duration' | 'price'>, DurationColumns {
  price: Prisma.Decimal;
}
