import type { PromoGift } from './promo-code.ts';

/** Whether somebody may use a code now, or why not; each but the first is a text under `errors.promo`. */
const PROMO_STATES = ['usable', 'over', 'tooEarly', 'forNew', 'forEnded', 'usedUp', 'usedByYou'] as const;
export type PromoState = (typeof PROMO_STATES)[number];

/** What was chosen, or rejected, this long ago keeps no use any more. */
export const RESERVED_HOURS = 24;

/** A use `u` of a payment `p` that takes a place, at `q.now`. */
const TAKES_PLACE = `(u.status = 'used' OR (u.status = 'reserved'
  AND NOT (p.status = 'rejected' AND p.decided_at <= q.now - interval '${RESERVED_HOURS} hours')
  AND NOT (p.status = 'created' AND p.created_at <= q.now - interval '${RESERVED_HOURS} hours')))`;

/** A code is given to the world within its dates, of which `q.today` is one. */
export const LIVE_CODE = `(pc.removed_at IS NULL AND pc.is_active AND pc.kind IS NOT NULL
  AND (pc.ends_on IS NULL OR pc.ends_on >= q.today))`;

/**
 * Which of somebody's own reserved uses are free for a new choice: of what it would replace. Where they look at several
 * plans that is whatever is chosen or rejected; for one, what shares a chat of `q.channels` with it.
 */
export type OwnUses = 'any' | 'of these chats';

/**
 * The state of a code `pc` for an end user `e`, with `q.now` and `q.today`.
 * @param free which of their own uses take no place
 */
export function promoState(free: OwnUses): string {
  const sharesChat = `EXISTS (SELECT FROM payment_chats oc WHERE oc.payment_id = p.id AND oc.channel_id = ANY (q.channels))`;
  const isFree = `u.status = 'reserved' AND u.end_user_id = e.id AND p.status IN ('created', 'rejected')${
    free === 'any' ? '' : ` AND ${sharesChat}`
  }`;
  const uses = `FROM promo_uses u JOIN payments p ON p.id = u.payment_id
    WHERE u.promo_code_id = pc.id AND ${TAKES_PLACE} AND NOT (${isFree})`;
  const isTeam = `(EXISTS (SELECT FROM user_bots ob JOIN user_admins oa ON oa.id = ob.user_admin_id
      WHERE ob.id = e.user_bot_id AND oa.telegram_id = e.telegram_id)
    OR EXISTS (SELECT FROM bot_managers om
      WHERE om.user_bot_id = e.user_bot_id AND om.telegram_id = e.telegram_id AND om.status = 'active'))`;
  const had = `(EXISTS (SELECT FROM payments hp WHERE hp.end_user_id = e.id AND hp.approved_at IS NOT NULL AND NOT hp.is_test)
    OR EXISTS (SELECT FROM time_entries ht WHERE ht.end_user_id = e.id AND ht.source IN ('trial', 'gift', 'import')))`;
  const ended = `(EXISTS (SELECT FROM subscriptions hs WHERE hs.end_user_id = e.id)
    AND NOT EXISTS (SELECT FROM subscriptions hs WHERE hs.end_user_id = e.id AND hs.status = 'active'))`;
  return `CASE
    WHEN NOT ${LIVE_CODE} THEN 'over'
    WHEN pc.starts_on > q.today THEN 'tooEarly'
    WHEN pc.audience = 'new' AND (${isTeam} OR ${had}) THEN 'forNew'
    WHEN pc.audience = 'ended' AND (${isTeam} OR NOT ${ended}) THEN 'forEnded'
    WHEN pc.max_uses IS NOT NULL AND pc.max_uses <= (SELECT count(*) ${uses}) THEN 'usedUp'
    WHEN pc.per_person IS NOT NULL AND pc.per_person <= (SELECT count(*) ${uses} AND u.end_user_id = e.id) THEN 'usedByYou'
    ELSE 'usable' END`;
}

/** Whether an end user `e` typed a code `pc`, at `q.now`. Their own is theirs also when that is no longer kept. */
export const IS_TYPED = `(pc.id = e.promo_code_id IS TRUE AND (pc.end_user_id IS NULL OR e.promo_until > q.now))`;

/** A code `pc` that an end user `e` has at hand, found by its id: a bot may have given a personal one to thousands. */
export const IS_HELD = `(pc.user_bot_id = e.user_bot_id AND (pc.end_user_id IS NULL OR pc.end_user_id = e.id)
  AND pc.id = ANY (ARRAY(SELECT own.id FROM promo_codes own WHERE own.end_user_id = e.id) || e.promo_code_id))`;

/** The plans that a code `pc` is for. */
export const PLANS_OF_CODE = `ARRAY(SELECT pp.plan_id FROM promo_code_plans pp WHERE pp.promo_code_id = pc.id)`;

/** A code that somebody has at hand. */
export interface HeldCode {
  id: number;
  code: string;
  gift: PromoGift;
  /** They typed it, or came by its link: it comes before their personal ones. */
  isTyped: boolean;
  /** None: it is for all. */
  planIds: readonly number[];
}

/** Whether a code is for a plan at all. */
export function isForPlan({ planIds }: Pick<HeldCode, 'planIds'>, planId: number): boolean {
  return planIds.length === 0 || planIds.includes(planId);
}
