import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { requireMay } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { CONNECTED } from '../channels/channel.ts';
import { endUserOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { BANNED_REASON } from '../payments/payment.ts';
import { PAYMENT_NOTICES } from '../payments/payment-notices.ts';
import { enqueueDecisionShown } from '../payments/review-messages.ts';
import { releaseUsesOf } from '../promo-codes/promo-uses.ts';
import { voidRewards } from '../referrals/voided-rewards.ts';
import { endAccess } from '../subscriptions/ending.ts';
import { SUBSCRIPTION_NOTICES } from '../subscriptions/subscription-notices.ts';
import { lockEndUser, requireKnown } from '../subscriptions/subscription-queries.ts';

export type BanService = ReturnType<typeof createBanService>;

/** An owner keeps somebody out of everything that a bot sells, and lets them come again. */
export function createBanService({ transact }: { transact: UnitOfWork }) {
  /** Waiting receipts are rejected, subscriptions end, the chats are closed to them. @throws AppError `notFound`, `endUserForgotten` */
  async function banEndUser(scope: TenantScope, actor: Actor, endUserId: number): Promise<void> {
    await transact(async (work) => {
      const owner = await requireMay(work.db, scope, actor, 'shop');
      if (!(await work.once(actor.act))) return;
      if (!(await switchBan(work, scope, actor, endUserId, true))) return;
      await rejectWaiting(work, scope, owner.telegramUserId, endUserId);
      await releaseUsesOf(work, endUserId);
      await voidRewards(work, { inviterId: endUserId });
      const active = await work.db.subscription.findMany({
        where: { endUserId, status: 'active', channel: { botId: scope.botId } },
      });
      for (const subscription of active) {
        await endAccess(work, subscription, scope.botId, { status: 'kicked', why: 'banned' });
        const about = { subscriptionId: subscription.id };
        const holder = endUserOf(subscription);
        tell(work, SUBSCRIPTION_NOTICES.accessEndedByOwner, holder, about, { botId: scope.botId });
      }
    });
  }

  /** Gives no time back. @throws AppError `notFound`, `endUserForgotten` */
  async function unbanEndUser(scope: TenantScope, actor: Actor, endUserId: number): Promise<void> {
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'shop');
      if (!(await work.once(actor.act))) return;
      await switchBan(work, scope, actor, endUserId, false);
    });
  }

  return { banEndUser, unbanEndUser };
}

/** @returns false when it was so already */
async function switchBan(
  work: Work,
  scope: TenantScope,
  actor: Actor,
  endUserId: number,
  banned: boolean,
): Promise<boolean> {
  const endUser = await lockEndUser(work.db, endUserId, scope.botId);
  if (!endUser) throw new AppError('notFound');
  requireKnown(endUser);
  const switched = await work.db.endUser.updateMany({
    where: { id: endUserId, botId: scope.botId, banned: !banned },
    data: { banned },
  });
  if (switched.count === 0) return false;
  const channels = await work.db.channel.findMany({
    where: { botId: scope.botId, ...CONNECTED },
    select: { id: true },
  });
  for (const channel of channels) {
    work.enqueue({
      kind: 'settle-ban',
      botId: scope.botId,
      payload: { channelId: channel.id, endUserId },
    });
  }
  work.audit(actor, banned ? 'end-user.banned' : 'end-user.unbanned', {
    'end-user': endUserId,
    bot: scope.botId,
  });
  return true;
}

async function rejectWaiting(
  work: Work,
  scope: TenantScope,
  reviewedBy: bigint,
  endUserId: number,
): Promise<void> {
  const mine = { endUserId, botId: scope.botId };
  const decided = { decidedAt: work.now, reviewedBy };
  await work.db.payment.updateMany({
    where: { ...mine, status: 'created' },
    data: { status: 'cancelled', decidedAt: work.now },
  });
  const rejected = await work.db.payment.updateManyAndReturn({
    where: { ...mine, status: 'pending' },
    data: { ...decided, status: 'rejected', rejectReason: BANNED_REASON },
  });
  for (const payment of rejected) {
    enqueueDecisionShown(work, payment);
    const payer = endUserOf(payment);
    tell(work, PAYMENT_NOTICES.paymentRejected, payer, { paymentId: payment.id }, { botId: scope.botId });
  }
}
