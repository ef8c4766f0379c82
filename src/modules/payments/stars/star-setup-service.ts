import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type Actor, type OwnerActor, requireOwner, requireOwnerOf } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import { fromDecimalString } from '../../../shared/money.ts';
import { lockChats } from '../../channels/chat-connection.ts';
import { hasTariff } from '../../merchant-accounts/merchant-account-service.ts';
import { getPlan } from '../../plans/plan-queries.ts';
import { canRenewInStars, proposeStars, readStarsPrice, requireRenewable } from '../../plans/stars-price.ts';
import { readSetting } from '../../platform/platform-settings.ts';

/** Whether a bot is paid in Stars, and what hinders it. */
export interface StarsPage {
  isEnabled: boolean;
  /** Some plan has a price in Stars. */
  hasPrice: boolean;
  /** Stars are for owners on a paid tariff. */
  hasTariff: boolean;
}

/** How owners have their bots paid in Stars. */
export function createStarSetupService(deps: { prisma: PrismaClient; transact: UnitOfWork; clock: Clock }) {
  const { prisma, transact, clock } = deps;

  async function open(scope: TenantScope, actor: Actor): Promise<StarsPage> {
    requireOwnerOf(scope, actor);
    const [bot, priced, tariff] = await Promise.all([
      prisma.sellerBot.findUniqueOrThrow({ where: { id: scope.botId }, select: { starsEnabled: true } }),
      prisma.plan.count({
        where: { starsPrice: { not: null }, archivedAt: null, channel: { botId: scope.botId } },
      }),
      hasTariff(prisma, scope, clock.now()),
    ]);
    return { isEnabled: bot.starsEnabled, hasPrice: priced > 0, hasTariff: tariff };
  }

  /**
   * Whether buyers may choose Stars. What they chose before goes on.
   * @returns false: they are not for whoever has no paid tariff, and nothing was changed
   */
  async function switchStars(scope: TenantScope, actor: OwnerActor, isOn: boolean): Promise<boolean> {
    return transact(async ({ db, now, audit, once }) => {
      await requireOwner(db, scope, actor);
      if (isOn && !(await hasTariff(db, scope, now))) return false;
      if (!(await once(actor.act))) return true;
      await db.sellerBot.update({ where: { id: scope.botId }, data: { starsEnabled: isOn } });
      audit(actor, 'bot.setting-set', { bot: scope.botId });
      return true;
    });
  }

  /** What its price in soʻm comes to by the platform's rate; null where there is none. @throws AppError `notFound` */
  async function propose(scope: TenantScope, actor: Actor, planId: number): Promise<number | null> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const [plan, rate] = await Promise.all([
      getPlan(prisma, scope, planId),
      readSetting(prisma, 'star-rate'),
    ]);
    return rate === null ? null : proposeStars(plan.price, fromDecimalString(rate));
  }

  /** What was chosen keeps its own price. @throws AppError `price.stars`, `price.starsRenewed`, `notFound` */
  async function setPrice(
    scope: TenantScope,
    actor: Actor,
    { planId, text }: { planId: number; text: string },
  ): Promise<void> {
    const starsPrice = readStarsPrice(text);
    await transact(async (work) => {
      const { db, audit, once } = work;
      await requireMay(db, scope, actor, 'shop');
      if (!(await once(actor.act))) return;
      await lockChats(work, scope);
      const { id, starsRenew } = await getPlan(db, scope, planId);
      if (starsRenew) requireRenewable(starsPrice ?? 0);
      await db.plan.update({ where: { id }, data: { starsPrice } });
      audit(actor, 'plan.stars-set', { plan: id, bot: scope.botId });
    });
  }

  /**
   * Whether it is offered to be paid again every 30 days.
   * @throws AppError `price.starsRenewed`, `notFound` for what is no single chat for a month
   */
  async function switchRenewal(
    scope: TenantScope,
    actor: OwnerActor,
    { planId, isOn }: { planId: number; isOn: boolean },
  ): Promise<void> {
    await transact(async (work) => {
      const { db, audit, once } = work;
      await requireMay(db, scope, actor, 'shop');
      if (!(await once(actor.act))) return;
      await lockChats(work, scope);
      const plan = await getPlan(db, scope, planId);
      if (isOn && !canRenewInStars(plan)) throw new AppError('notFound');
      if (isOn) requireRenewable(plan.starsPrice ?? 0);
      await db.plan.update({ where: { id: planId }, data: { starsRenew: isOn } });
      audit(actor, 'plan.stars-set', { plan: planId, bot: scope.botId });
    });
  }

  return { open, switchStars, propose, setPrice, switchRenewal };
}
