import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import { byDuration, DURATION_OF_PLAN, type DurationColumns, toDuration } from '../plans/duration.ts';
import type { Plan } from '../plans/plan.ts';
import { starsAlone } from '../plans/stars-price.ts';
import { IS_TRIAL } from './grace.ts';

/** What a message about somebody’s end can offer them at once. */
export type ChatPlan = Pick<Plan, 'id' | 'channelIds' | 'duration' | 'name' | 'price' | 'isTrial'> & {
  /** Whole Stars, where nothing else is taken for it; null: something is. */
  starsPrice: number | null;
};

/** The plans of the chats that somebody tries. @returns null where the subscription is no trial */
export async function findPlansAfterTrial(
  db: Db,
  { subscriptionId, channelIds, now }: { subscriptionId: number; channelIds: number[]; now: Date },
): Promise<ChatPlan[] | null> {
  const [about] = await db.$queryRaw<{ isTrial: boolean }[]>`
    SELECT ${IS_TRIAL} AS "isTrial" FROM subscriptions d WHERE d.id = ${subscriptionId}`;
  return about?.isTrial ? listChatPlans(db, channelIds, now) : null;
}

/** The plans of these chats, the shortest first. What opens several chats, or lasts to a date, is in the shop alone. */
export async function listChatPlans(db: Db, channelIds: number[], now: Date): Promise<ChatPlan[]> {
  return listPlans(
    db,
    Prisma.sql`p.channel_id = ANY(${channelIds}::int[]) AND cardinality(p.channel_ids) = 1 AND p.ends_on IS NULL`,
    now,
  );
}

/** Everything that a bot has on sale but trials, the shortest first; `planId`: that one, where it is still on sale. */
export async function listPlansOfBot(
  db: Db,
  { botId, planId }: { botId: number; planId?: number },
  now: Date,
): Promise<ChatPlan[]> {
  const one = planId === undefined ? Prisma.empty : Prisma.sql`AND p.id = ${planId}`;
  return listPlans(db, Prisma.sql`p.user_bot_id = ${botId} ${one}`, now);
}

async function listPlans(db: Db, which: Prisma.Sql, now: Date): Promise<ChatPlan[]> {
  const rows = await db.$queryRaw<PlanRow[]>`
    SELECT p.id, p.channel_ids AS "channelIds", p.name, p.price, p.is_trial AS "isTrial",
           ${DURATION_OF_PLAN}, ${starsAlone(now)} AS "starsPrice"
      FROM plans_on_sale p
     WHERE ${which} AND p.sold_until > ${now} AND NOT p.is_trial`;
  const order = byDuration(now);
  return rows
    .map(({ durationMonths, durationDays, endsOn, price, ...plan }) => ({
      ...plan,
      price: fromDecimal(price),
      duration: toDuration({ durationMonths, durationDays, endsOn }),
    }))
    .sort((one, other) => order(one.duration, other.duration));
}

interface PlanRow extends Omit<ChatPlan, 'duration' | 'price'>, DurationColumns {
  price: Prisma.Decimal;
}
