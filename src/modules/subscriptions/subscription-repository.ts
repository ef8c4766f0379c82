import type { Prisma, Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import { AppError } from '../../shared/errors.ts';
import { isForgotten } from '../../shared/tenant-scope.ts';
import { type Extension, endOfPeriod, extendedEnd, warningFlags } from './subscription.ts';

export interface SoldTime {
  botId: number;
  endUserId: number;
  channelId: number;
  /** 0 = lifetime. */
  months: number;
  /** Null for a grant. */
  paymentId: number | null;
}

/**
 * Adds sold time: to the end of the active subscription, else as a new one that starts now.
 * The caller holds the lock on the end user, so nobody adds or ends beside us; and no chat is disconnected beside us.
 * @throws AppError `chatNotConnected`
 */
export async function addSoldTime(
  db: Prisma.TransactionClient,
  sold: SoldTime,
  now: Date,
  timeZone: string,
): Promise<{ subscription: SubscriptionRow; extension: Extension }> {
  await requireConnected(db, sold);
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

/** An end user as they are under the lock; `telegramUserId` is negative of whoever was forgotten. */
export interface LockedEndUser {
  banned: boolean;
  telegramUserId: bigint;
}

/** Nobody disconnects the chat beside us, and nobody gets time in one that is gone. @throws AppError `chatNotConnected` */
export async function requireConnected(
  db: Prisma.TransactionClient,
  { botId, channelId }: { botId: number; channelId: number },
): Promise<void> {
  const [chat] = await db.$queryRaw<{ title: string; isConnected: boolean }[]>`
    SELECT title, connected_at IS NOT NULL AND disconnected_at IS NULL AS "isConnected"
      FROM channels WHERE id = ${channelId} AND user_bot_id = ${botId} FOR SHARE`;
  if (!chat?.isConnected) throw new AppError('chatNotConnected', { title: chat?.title ?? '' });
}

/**
 * Everything that changes an end user's payments or subscriptions takes this lock first, and that of the chat after it:
 * so decisions about one person stand in a line, and never in each other's way.
 */
export async function lockEndUser(
  db: Prisma.TransactionClient,
  endUserId: number,
  botId: number,
): Promise<LockedEndUser | null> {
  const [endUser] = await db.$queryRaw<LockedEndUser[]>`
    SELECT banned, telegram_id AS "telegramUserId" FROM end_users
     WHERE id = ${endUserId} AND user_bot_id = ${botId} FOR UPDATE`;
  return endUser ?? null;
}

/** Nothing can be given to, or taken from, somebody who asked to be forgotten. @throws AppError `endUserForgotten` */
export function requireKnown(endUser: LockedEndUser): void {
  if (isForgotten(endUser)) throw new AppError('endUserForgotten');
}

/** Whom something can be given to. @throws AppError `endUserForgotten`, `endUserBanned` */
export function requireWelcome(endUser: LockedEndUser): void {
  requireKnown(endUser);
  if (endUser.banned) throw new AppError('endUserBanned');
}
