import type { Follower, FollowerWork } from '../../kernel/events.ts';
import { OPEN_STATUSES } from './owner-referral.ts';

/** Whoever brought this owner may have earned something by now: whether they have is settled by itself. */
async function settleOf({ db, enqueue }: FollowerWork, ownerId: number): Promise<void> {
  const brought = await db.ownerReferral.findFirst({
    where: { friendId: ownerId, status: { in: [...OPEN_STATUSES] } },
    select: { id: true },
  });
  if (brought) enqueue({ kind: 'settle-owner-referral', payload: { referralId: brought.id } });
}

export const rewardForTariff: Follower<'tariffApproved'> = (work, { ownerId }) => settleOf(work, ownerId);

export const rewardForChat: Follower<'chatConnected'> = (work, { ownerId }) => settleOf(work, ownerId);

export const rewardForBot: Follower<'botLaunched'> = (work, { ownerId }) => settleOf(work, ownerId);
