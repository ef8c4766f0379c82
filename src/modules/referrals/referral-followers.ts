import type { Follower } from '../../kernel/events.ts';

/** Whoever brought a buyer earns by what they buy, and no longer by what is taken back. */
export const settleTheirInviter: Follower<'purchaseSettled'> = async (
  { db, enqueue },
  { botId, endUserId, paymentId },
) => {
  // Of a friend who was forgotten since, their payment alone is known.
  const referrals = await db.referral.findMany({
    where: { OR: [{ friendId: endUserId }, { paymentId }] },
    select: { id: true },
  });
  for (const { id } of referrals) enqueue({ kind: 'settle-referral', botId, payload: { referralId: id } });
};

/** Days that waited for a subscription of their inviter's may have one now. */
export const settleWaitingRewards: Follower<'timeGiven'> = async (
  { db, enqueue },
  { botId, subscriptionId, source },
) => {
  if (source !== 'payment' && source !== 'grant') return;
  const waiting = await db.referral.findMany({
    where: { status: 'waiting', inviter: { subscriptions: { some: { id: subscriptionId } } } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of waiting) enqueue({ kind: 'settle-referral', botId, payload: { referralId: id } });
};
