import { Prisma } from '../../infra/prisma-client/client.ts';
import type { DueMessage } from '../../kernel/outbox/outbox-message.ts';
import { reopenMessages, TRY_AGAIN_NOW } from '../../kernel/outbox/outbox-queries.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { MINUTE_MS } from '../../shared/durations.ts';

/**
 * Makes an open delivery of this subscription due at once, as often as once a minute: more presses are one wish.
 * Reads the partial index on open messages only.
 * One in somebody's hand may have gone out before the wish: it is no answer to it.
 * @returns null where none waits
 */
export async function hastenDelivery(
  db: Db,
  { botId, subscriptionId }: { botId: number; subscriptionId: number },
  now: Date,
): Promise<DueMessage[] | null> {
  const minuteAgo = new Date(now.getTime() - MINUTE_MS);
  const rows = await db.$queryRaw<(DueMessage & { isHastened: boolean })[]>`
    WITH waiting AS (
           SELECT id, user_bot_id, due_at <= ${minuteAgo} AS hastens FROM promises
            WHERE done_at IS NULL AND claimed_by IS NULL AND user_bot_id = ${botId} AND kind = 'deliver-access'
              AND payload->>'subscriptionId' = ${String(subscriptionId)}),
         hastened AS (
           UPDATE promises p SET ${TRY_AGAIN_NOW}, due_at = ${now} FROM waiting w
            WHERE p.id = w.id AND w.hastens AND p.claimed_by IS NULL)
    SELECT id, user_bot_id AS "botId", hastens AS "isHastened" FROM waiting`;
  if (rows.length === 0) return null;
  return rows.filter(({ isHastened }) => isHastened).map(({ id }) => ({ id, botId }));
}

/** Whether an older delivery of this subscription waits to be tried again: the newer one need not go out beside it. */
export async function waitsBehindDelivery(
  db: Db,
  id: bigint,
  botId: number,
  subscriptionId: number,
): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM promises
     WHERE done_at IS NULL AND claimed_by IS NULL AND id < ${id} AND user_bot_id = ${botId} AND kind = 'deliver-access'
       AND payload->>'subscriptionId' = ${String(subscriptionId)} LIMIT 1`;
  return rows.length > 0;
}

/** Makes due again the deliveries that wait for one person in one bot. Nobody else's are touched. */
export async function reopenDeliveries(
  db: Pick<Db, '$queryRaw'>,
  { botId }: TenantScope,
  telegramUserId: bigint,
): Promise<DueMessage[]> {
  const theirs = Prisma.sql`
    (payload->>'subscriptionId')::int IN (
      SELECT s.id FROM subscriptions s JOIN end_users e ON e.id = s.end_user_id
       WHERE e.user_bot_id = ${botId} AND e.telegram_id = ${telegramUserId})`;
  return reopenMessages(db, [botId], ['deliver-access'], theirs);
}
