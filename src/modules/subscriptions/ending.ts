import type { Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';

/** Why Getolog puts somebody out, where it can be told. */
export const END_REASONS = ['timeUp', 'approvalUndone', 'banned'] as const;
export type EndReason = (typeof END_REASONS)[number];

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A subscription has ended, at its time or before it. */
    accessEnded: {
      botId: number;
      subscriptionId: number;
      /** Its holder has left, or was put out already. */
      isOut: boolean;
      /** Of a holder who is forgotten in the same transaction: afterwards nobody knows it. */
      telegramUserId: bigint | null;
      /** Null: somebody put them out by hand, or they are being forgotten. */
      why: EndReason | null;
    };
  }
}

/**
 * Ends a subscription before its time or at it; the caller holds the lock on the end user.
 * @param end `isOut`, `telegramUserId`, `why`: as the event tells them
 */
export async function endAccess(
  { db, now, publish }: Work,
  subscription: Pick<SubscriptionRow, 'id'>,
  botId: number,
  end: {
    status: 'expired' | 'kicked';
    why: EndReason | null;
    expiresAt?: Date;
    isOut?: boolean;
    telegramUserId?: bigint;
  },
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
    botId,
    subscriptionId: subscription.id,
    isOut: end.isOut ?? false,
    telegramUserId: end.telegramUserId ?? null,
    why: end.why,
  });
}
