import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { parsePrice, toDecimalString } from '../../shared/money.ts';
import { lockChats } from '../channels/chat-connection.ts';
import { byDuration, offeredUntil } from './duration.ts';
import { isPlanMonths, type Plan } from './plan.ts';
import { findPlans, getConnectedChat, getPlan, requireRoom } from './plan-queries.ts';

export function createPlanService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
}) {
  const { prisma, transact, clock, timeZone } = deps;

  /** A chat whose price may be set. @throws AppError `notFound` */
  async function requireChannel(
    scope: TenantScope,
    actor: Actor,
    { channelId, months }: { channelId: number; months: number },
  ): Promise<{ title: string }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    if (!isPlanMonths(months)) throw new AppError('notFound');
    return getConnectedChat(prisma, scope, channelId);
  }

  /**
   * Sets or changes the price of a standard plan as the owner typed it, and puts the plan on sale. What was chosen or sold
   * keeps its own price.
   * @throws AppError `price.malformed`, `price.outOfRange`, `plan.tooMany`, `plan.tooManyKept`, `notFound`
   */
  async function setPrice(
    scope: TenantScope,
    actor: Actor,
    { channelId, months, text }: { channelId: number; months: number; text: string },
  ): Promise<void> {
    await transact(async (work) => {
      const { db, audit, once } = work;
      await requireMay(db, scope, actor, 'shop');
      const price = parsePrice(text);
      if (typeof price === 'string') throw new AppError(`price.${price}`);
      await lockChats(work, scope);
      if (!isPlanMonths(months)) throw new AppError('notFound');
      await getConnectedChat(db, scope, channelId);
      if (!(await once(actor.act))) return;
      const known = await db.plan.findFirst({
        where: { channelId, durationMonths: months, isCustom: false },
      });
      await requireRoom(work, { channelIds: [channelId], planId: known?.id });
      const [row] = await db.$queryRaw<{ id: number }[]>`
        INSERT INTO plans (channel_id, duration_months, price)
        VALUES (${channelId}, ${months}, ${toDecimalString(price)}::numeric)
        ON CONFLICT (channel_id, duration_months) WHERE NOT is_custom
        DO UPDATE SET price = excluded.price, is_active = true, archived_at = NULL RETURNING id`;
      audit(actor, 'plan.price-set', { plan: row?.id ?? 0, bot: scope.botId });
    });
  }

  /** @throws AppError `notFound`; where it goes on sale `plan.tooMany`, `plan.dateIsOver` */
  async function switchPlan(
    scope: TenantScope,
    actor: Actor,
    { planId, isActive }: { planId: number; isActive: boolean },
  ): Promise<void> {
    await transact(async (work) => {
      const { db, now, audit, once } = work;
      await requireMay(db, scope, actor, 'shop');
      if (!(await once(actor.act))) return;
      await lockChats(work, scope);
      const { channelIds, duration } = await getPlan(db, scope, planId);
      if (isActive) {
        const isOver = duration.kind === 'until' && duration.endsOn < offeredUntil(now, timeZone);
        if (isOver) throw new AppError('plan.dateIsOver');
        await requireRoom(work, { channelIds, planId });
      }
      await db.plan.update({ where: { id: planId }, data: { isActive } });
      audit(actor, isActive ? 'plan.on' : 'plan.off', { plan: planId, bot: scope.botId });
    });
  }

  /** Every plan of the bot's connected chats, on sale or not. */
  async function listPlans(scope: TenantScope, actor: Actor): Promise<Plan[]> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const plans = await findPlans(prisma, scope);
    const order = byDuration(clock.now());
    return plans.sort((one, other) => order(one.duration, other.duration));
  }

  return { requireChannel, setPrice, switchPlan, listPlans };
}
