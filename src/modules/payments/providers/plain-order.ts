import { type Prepared, preparedBatchLoader, type RunPrepared } from '../../../infra/postgres/prepared.ts';
import { HOUR_MS } from '../../../shared/durations.ts';
import { fromDecimalString } from '../../../shared/money.ts';
import { CHOICE_HOURS } from '../payment.ts';
import type { Merchant } from './attempt-repository.ts';

/**
 * Less than `standingOf` lets pass: whatever is not as usual is left to it. `OFFSET 0` keeps Postgres from looking for an order
 * by anything but its number, however few it believes to be waiting.
 */
const PLAIN_ORDER: Prepared = {
  name: 'plain-orders',
  text: `
    SELECT q.n, p.amount::text AS amount
      FROM unnest($1::int[], $2::int[], $3::text[], $4::boolean[], $5::timestamptz[])
             WITH ORDINALITY q(id, bot_id, method, is_test, oldest, n)
      CROSS JOIN LATERAL (
        SELECT *, (SELECT count(*) FROM payment_chats WHERE payment_id = payments.id) AS chats
          FROM payments WHERE id = q.id OFFSET 0) p
      JOIN user_bots b ON b.id = p.user_bot_id AND b.removed_at IS NULL AND b.token_dead_at IS NULL
      JOIN user_admins o ON o.id = b.user_admin_id AND NOT o.banned
      JOIN end_users e ON e.id = p.end_user_id AND NOT e.banned AND e.telegram_id > 0
      JOIN plans pl ON pl.id = p.plan_id AND NOT pl.is_trial
     WHERE p.user_bot_id = q.bot_id AND p.payment_method = q.method AND p.is_test = q.is_test
       AND NOT p.is_test AND p.status = 'created' AND p.created_at > q.oldest AND p.ends_on IS NULL AND p.chats > 0
       AND NOT EXISTS (SELECT FROM payment_attempts a WHERE a.payment_id = p.id)
       AND NOT EXISTS (
         SELECT FROM payment_chats pc JOIN channels c ON c.id = pc.channel_id
           LEFT JOIN subscriptions s
             ON s.end_user_id = p.end_user_id AND s.channel_id = c.id AND s.status = 'active' AND s.expires_at IS NULL
          WHERE pc.payment_id = p.id
            AND (c.user_bot_id <> p.user_bot_id OR c.connected_at IS NULL OR c.disconnected_at IS NOT NULL OR s.id IS NOT NULL
                 OR (p.chats > 1 AND NOT (c.can_invite OR c.can_restrict))))`,
};

/**
 * What an order costs that waits as orders usually do: nobody has begun to pay it, and its money could give everything. Asked
 * without a lock, because whoever begins asks again under one.
 * @returns tiyin; null: it has to be looked at properly
 */
type FindPlainOrder = (
  merchant: Merchant & { isTest: boolean },
  paymentId: number,
  now: Date,
) => Promise<bigint | null>;

export function createFindPlainOrder(read: RunPrepared): FindPlainOrder {
  const find = preparedBatchLoader<[number, number, string, boolean, Date], { amount: string }>(
    read,
    PLAIN_ORDER,
  );
  return async ({ scope, provider, isTest }, paymentId, now) => {
    const oldest = new Date(now.getTime() - CHOICE_HOURS * HOUR_MS);
    const found = await find(paymentId, scope.botId, provider, isTest, oldest);
    return found ? fromDecimalString(found.amount) : null;
  };
}
