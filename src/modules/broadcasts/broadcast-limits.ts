import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { hasTariff } from '../merchant-accounts/merchant-account-service.ts';
import { type BroadcastLimits, LIMITS } from './broadcast.ts';

/** What the owner's tariff allows at the moment. */
export async function limitsOf(db: Db, scope: TenantScope, now: Date): Promise<BroadcastLimits> {
  return LIMITS[(await hasTariff(db, scope, now)) ? 'paid' : 'free'];
}

/**
 * When the next one may be started; null: now. One that was cancelled counts where anything was sent.
 * The caller sees to it that no other one is started beside it.
 */
export async function nextStart(
  db: Db,
  { botId }: TenantScope,
  { starts, withinMs }: BroadcastLimits,
  now: Date,
): Promise<Date | null> {
  const since = new Date(now.getTime() - withinMs);
  const started = await db.$queryRaw<{ startsAt: Date }[]>`
    SELECT b.starts_at AS "startsAt" FROM broadcasts b
     WHERE b.user_bot_id = ${botId} AND b.starts_at > ${since}
       AND (b.status IN ('scheduled', 'sending', 'paused', 'done')
            OR (b.status = 'cancelled' AND EXISTS (
                  SELECT FROM broadcast_recipients r
                   WHERE r.broadcast_id = b.id AND r.state IN ('taken', 'sent', 'unknown'))))
     ORDER BY b.starts_at DESC LIMIT ${starts}`;
  const oldest = started[starts - 1];
  return oldest ? new Date(oldest.startsAt.getTime() + withinMs) : null;
}
