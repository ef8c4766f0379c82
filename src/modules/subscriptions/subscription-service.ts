import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor, EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { CONNECTED, toChannel } from '../channels/channel.ts';
import { isOver, toDuration } from '../plans/duration.ts';
import { firstChatFirst } from '../plans/plan.ts';
import { findRenewals } from './renewal-queries.ts';
import { settle } from './settlement.ts';
import { type HeldSubscription, isInGrace, type Renewal } from './subscription.ts';
import { lockEndUser, requireAddsTime, requireWelcome } from './subscription-queries.ts';

/** What somebody holds, and by what it is renewed in one press. */
export interface OwnSubscription extends HeldSubscription {
  /** As far as is known. */
  isInside: boolean;
  renewal: Renewal | null;
}

export type SubscriptionService = ReturnType<typeof createSubscriptionService>;

/** What an end user holds, and what an owner gives without payment. */
export function createSubscriptionService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
}) {
  const { prisma, transact, clock, timeZone } = deps;

  /** The person's active subscriptions. */
  async function listHeld(scope: TenantScope, { endUserId }: EndUserActor): Promise<OwnSubscription[]> {
    const rows = await prisma.subscription.findMany({
      where: { endUserId, status: 'active', channel: { botId: scope.botId } },
      include: { channel: true },
      orderBy: { id: 'asc' },
    });
    const renewals = await findRenewals(
      prisma,
      scope,
      rows.map(({ id }) => id),
      clock.now(),
    );
    return rows.map(({ id, channel, expiresAt, isInside, ...row }) => ({
      id,
      channel: toChannel(channel),
      expiresAt,
      graceUntil: isInGrace({ expiresAt, ...row }, clock.now()) ? row.graceUntil : null,
      joinedAt: row.joinedAt,
      isInside: isInside === true,
      renewal: expiresAt === null ? null : (renewals.get(id) ?? null),
    }));
  }

  /**
   * Gives a plan without payment, or extends by it.
   * @throws AppError `notFound`, `grantWhileBanned`, `endUserBanned`, `endUserForgotten`, `endUserHasLifetime`, `endUserHasLonger`, `plan.dateIsOver`,
   *   `trial.takenByThemselves`, `chatNotConnected`, `chatIsBasicGroup`, `chatIsPublic`
   */
  async function grant(
    scope: TenantScope,
    actor: Actor,
    { endUserId, planId }: { endUserId: number; planId: number },
  ): Promise<void> {
    await transact(async (work) => {
      const { db, audit } = work;
      const owner = await requireMay(db, scope, actor, 'shop');
      // Asked for again, it is answered as the first time, whatever has changed since.
      if (!(await work.once(actor.act))) return;
      if (owner.banned) throw new AppError('grantWhileBanned');
      const endUser = await lockEndUser(db, endUserId, scope.botId);
      const plan = await db.plan.findFirst({
        where: { id: planId, archivedAt: null, channel: { botId: scope.botId, ...CONNECTED } },
        include: { chats: { include: { channel: true } } },
      });
      if (!endUser || !plan) throw new AppError('notFound');
      requireWelcome(endUser);
      if (plan.isTrial) throw new AppError('trial.takenByThemselves');
      const channelIds = firstChatFirst(plan);
      for (const { channel } of plan.chats) {
        const { title, isBasicGroup, isPublic } = channel;
        if (isBasicGroup) throw new AppError('chatIsBasicGroup', { title });
        if (isPublic) throw new AppError('chatIsPublic', { title });
      }
      const duration = toDuration(plan);
      if (isOver(duration, work.now, timeZone)) throw new AppError('plan.dateIsOver');
      await requireAddsTime(db, { endUserId, channelIds, duration }, timeZone);
      const given = { botId: scope.botId, endUserId, channelIds, duration };
      const granted = await settle(work, { ...given, source: 'grant', sourceId: null }, timeZone);
      for (const { id } of granted) audit(actor, 'access.granted', { subscription: id, bot: scope.botId });
    });
  }

  return { listHeld, grant };
}
