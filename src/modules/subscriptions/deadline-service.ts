import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import type { DueItem } from '../../kernel/due-item.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { endUserOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { endAtItsTime } from './ending.ts';
import { hasBegun, PLACE_HELD_MS, WARNING_MARKS_MS } from './subscription.ts';
import { SUBSCRIPTION_NOTICES } from './subscription-notices.ts';
import { lockEndUser } from './subscription-queries.ts';

/** As `hasBegun`, of a subscription `d`. */
const HAS_BEGUN = Prisma.sql`(d.delivered_at IS NOT NULL OR d.joined_at IS NOT NULL)`;

/** Keeps every date of members: warnings before the end, and the end. */
export function createDeadlineService(deps: { prisma: PrismaClient; transact: UnitOfWork; clock: Clock }) {
  const { prisma, transact, clock } = deps;

  /** Active subscriptions that were delivered and whose time is up, whose holder waits for no decision. Reads the partial index. */
  async function listEnded(limit: number): Promise<DueItem[]> {
    const now = clock.now();
    const graceOver = new Date(now.getTime() - PLACE_HELD_MS);
    const rows = await prisma.$queryRaw<{ id: number; rank: bigint }[]>`
      SELECT s.id, row_number() OVER (PARTITION BY c.user_bot_id ORDER BY s.expires_at) AS rank
        FROM (SELECT id, channel_id, expires_at FROM subscriptions d
               WHERE status = 'active' AND expires_at <= ${now} AND ${HAS_BEGUN}
                 AND (expires_at <= ${graceOver} OR NOT EXISTS (
                       SELECT 1 FROM payment_chats pc JOIN payments p ON p.id = pc.payment_id AND p.status = 'pending'
                        WHERE pc.end_user_id = d.end_user_id AND pc.channel_id = d.channel_id AND pc.is_open))
               ORDER BY expires_at LIMIT ${limit}) s
        JOIN channels c ON c.id = s.channel_id`;
    return rows.map(({ id, rank }) => ({ id, rank: Number(rank) }));
  }

  /** Active subscriptions with a warning to give. Reads the partial index. */
  async function listToWarn(limit: number): Promise<DueItem[]> {
    const now = clock.now();
    const oneDay = new Date(now.getTime() + WARNING_MARKS_MS.oneDay);
    const threeDays = new Date(now.getTime() + WARNING_MARKS_MS.threeDays);
    const rows = await prisma.$queryRaw<{ id: number; rank: bigint }[]>`
      SELECT s.id, row_number() OVER (PARTITION BY c.user_bot_id ORDER BY s.expires_at) AS rank
        FROM (SELECT d.id, d.channel_id, d.expires_at FROM subscriptions d
                JOIN channels dc ON dc.id = d.channel_id JOIN user_bots b ON b.id = dc.user_bot_id AND b.is_active
               WHERE d.status = 'active' AND d.expires_at > ${now} AND d.expires_at <= ${threeDays} AND ${HAS_BEGUN}
                 AND (NOT d.notified_3day OR (NOT d.notified_1day AND d.expires_at <= ${oneDay}))
               ORDER BY d.expires_at LIMIT ${limit}) s
        JOIN channels c ON c.id = s.channel_id`;
    return rows.map(({ id, rank }) => ({ id, rank: Number(rank) }));
  }

  /** Ends one subscription if its time is still up; quietly does nothing otherwise. */
  async function endSubscription(id: number): Promise<void> {
    await transact(async (work) => {
      const subscription = await readLocked(work, id);
      if (!subscription?.expiresAt || subscription.expiresAt > work.now) return;
      const { endUserId, channelId, channel, expiresAt } = subscription;
      if (expiresAt.getTime() > work.now.getTime() - PLACE_HELD_MS) {
        const waiting = await work.db.paymentChat.count({
          where: { endUserId, channelId, isOpen: true, payment: { status: 'pending' } },
        });
        if (waiting > 0) return;
      }
      await endAtItsTime(work, { ...subscription, expiresAt }, channel.botId);
      const { botId } = channel;
      const holder = endUserOf(subscription);
      tell(work, SUBSCRIPTION_NOTICES.subscriptionEnded, holder, { subscriptionId: id }, { botId });
    });
  }

  /** Gives one warning if it is still due: within the last day only that one, and both marks count as passed. */
  async function warn(id: number): Promise<void> {
    await transact(async (work) => {
      const subscription = await readLocked(work, id);
      if (!subscription?.expiresAt || subscription.expiresAt <= work.now) return;
      const left = subscription.expiresAt.getTime() - work.now.getTime();
      const isLastDay = left <= WARNING_MARKS_MS.oneDay;
      if (
        left > WARNING_MARKS_MS.threeDays ||
        (isLastDay ? subscription.notified1Day : subscription.notified3Day)
      ) {
        return;
      }
      await work.db.subscription.update({
        where: { id },
        data: { notified3Day: true, ...(isLastDay ? { notified1Day: true } : {}) },
      });
      const about = { subscriptionId: id, expiresAt: subscription.expiresAt.toISOString() };
      const holder = endUserOf(subscription);
      const { botId } = subscription.channel;
      tell(work, SUBSCRIPTION_NOTICES.subscriptionEnds, holder, about, { botId });
    });
  }

  return { listEnded, listToWarn, endSubscription, warn };
}

/** An active subscription whose time runs. */
async function readLocked({ db }: Work, id: number) {
  const where = { id, status: 'active' };
  const before = await db.subscription.findFirst({
    where,
    select: { endUserId: true, channel: { select: { botId: true } } },
  });
  if (!before) return null;
  await lockEndUser(db, before.endUserId, before.channel.botId);
  const row = await db.subscription.findFirst({ where, include: { channel: { select: { botId: true } } } });
  return row && hasBegun(row) ? row : null;
}
