import type { EndUserActor } from '../../kernel/actor.ts';
import { isForgotten, type TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Attribute } from '../end-users/arrival.ts';
import { attachCode, KEPT_HOURS } from '../promo-codes/attached-code.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';

/** Whoever chose this long after a visit did so because of it. */
const COUNTS_DAYS = 30;

/** The source by which somebody came first, if by any: for good. */
export const attributeSource: Attribute = async ({ db }, { scope: { botId }, endUserId, link }) => {
  if (link.sourceSlug === null) return;
  await db.$executeRaw`
    UPDATE end_users SET source_id = s.id FROM sources s
     WHERE end_users.id = ${endUserId} AND s.user_bot_id = ${botId} AND s.slug = ${link.sourceSlug}
       AND s.archived_at IS NULL`;
};

/** The source that somebody has come by latest, also where it is archived since; null: by none of late. */
export async function findLatestSource(
  { db, now }: Pick<Work, 'db' | 'now'>,
  endUserId: number,
): Promise<number | null> {
  const [latest] = await db.$queryRaw<{ sourceId: number }[]>`
    SELECT source_id AS "sourceId" FROM source_visits
     WHERE end_user_id = ${endUserId} AND last_at >= ${now}::timestamptz - interval '1 hour' * ${COUNTS_DAYS * 24}
     ORDER BY last_at DESC LIMIT 1`;
  return latest?.sourceId ?? null;
}

/** End users come by the links of sources. */
export function createVisitService({ transact, timeZone }: { transact: UnitOfWork; timeZone: string }) {
  return {
    /**
     * Counts a visit, and gives its visitor the source's promo code. A link that nobody knows, or knows no more, is none; so
     * is a visit of somebody who is banned, and one that is heard again.
     * @param link `click` what the advertiser calls it: the first one that is known stays
     */
    async visit(
      scope: TenantScope,
      actor: EndUserActor,
      { slug, click }: { slug: string; click: string | null },
    ): Promise<void> {
      await transact(async (work) => {
        const { db, now, once } = work;
        const { endUserId } = actor;
        const { botId } = scope;
        const endUser = await lockEndUser(db, endUserId, botId);
        if (!endUser || endUser.banned || isForgotten(endUser)) return;
        const source = await db.source.findFirst({ where: { botId, slug, archivedAt: null } });
        if (!source || !(await once(actor.act))) return;
        // By what they have visited before: so it is asked before this visit counts.
        const mayAttach = source.promoCodeId !== null && !(await hasTypedCode(work, endUserId));
        await db.$executeRaw`
          INSERT INTO source_visits AS known (source_id, end_user_id, first_at, last_at, visits, is_new, click)
          SELECT ${source.id}::int, e.id, ${now}::timestamptz, ${now}::timestamptz, 1,
                 e.source_id IS NOT DISTINCT FROM ${source.id}::int, ${click}::text
            FROM end_users e WHERE e.id = ${endUserId}
          ON CONFLICT (source_id, end_user_id) DO UPDATE
            SET last_at = excluded.last_at, visits = known.visits + 1, click = coalesce(known.click, excluded.click)`;
        if (mayAttach && source.promoCodeId !== null) {
          await attachCode(work, { botId, endUserId, promoCodeId: source.promoCodeId, timeZone });
        }
      });
    },
  };
}

/** Whether somebody has a code at hand that they typed, or whose own link they followed: one of a source came with a visit. */
async function hasTypedCode({ db, now }: Work, endUserId: number): Promise<boolean> {
  const [row] = await db.$queryRaw<{ hasTyped: boolean }[]>`
    SELECT e.promo_code_id IS NOT NULL AND e.promo_until > ${now}::timestamptz
           AND NOT EXISTS (SELECT FROM source_visits v JOIN sources s ON s.id = v.source_id
                            WHERE v.end_user_id = e.id AND s.promo_code_id = e.promo_code_id
                              AND v.last_at = e.promo_until - interval '1 hour' * ${KEPT_HOURS}) AS "hasTyped"
      FROM end_users e WHERE e.id = ${endUserId}`;
  return row?.hasTyped ?? false;
}
