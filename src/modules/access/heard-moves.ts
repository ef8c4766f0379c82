import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import type { Departure } from './movements.ts';

/**
 * Notes a move of somebody whom the bot knows, unless a newer one was heard of, or this very one. The caller holds the lock
 * on the person.
 */
export async function isNews(
  { db }: Work,
  { botId }: TenantScope,
  { telegramChatId, telegramUserId, toldOrder }: Departure,
): Promise<boolean> {
  const rows = await db.$queryRaw<{ isNoted: boolean }[]>`
    WITH moved AS (
      SELECT e.id AS end_user_id, c.id AS channel_id
        FROM end_users e JOIN channels c ON c.user_bot_id = e.user_bot_id AND c.telegram_chat_id = ${telegramChatId}
       WHERE e.user_bot_id = ${botId} AND e.telegram_id = ${telegramUserId}),
    noted AS (
      INSERT INTO member_moves AS m (end_user_id, channel_id, told_order)
      SELECT end_user_id, channel_id, ${toldOrder} FROM moved
      ON CONFLICT (end_user_id, channel_id) DO UPDATE SET told_order = EXCLUDED.told_order
       WHERE m.told_order < EXCLUDED.told_order
      RETURNING 1)
    SELECT EXISTS (SELECT FROM noted) AS "isNoted" WHERE EXISTS (SELECT FROM moved)`;
  return rows[0]?.isNoted ?? true;
}
