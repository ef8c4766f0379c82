import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { IS_FREE } from '../free-list/free-member.ts';
import { GRACE_DAYS, IS_TRIAL } from './grace.ts';
import { endsAt } from './subscription.ts';

/** Ends that lie no further apart are told of in one message. */
const SAME_MESSAGE_MS = HOUR_MS;

/** As `hasBegun`, of a subscription `d`. */
export const HAS_BEGUN = Prisma.sql`(d.delivered_at IS NOT NULL OR d.joined_at IS NOT NULL)`;

/**
 * Whether Telegram is to take Stars for a subscription `d` at its end, so that it goes on by itself. One that its person stopped
 * and may turn on again does not, until they have.
 */
export const RENEWS_ITSELF = Prisma.sql`EXISTS (
  SELECT FROM star_subscriptions ss
   WHERE ss.end_user_id = d.end_user_id AND ss.channel_id = d.channel_id
     AND ss.state = 'active' AND ss.canceled_by IS NULL)`;

/** Whether a receipt waits, a provider takes money, or Stars are to come, which would lengthen a subscription `d`. */
export function isHeld(now: Date): Prisma.Sql {
  return Prisma.sql`(${RENEWS_ITSELF} OR EXISTS (
    SELECT 1 FROM payment_chats pc
      JOIN payments p ON p.id = pc.payment_id
       AND (p.status = 'pending' OR (p.status = 'created' AND p.locked_until > ${now}))
     WHERE pc.end_user_id = d.end_user_id AND pc.channel_id = d.channel_id AND pc.is_open))`;
}

export interface NearEnd {
  id: number;
  expiresAt: Date;
  graceUntil: Date | null;
  notified3Day: boolean;
  notified1Day: boolean;
  notifiedEnd: boolean;
  /** For how many days its place would be kept. */
  graceDays: number;
  /** A receipt, a payment that runs, or one that comes by itself holds its place. */
  isHeld: boolean;
  renewsItself: boolean;
  /** Its holder stays whenever it ends: they are told of nothing. */
  isFree: boolean;
}

/**
 * A subscription, and after it the person's others whose ends lie within an hour of its own: one message speaks for them
 * all. Trials stand by themselves, because other words are said of them. The caller holds the lock on the end user.
 */
export async function listNearEnds(
  { db, now }: Pick<Work, 'db' | 'now'>,
  subscription: { id: number; endUserId: number; expiresAt: Date; graceUntil: Date | null },
): Promise<[NearEnd, ...NearEnd[]]> {
  const { id, endUserId } = subscription;
  const end = endsAt(subscription).getTime();
  const [from, to] = [new Date(end - SAME_MESSAGE_MS), new Date(end + SAME_MESSAGE_MS)];
  const [own, ...others] = await db.$queryRaw<(NearEnd & { isTrial: boolean })[]>`
    SELECT d.id, d.expires_at AS "expiresAt", d.grace_until AS "graceUntil", d.notified_3day AS "notified3Day",
           d.notified_1day AS "notified1Day", d.notified_end AS "notifiedEnd", ${GRACE_DAYS} AS "graceDays",
           ${isHeld(now)} AS "isHeld", ${RENEWS_ITSELF} AS "renewsItself", ${IS_FREE} AS "isFree", ${IS_TRIAL} AS "isTrial"
      FROM subscriptions d
     WHERE d.end_user_id = ${endUserId} AND d.status = 'active' AND ${HAS_BEGUN}
       AND coalesce(d.grace_until, d.expires_at) BETWEEN ${from} AND ${to}
     ORDER BY (d.id = ${id}) DESC, d.expires_at, d.id`;
  if (own?.id !== id) throw new Error('A subscription that ends is not among those that do');
  return [own, ...others.filter(({ isTrial }) => isTrial === own.isTrial)];
}
