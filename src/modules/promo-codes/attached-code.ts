import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { dateOf } from '../../shared/calendar.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { promoState } from './promo-state.ts';

/** A code that was typed, linked or attached is kept for its person this long. */
export const KEPT_HOURS = 24;

/** Until when a code is kept that somebody gets now. */
export function keptUntil(now: Date): Date {
  return new Date(now.getTime() + KEPT_HOURS * HOUR_MS);
}

/**
 * Keeps a code for somebody who did not ask for it, in the place of what they had at hand; one that they cannot use is
 * left alone. The caller holds the lock on them.
 */
export async function attachCode(
  { db, now }: Pick<Work, 'db' | 'now'>,
  about: { botId: number; endUserId: number; promoCodeId: number; timeZone: string },
): Promise<void> {
  const { botId, endUserId, promoCodeId, timeZone } = about;
  await db.$executeRaw`
    UPDATE end_users SET promo_code_id = ${promoCodeId}, promo_until = ${keptUntil(now)}
     WHERE id = ${endUserId}
       AND 'usable' = (
         SELECT ${Prisma.raw(promoState('any'))}
           FROM promo_codes pc
           JOIN end_users e ON e.id = ${endUserId} AND e.user_bot_id = pc.user_bot_id
          CROSS JOIN (SELECT ${now}::timestamptz AS now, ${dateOf(now, timeZone)}::date AS today) q
          WHERE pc.id = ${promoCodeId} AND pc.user_bot_id = ${botId} AND pc.end_user_id IS NULL)`;
}
