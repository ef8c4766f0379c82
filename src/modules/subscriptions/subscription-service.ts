import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import { CONNECTED, toChannel } from '../channels/channel.ts';
import type { EndUser } from '../end-users/end-user.ts';
import type { HeldSubscription } from '../payments/storefront-service.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';
import { addSoldTime, lockEndUser, requireKnown } from './subscription-repository.ts';

/** What an end user holds, and what an owner gives without payment. */
export function createSubscriptionService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  timeZone: string;
}) {
  const { prisma, transact, timeZone } = deps;

  /** The person's active subscriptions. */
  async function listHeld(scope: TenantScope, endUser: EndUser): Promise<HeldSubscription[]> {
    const rows = await prisma.subscription.findMany({
      where: { endUserId: endUser.id, status: 'active', channel: { botId: scope.botId } },
      include: { channel: true },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ id, channel, expiresAt, joinedAt }) => ({
      id,
      channel: toChannel(channel),
      expiresAt,
      joinedAt,
    }));
  }

  /**
   * A way in for somebody active and outside: the same link while it works, else a new one.
   * @throws AppError `notFound` for anybody else's subscription, exactly as for none; `subscriptionOver`
   */
  async function requestLink(scope: TenantScope, endUser: EndUser, subscriptionId: number): Promise<void> {
    await transact(async ({ db, promise }) => {
      const row = await db.subscription.findFirst({
        where: { id: subscriptionId, endUserId: endUser.id, channel: { botId: scope.botId } },
        select: { status: true },
      });
      if (!row) throw new AppError('notFound');
      if (row.status !== 'active') throw new AppError('subscriptionOver');
      promise({
        kind: 'deliver-access',
        botId: scope.botId,
        payload: { subscriptionId, paymentId: null, reason: 'again' },
      });
    });
  }

  /**
   * Gives a plan without payment, or extends by it.
   * @throws AppError `notFound`, `endUserBanned`, `endUserForgotten`
   */
  async function grant(scope: TenantScope, endUserId: number, planId: number): Promise<void> {
    await transact(async ({ db, now, promise, audit }) => {
      if (!(await lockEndUser(db, endUserId, scope.botId))) throw new AppError('notFound');
      const [endUser, plan] = await Promise.all([
        db.endUser.findUniqueOrThrow({ where: { id: endUserId }, select: { banned: true } }),
        db.plan.findFirst({ where: { id: planId, channel: { botId: scope.botId, ...CONNECTED } } }),
      ]);
      if (!plan) throw new AppError('notFound');
      await requireKnown(db, endUserId);
      if (endUser.banned) throw new AppError('endUserBanned');
      const sold = { endUserId, channelId: plan.channelId, months: plan.durationMonths, paymentId: null };
      const { subscription } = await addSoldTime(db, sold, now, timeZone);
      promise({
        kind: 'deliver-access',
        botId: scope.botId,
        payload: { subscriptionId: subscription.id, paymentId: null, reason: 'granted' },
      });
      audit({
        actor: `owner:${scope.ownerTelegramUserId}`,
        action: 'access.granted',
        target: `subscription:${subscription.id}`,
        botId: scope.botId,
      });
    });
  }

  return { listHeld, requestLink, grant };
}
