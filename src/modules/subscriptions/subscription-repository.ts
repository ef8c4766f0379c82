import type { Prisma, Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../shared/errors.ts';
import { isForgotten } from '../../shared/tenant-scope.ts';
import { type Extension, endOfPeriod, extendedEnd, warningFlags } from './subscription.ts';

export interface SoldTime {
  endUserId: number;
  channelId: number;
  /** 0 = lifetime. */
  months: number;
  /** Null for a grant. */
  paymentId: number | null;
}

/**
 * Adds sold time: to the end of the active subscription, else as a new one that starts now.
 * The caller holds the lock on the end user, so nobody adds or ends beside us.
 */
export async function addSoldTime(
  db: Prisma.TransactionClient,
  sold: SoldTime,
  now: Date,
  timeZone: string,
): Promise<{ subscription: SubscriptionRow; extension: Extension }> {
  const active = await db.subscription.findFirst({
    where: { endUserId: sold.endUserId, channelId: sold.channelId, status: 'active' },
  });
  if (active) {
    const expiresAt = extendedEnd(active.expiresAt, sold.months, timeZone);
    const subscription = await db.subscription.update({
      where: { id: active.id },
      data: { expiresAt, paymentId: sold.paymentId, ...warningFlags(expiresAt, now) },
    });
    // Nothing is added to a lifetime, and so nothing can be taken from it.
    const from = active.expiresAt ?? now;
    return { subscription, extension: { from, to: active.expiresAt === null ? now : expiresAt } };
  }
  const expiresAt = endOfPeriod(now, sold.months, timeZone);
  const subscription = await db.subscription.create({
    data: {
      endUserId: sold.endUserId,
      channelId: sold.channelId,
      paymentId: sold.paymentId,
      startedAt: now,
      expiresAt,
      status: 'active',
      ...warningFlags(expiresAt, now),
    },
  });
  return { subscription, extension: { from: now, to: expiresAt } };
}

/**
 * Everything that changes an end user's payments or subscriptions takes this lock first, and only this one:
 * so decisions about one person stand in a line, and never in each other's way.
 */
export async function lockEndUser(
  db: Prisma.TransactionClient,
  endUserId: number,
  botId: number,
): Promise<boolean> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM end_users WHERE id = ${endUserId} AND user_bot_id = ${botId} FOR UPDATE`;
  return rows.length > 0;
}

/** Nothing can be given to, or taken from, somebody who asked to be forgotten. @throws AppError `endUserForgotten` */
export async function requireKnown(db: Prisma.TransactionClient, endUserId: number): Promise<void> {
  const where = { id: endUserId };
  const person = await db.endUser.findUniqueOrThrow({ where, select: { telegramUserId: true } });
  if (isForgotten(person)) throw new AppError('endUserForgotten');
}
