import type { Plan as PlanRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimal, parsePrice, toDecimalString } from '../../shared/money.ts';
import { CONNECTED } from '../channels/channel.ts';
import { byDuration, toDuration } from './duration.ts';
import { firstChatFirst, isPlanMonths, type Plan } from './plan.ts';

export function createPlanService(deps: { prisma: PrismaClient; transact: UnitOfWork; clock: Clock }) {
  const { prisma, transact, clock } = deps;

  /** A chat whose price may be set. @throws AppError `notFound` */
  async function requireChannel(
    scope: TenantScope,
    actor: Actor,
    about: { channelId: number; months: number },
  ): Promise<{ title: string }> {
    requireOwnerOf(scope, actor);
    return findChannel(prisma, scope, about);
  }

  /**
   * Sets or changes a price as the owner typed it, and puts the plan on sale. What was chosen or sold keeps its own price.
   * @throws AppError `price.malformed`, `price.outOfRange`, `notFound`
   */
  async function setPrice(
    scope: TenantScope,
    actor: Actor,
    { channelId, months, text }: { channelId: number; months: number; text: string },
  ): Promise<Plan> {
    return transact(async ({ db, audit, once }) => {
      await requireOwner(db, scope, actor);
      const price = parsePrice(text);
      if (typeof price === 'string') throw new AppError(`price.${price}`);
      await findChannel(db, scope, { channelId, months });
      const standard = { channelId, durationMonths: months, isCustom: false };
      if (await once(actor.act)) {
        const [row] = await db.$queryRaw<{ id: number }[]>`
          INSERT INTO plans (channel_id, duration_months, price)
          VALUES (${channelId}, ${months}, ${toDecimalString(price)}::numeric)
          ON CONFLICT (channel_id, duration_months) WHERE NOT is_custom
          DO UPDATE SET price = excluded.price, is_active = true, archived_at = NULL RETURNING id`;
        audit(actor, 'plan.price-set', { plan: row?.id ?? 0, bot: scope.botId });
      }
      return toPlan(await db.plan.findFirstOrThrow({ where: standard, ...WITH_CHATS }));
    });
  }

  /** @throws AppError `notFound` */
  async function switchPlan(
    scope: TenantScope,
    actor: Actor,
    { planId, isActive }: { planId: number; isActive: boolean },
  ): Promise<void> {
    await transact(async ({ db, audit, once }) => {
      await requireOwner(db, scope, actor);
      if (!(await once(actor.act))) return;
      const changed = await db.plan.updateMany({
        where: { id: planId, archivedAt: null, channel: { botId: scope.botId } },
        data: { isActive },
      });
      if (changed.count === 0) throw new AppError('notFound');
      audit(actor, isActive ? 'plan.on' : 'plan.off', { plan: planId, bot: scope.botId });
    });
  }

  /** Every plan of the bot's connected chats, on sale or not. */
  async function listPlans(scope: TenantScope, actor: Actor): Promise<Plan[]> {
    requireOwnerOf(scope, actor);
    const rows = await prisma.plan.findMany({
      where: { archivedAt: null, channel: { botId: scope.botId, ...CONNECTED } },
      ...WITH_CHATS,
    });
    const order = byDuration(clock.now());
    return rows.map(toPlan).sort((one, other) => order(one.duration, other.duration));
  }

  return { requireChannel, setPrice, switchPlan, listPlans };
}

/** @throws AppError `notFound` */
async function findChannel(
  db: Db,
  { botId }: TenantScope,
  { channelId, months }: { channelId: number; months: number },
): Promise<{ title: string }> {
  const channel = await db.channel.findFirst({
    where: { id: channelId, botId, ...CONNECTED },
    select: { title: true },
  });
  if (!channel || !isPlanMonths(months)) throw new AppError('notFound');
  return channel;
}

const WITH_CHATS = { include: { chats: { select: { channelId: true } } } } as const;

function toPlan(row: PlanRow & { chats: { channelId: number }[] }): Plan {
  const { id, channelId, name, isActive, isTrial, isCustom } = row;
  return {
    id,
    channelId,
    channelIds: firstChatFirst(row),
    duration: toDuration(row),
    name,
    price: fromDecimal(row.price),
    isActive,
    isTrial,
    isCustom,
  };
}
