import { Prisma } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { dateOf } from '../../shared/calendar.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import { lockBuyer, lockEndUser } from '../subscriptions/subscription-queries.ts';
import { keptUntil } from './attached-code.ts';
import { readCode } from './promo-code.ts';
import { type PromoState, promoState } from './promo-state.ts';
import { dropCode } from './promo-uses.ts';

/** Whoever guesses this often within as many minutes is not listened to for as long. */
const MAX_MISSES = 5;
const MISSES_WITHIN_MS = 10 * MINUTE_MS;

/** Why a code was not taken; each is a text under `errors.promo`. */
export type CodeRefusal = Exclude<PromoState, 'usable'> | 'unknown' | 'tooOften';

/** End users type codes, or come by their links. */
export function createCodeEntryService({ transact, timeZone }: { transact: UnitOfWork; timeZone: string }) {
  return {
    /**
     * Keeps a code for somebody, in the place of what they typed before.
     * @returns why it was not taken; null where it was
     * @throws AppError `youAreBanned`, `notFound`
     */
    async enter(scope: TenantScope, actor: EndUserActor, typed: string): Promise<CodeRefusal | null> {
      return transact(async (work) => {
        const { db, now } = work;
        await lockBuyer(db, scope, actor);
        const { promoMissedAt: misses } = await db.endUser.findUniqueOrThrow({
          where: { id: actor.endUserId },
        });
        if (isSilenced(misses, now)) return 'tooOften';
        const found = await findCode(work, scope, actor, readCode(typed), timeZone);
        if (found?.state === 'usable') {
          // The wrong ones still count: else whoever knows one code guesses on for ever.
          const data = { promoCodeId: found.id, promoUntil: keptUntil(now) };
          await db.endUser.update({ where: { id: actor.endUserId }, data });
          return null;
        }
        const promoMissedAt = [...misses, now].slice(-MAX_MISSES);
        await db.endUser.update({ where: { id: actor.endUserId }, data: { promoMissedAt } });
        return found?.state ?? 'unknown';
      });
    },

    /** Puts away the code that they typed; their own are offered again. */
    async drop(scope: TenantScope, actor: EndUserActor): Promise<void> {
      await transact(async (work) => {
        if (!(await lockEndUser(work.db, actor.endUserId, scope.botId))) throw new AppError('notFound');
        await dropCode(work, actor.endUserId);
      });
    },
  };
}

function isSilenced(misses: readonly Date[], now: Date): boolean {
  const [first, last] = [misses[0], misses.at(-1)];
  if (misses.length < MAX_MISSES || !first || !last) return false;
  if (last.getTime() - first.getTime() > MISSES_WITHIN_MS) return false;
  return now.getTime() - last.getTime() < MISSES_WITHIN_MS;
}

/** A bot's live code of that name. Somebody else's own is unknown. */
async function findCode(
  { db, now }: Work,
  { botId }: TenantScope,
  { endUserId }: EndUserActor,
  code: string | null,
  timeZone: string,
): Promise<{ id: number; state: PromoState } | undefined> {
  if (code === null) return undefined;
  const [found] = await db.$queryRaw<{ id: number; state: PromoState }[]>`
    SELECT pc.id, ${Prisma.raw(promoState('any'))} AS state
      FROM promo_codes pc
      JOIN end_users e ON e.id = ${endUserId} AND e.user_bot_id = pc.user_bot_id
     CROSS JOIN (SELECT ${now}::timestamptz AS now, ${dateOf(now, timeZone)}::date AS today) q
     WHERE pc.user_bot_id = ${botId} AND pc.code = ${code} AND pc.removed_at IS NULL
       AND (pc.end_user_id IS NULL OR pc.end_user_id = e.id)`;
  return found;
}
