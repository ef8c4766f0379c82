import type { UnitOfWork } from '../../../kernel/unit-of-work.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/durations.ts';
import { moderator, ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { OVERDUE_AFTER_MS } from './refund.ts';
import { REFUND_NOTICES } from './refund-notices.ts';

/** Money that waits this long: its owner is reminded twice, then moderators hear of it. */
const REMIND_AFTER_MS = [HOUR_MS, DAY_MS] as const;
/** An order is free again after this long, and its buyer may have paid for it all the same. */
const SILENCE_MS = 30 * MINUTE_MS;
/** Once a day, and before the first attempt that came since has been given up. */
const TELL_SILENCE_EVERY_MS = DAY_MS - SILENCE_MS;
/** So many at a time: the sweep comes again. */
const MOST_AT_ONCE = 500;

/** What is said by the clock of money that nobody has returned, or nobody has heard of. */
export function createRefundReminders({
  transact,
  moderatorIds,
}: {
  transact: UnitOfWork;
  moderatorIds: readonly bigint[];
}) {
  /** Each reminder once: whoever counts it up tells of it. What was missed is not told later. */
  async function remind(): Promise<void> {
    await transact(async (work) => {
      const [first, second] = REMIND_AFTER_MS.map((ms) => before(work.now, ms));
      const third = before(work.now, OVERDUE_AFTER_MS);
      const due = await work.db.$queryRaw<
        { id: number; botId: number; ownerId: number; reminders: number }[]
      >`
        WITH due AS (
          SELECT r.id, b.user_admin_id,
                 CASE WHEN r.created_at <= ${third} THEN 3 WHEN r.created_at <= ${second} THEN 2 ELSE 1 END AS reminders
            FROM refunds r JOIN user_bots b ON b.id = r.user_bot_id
           WHERE r.status IN ('open', 'sending') AND r.created_at <= ${first} AND r.reminders < 3
             AND (r.reminders < 1 OR r.created_at <= ${second} AND r.reminders < 2 OR r.created_at <= ${third})
           ORDER BY r.id LIMIT ${MOST_AT_ONCE} FOR UPDATE OF r SKIP LOCKED)
        UPDATE refunds r SET reminders = due.reminders FROM due WHERE r.id = due.id
        RETURNING r.id, r.user_bot_id AS "botId", due.user_admin_id AS "ownerId", r.reminders`;
      for (const { id: refundId, botId, ownerId, reminders } of due) {
        const about = { refundId };
        if (reminders < 3) tell(work, REFUND_NOTICES.refundWaits, ownerOf({ ownerId }), about, { botId });
        else for (const id of moderatorIds) tell(work, REFUND_NOTICES.refundOverdue, moderator(id), about);
      }
    });
  }

  /** Owners hear, once a day, for which orders Click was not heard of again. */
  async function tellUnheard(): Promise<void> {
    await transact(async (work) => {
      const until = work.now.getTime() - SILENCE_MS;
      const lastTold = before(work.now, TELL_SILENCE_EVERY_MS);
      const due = await work.db.$queryRaw<
        { id: number; botId: number; ownerId: number; toldAt: Date | null }[]
      >`
        WITH due AS (
          SELECT m.id, m.silence_told_at, b.user_admin_id
            FROM merchant_accounts m JOIN user_bots b ON b.id = m.user_bot_id
           WHERE (m.silence_told_at IS NULL OR m.silence_told_at <= ${lastTold})
             AND m.id IN (
               SELECT a.merchant_account_id FROM payment_attempts a
                WHERE a.state = 'created' AND a.provider = 'click' AND NOT a.is_test AND a.create_time <= ${until})
           ORDER BY m.id LIMIT ${MOST_AT_ONCE} FOR UPDATE OF m SKIP LOCKED)
        UPDATE merchant_accounts m SET silence_told_at = ${work.now} FROM due WHERE m.id = due.id
        RETURNING m.id, m.user_bot_id AS "botId", due.user_admin_id AS "ownerId", due.silence_told_at AS "toldAt"`;
      for (const { id: accountId, botId, ownerId, toldAt } of due) {
        // What was old enough when it was told before was told of then.
        const after = toldAt ? toldAt.getTime() - SILENCE_MS : 0;
        const about = { accountId, after, until };
        tell(work, REFUND_NOTICES.ordersUnheard, ownerOf({ ownerId }), about, { botId });
      }
    });
  }

  return { remind, tellUnheard };
}

const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms);
