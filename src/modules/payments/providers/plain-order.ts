import type { Prepared, RunPrepared } from '../../../infra/postgres/prepared.ts';
import { HOUR_MS } from '../../../shared/durations.ts';
import { fromDecimalString } from '../../../shared/money.ts';
import { storedMethods } from '../methods/shown-method.ts';
import { CHOICE_HOURS } from '../payment.ts';
import type { Merchant } from './attempt-repository.ts';

/** Less than `standingOf` lets pass: whatever is not as usual is left to it. */
const PLAIN_ORDER: Prepared = {
  name: 'plain-order',
  text: `
    SELECT p.amount::text AS amount
      FROM (SELECT *, (SELECT count(*) FROM payment_chats WHERE payment_id = payments.id) AS chats FROM payments) p
      JOIN user_bots b ON b.id = p.user_bot_id AND b.removed_at IS NULL AND b.token_dead_at IS NULL
      JOIN user_admins o ON o.id = b.user_admin_id AND NOT o.banned
      JOIN end_users e ON e.id = p.end_user_id AND NOT e.banned AND e.telegram_id > 0
      JOIN plans pl ON pl.id = p.plan_id AND NOT pl.is_trial
     WHERE p.id = $1 AND p.user_bot_id = $2 AND p.payment_method = ANY($3) AND p.is_test = $4 AND NOT p.is_test
       AND p.status = 'created' AND p.created_at > $5 AND p.ends_on IS NULL AND p.chats > 0
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
export async function findPlainOrder(
  read: RunPrepared,
  { scope, provider, isTest }: Merchant & { isTest: boolean },
  paymentId: number,
  now: Date,
): Promise<bigint | null> {
  const oldest = new Date(now.getTime() - CHOICE_HOURS * HOUR_MS);
  const values = [paymentId, scope.botId, storedMethods(provider), isTest, oldest];
  const [found] = await read<{ amount: string }>(PLAIN_ORDER, values);
  return found ? fromDecimalString(found.amount) : null;
}
