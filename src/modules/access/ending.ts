import type { Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';

/**
 * Ends a subscription before its time or at it; the caller holds the lock on the end user. The link goes, and the
 * person's removal becomes an outbox message of its own.
 * @param end `isOut`: they are out already, so that nothing is left to remove. `telegramUserId`: of somebody who is being
 * forgotten, whom the removal alone still has to know
 */
export async function endAccess(
  work: Work,
  subscription: Pick<SubscriptionRow, 'id'>,
  botId: number,
  end: { status: 'expired' | 'kicked'; expiresAt?: Date; isOut?: boolean; telegramUserId?: bigint },
): Promise<void> {
  const { db, now, enqueue } = work;
  await db.subscription.update({
    where: { id: subscription.id },
    data: {
      status: end.status,
      ...(end.expiresAt === undefined ? {} : { expiresAt: end.expiresAt }),
      ...(end.isOut === true ? { kickedAt: now } : {}),
    },
  });
  await enqueueLinkRevocations(work, subscription.id, botId);
  if (end.isOut === true) return;
  const whom = end.telegramUserId === undefined ? {} : { telegramUserId: String(end.telegramUserId) };
  enqueue({ kind: 'remove-member', botId, payload: { subscriptionId: subscription.id, ...whom } });
}

/** Every link of a subscription that still works is revoked. */
export async function enqueueLinkRevocations(
  work: Work,
  subscriptionId: number,
  botId: number,
): Promise<void> {
  const links = await work.db.inviteLink.findMany({
    where: { subscriptionId, revokedAt: null },
    select: { id: true },
  });
  for (const { id } of links) enqueueLinkRevocation(work, id, botId);
}

export function enqueueLinkRevocation(
  { enqueue }: Pick<Work, 'enqueue'>,
  inviteLinkId: number,
  botId: number,
): void {
  enqueue({ kind: 'revoke-link', key: `revoke-link:${inviteLinkId}`, botId, payload: { inviteLinkId } });
}
