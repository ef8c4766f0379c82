import type { Plan as PlanRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../kernel/unit-of-work.ts';
import { fromDecimalString, parsePrice, toDecimalString } from '../../shared/money.ts';
import { CONNECTED } from '../channels/channel.ts';
import { byDuration, isPlanMonths, type Plan } from './plan.ts';

export function createPlanService({ prisma, transact }: { prisma: PrismaClient; transact: UnitOfWork }) {
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
      const plan = { channelId_durationMonths: { channelId, durationMonths: months } };
      if (!(await once(actor.act))) return toPlan(await db.plan.findUniqueOrThrow({ where: plan }));
      const amount = toDecimalString(price);
      const row = await db.plan.upsert({
        where: plan,
        create: { channelId, durationMonths: months, price: amount },
        update: { price: amount, isActive: true },
      });
      audit(actor, 'plan.price-set', { plan: row.id, bot: scope.botId });
      return toPlan(row);
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
        where: { id: planId, channel: { botId: scope.botId } },
        data: { isActive },
      });
      if (changed.count === 0) throw new AppError('notFound');
      audit(actor, isActive ? 'plan.on' : 'plan.off', { plan: planId, bot: scope.botId });
    });
  }

  /** Every plan of the bot's connected chats, on sale or not. */
  async function listPlans(scope: TenantScope, actor: Actor): Promise<Plan[]> {
    requireOwnerOf(scope, actor);
    const rows = await prisma.plan.findMany({ where: { channel: { botId: scope.botId, ...CONNECTED } } });
    return rows.map(toPlan).sort(byDuration);
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

function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    channelId: row.channelId,
    durationMonths: row.durationMonths,
    price: fromDecimalString(row.price.toFixed(2)),
    isActive: row.isActive,
  };
}
