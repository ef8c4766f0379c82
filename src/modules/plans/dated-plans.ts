import { SYSTEM } from '../../kernel/actor.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { dateOf } from '../../shared/calendar.ts';
import { tell } from '../notifications/notice.ts';
import { listHearers } from '../team/team-queries.ts';
import { PLAN_NOTICES } from './plan-notices.ts';

export function createDatedPlans({ transact, timeZone }: { transact: UnitOfWork; timeZone: string }) {
  /** Takes plans off sale whose date is over, and tells whoever sells them. One statement, for all tenants. */
  async function endDatedPlans(): Promise<void> {
    await transact(async (work) => {
      const today = dateOf(work.now, timeZone).toISOString().slice(0, 10);
      const ended = await work.db.$queryRaw<{ planId: number; botId: number; ownerId: number }[]>`
        UPDATE plans p SET is_active = false
          FROM channels c JOIN user_bots b ON b.id = c.user_bot_id
         WHERE c.id = p.channel_id AND p.is_active AND p.ends_on < ${today}::date
        RETURNING p.id AS "planId", b.id AS "botId", b.user_admin_id AS "ownerId"`;
      for (const { planId, botId, ownerId } of ended) {
        work.audit(SYSTEM, 'plan.off', { plan: planId, bot: botId });
        for (const to of await listHearers(work.db, { botId, ownerId }, 'shop')) {
          tell(work, PLAN_NOTICES.planEnded, to, { planId });
        }
      }
    });
  }

  return { endDatedPlans };
}
