import type { Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { endsAt, ORDER_LOCK_MS, PLACE_HELD_MS } from './subscription.ts';

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
      /** When access ended, not when a job found out. */
      endedAt: Date;
    };
  }
}

/** Ends a subscription whose time is up; the caller holds the lock on the end user. */
export async function endAtItsTime(
  work: Work,
  subscription: TimedSubscription,
  botId: number,
): Promise<void> {
  const endedAt = await ranOutAt(work, subscription);
  await endAccess(work, subscription, botId, { status: 'expired', why: 'timeUp', endedAt });
}

type TimedSubscription = Pick<SubscriptionRow, 'id' | 'endUserId' | 'channelId' | 'graceUntil'> & {
  expiresAt: Date;
};

/**
 * At its end, or that of its grace; where a receipt or a payment that ran held the place, when that was decided, or could
 * hold it no longer.
 */
async function ranOutAt({ db }: Work, subscription: TimedSubscription): Promise<Date> {
  const { endUserId, channelId } = subscription;
  const end = endsAt(subscription);
  const heldAtMost = new Date(end.getTime() + PLACE_HELD_MS);
  const ofTheirs = { endUserId, chats: { some: { channelId } } };
  const receipts = await db.payment.findMany({
    where: {
      ...ofTheirs,
      receiptAt: { lt: heldAtMost },
      OR: [{ status: 'pending' }, { decidedAt: { gt: end } }],
    },
    select: { status: true, decidedAt: true },
  });
  const attempts = await db.paymentAttempt.findMany({
    where: {
      payment: { ...ofTheirs, isTest: false },
      createTime: { gt: BigInt(end.getTime() - ORDER_LOCK_MS), lt: BigInt(heldAtMost.getTime()) },
    },
    select: { createTime: true, performTime: true, cancelTime: true },
  });
  const held = [
    ...receipts.map(({ status, decidedAt }) =>
      ((status === 'pending' ? null : decidedAt) ?? heldAtMost).getTime(),
    ),
    ...attempts.map(({ createTime, performTime, cancelTime }) =>
      Math.min(
        Number(createTime) + ORDER_LOCK_MS,
        ...[performTime, cancelTime].flatMap((at) => at ?? []).map(Number),
      ),
    ),
  ];
  return new Date(Math.min(Math.max(end.getTime(), ...held), heldAtMost.getTime()));
}

/**
 * Ends a subscription before its time or at it; the caller holds the lock on the end user.
 * @param end `isOut`, `telegramUserId`, `why`, `endedAt`: as the event tells them; without `endedAt`: now
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
    endedAt?: Date;
  },
): Promise<void> {
  const endedAt = end.endedAt ?? now;
  await db.subscription.update({
    where: { id: subscription.id },
    data: {
      status: end.status,
      endedAt,
      ...(end.expiresAt === undefined ? {} : { expiresAt: end.expiresAt, graceUntil: null }),
      ...(end.isOut === true ? { kickedAt: now } : {}),
    },
  });
  publish('accessEnded', {
    botId,
    subscriptionId: subscription.id,
    isOut: end.isOut ?? false,
    telegramUserId: end.telegramUserId ?? null,
    why: end.why,
    endedAt,
  });
}
