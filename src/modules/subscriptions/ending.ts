import type { Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A subscription has ended: its links go, and its holder is put out. */
    accessEnded: {
      subscriptionId: number;
      botId: number;
      /** They are out already. */
      isOut: boolean;
      /** Of somebody who is being forgotten, whom the removal alone still has to know. */
      telegramUserId: bigint | null;
    };
  }
}

/**
 * Ends a subscription before its time or at it; the caller holds the lock on the end user.
 * @param end `isOut`, `telegramUserId`: as the event tells them
 */
export async function endAccess(
  { db, now, publish }: Work,
  subscription: Pick<SubscriptionRow, 'id'>,
  botId: number,
  end: { status: 'expired' | 'kicked'; expiresAt?: Date; isOut?: boolean; telegramUserId?: bigint },
): Promise<void> {
  await db.subscription.update({
    where: { id: subscription.id },
    data: {
      status: end.status,
      ...(end.expiresAt === undefined ? {} : { expiresAt: end.expiresAt }),
      ...(end.isOut === true ? { kickedAt: now } : {}),
    },
  });
  publish('accessEnded', {
    subscriptionId: subscription.id,
    botId,
    isOut: end.isOut ?? false,
    telegramUserId: end.telegramUserId ?? null,
  });
}
