import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { addDays } from '../../shared/calendar.ts';
import { IS_FREE } from '../free-list/free-member.ts';

/** Whether a subscription `d` is a trial: what was given last is one. */
export const IS_TRIAL = Prisma.sql`coalesce((
  SELECT t.source = 'trial' OR coalesce(tp.is_trial, false)
    FROM time_entries t
    LEFT JOIN payments tb ON t.source = 'payment' AND tb.id = t.source_id
    LEFT JOIN plans tp ON tp.id = tb.plan_id
   WHERE t.subscription_id = d.id AND t.taken_back_at IS NULL
   ORDER BY t.id DESC LIMIT 1), false)`;

/** For how many days the place of a subscription `d` is kept, as its owner has it now; of a trial, and of whoever stays anyway, for none. */
export const GRACE_DAYS = Prisma.sql`coalesce((
  SELECT g.grace_days FROM channels gc JOIN bot_settings g ON g.user_bot_id = gc.user_bot_id
   WHERE gc.id = d.channel_id AND g.grace_days > 0 AND NOT ${IS_TRIAL} AND NOT ${IS_FREE}), 0)`;

/** Until when the place would be kept of somebody whose time is up, as the owner has it now; null where it would not be. */
export async function graceAfter(
  db: Db,
  { id, expiresAt }: { id: number; expiresAt: Date },
  timeZone: string,
): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ graceDays: number }[]>`
    SELECT ${GRACE_DAYS} AS "graceDays" FROM subscriptions d WHERE d.id = ${id}`;
  return row && row.graceDays > 0 ? addDays(expiresAt, row.graceDays, timeZone) : null;
}

/**
 * Time is up: the place is kept for as long as the owner says now, whatever they say later. The caller holds the lock on
 * the end user.
 * @returns until when; null where it is not kept
 */
export async function beginGrace(
  { db }: Work,
  { id, expiresAt }: { id: number; expiresAt: Date },
  timeZone: string,
): Promise<Date | null> {
  const graceUntil = await graceAfter(db, { id, expiresAt }, timeZone);
  if (graceUntil) await db.subscription.update({ where: { id }, data: { graceUntil } });
  return graceUntil;
}

/** Fixes until when a place is kept. */
export async function keepPlace(
  { db }: Work,
  { id, expiresAt, graceDays }: { id: number; expiresAt: Date; graceDays: number },
  timeZone: string,
): Promise<Date> {
  const graceUntil = addDays(expiresAt, graceDays, timeZone);
  await db.subscription.update({ where: { id }, data: { graceUntil } });
  return graceUntil;
}
