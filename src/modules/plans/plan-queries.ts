import type { Plan as PlanRow } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import { CONNECTED } from '../channels/channel.ts';
import { DURATION_OF_PLAN, toDuration } from './duration.ts';
import { MAX_KEPT, MAX_ON_SALE } from './new-plan.ts';
import { firstChatFirst, type Plan } from './plan.ts';

const WITH_CHATS = { include: { chats: { select: { channelId: true } } } } as const;

type PlanWithChats = Omit<PlanRow, 'archivedAt'> & { chats: { channelId: number }[] };

function toPlan(row: PlanWithChats): Plan {
  const { id, channelId, name, starsPrice, starsRenew, isActive, isTrial, isCustom } = row;
  return {
    id,
    channelId,
    channelIds: firstChatFirst(row),
    duration: toDuration(row),
    name,
    price: fromDecimal(row.price),
    starsPrice,
    starsRenew,
    isActive,
    isTrial,
    isCustom,
  };
}

/** Every plan that the bot's connected chats have. One statement: the plans' page is one round trip. */
export async function findPlans(db: Db, { botId }: TenantScope): Promise<Plan[]> {
  const rows = await db.$queryRaw<(Omit<PlanWithChats, 'chats'> & { channelIds: number[] })[]>`
    SELECT p.id, p.channel_id AS "channelId", ${DURATION_OF_PLAN}, p.name, p.price, p.stars_price AS "starsPrice", p.stars_renew AS "starsRenew", p.is_active AS "isActive", p.is_trial AS "isTrial",
           p.is_custom AS "isCustom",
           ARRAY(SELECT x.channel_id FROM plan_chats x WHERE x.plan_id = p.id) AS "channelIds"
      FROM plans p JOIN channels c ON c.id = p.channel_id
     WHERE c.user_bot_id = ${botId} AND c.connected_at IS NOT NULL AND c.disconnected_at IS NULL
       AND p.archived_at IS NULL`;
  return rows.map(({ channelIds, ...row }) =>
    toPlan({ ...row, chats: channelIds.map((channelId) => ({ channelId })) }),
  );
}

/** @throws AppError `notFound` also for one that was removed, and for another bot's */
export async function getPlan(db: Db, { botId }: TenantScope, planId: number): Promise<Plan> {
  const row = await db.plan.findFirst({
    where: { id: planId, archivedAt: null, channel: { botId } },
    ...WITH_CHATS,
  });
  if (!row) throw new AppError('notFound');
  return toPlan(row);
}

/** @throws AppError `notFound` */
export async function getConnectedChat(
  db: Db,
  { botId }: TenantScope,
  channelId: number,
): Promise<{ title: string }> {
  const channel = await db.channel.findFirst({
    where: { id: channelId, botId, ...CONNECTED },
    select: { title: true },
  });
  if (!channel) throw new AppError('notFound');
  return channel;
}

/**
 * Whether one more plan may be put on sale in these chats. Who asks within a change has locked them.
 * @param about `planId` of the plan itself where it has a place already
 * @throws AppError `plan.tooMany`
 */
export async function requireRoom(
  { db }: Pick<Work, 'db'> | { db: Db },
  { channelIds, planId }: { channelIds: readonly number[]; planId?: number | undefined },
): Promise<void> {
  const others = await db.plan.findMany({
    where: {
      archivedAt: null,
      ...(planId === undefined ? {} : { id: { not: planId } }),
      chats: { some: { channelId: { in: [...channelIds] } } },
    },
    ...WITH_CHATS,
  });
  for (const channelId of channelIds) {
    const onSale = others.filter((plan) => plan.isActive && firstChatFirst(plan).includes(channelId));
    if (onSale.length >= MAX_ON_SALE) throw new AppError('plan.tooMany', { max: MAX_ON_SALE });
  }
  const kept = others.filter((plan) => plan.channelId === channelIds[0]);
  if (kept.length >= MAX_KEPT) throw new AppError('plan.tooManyKept', { max: MAX_KEPT });
}
