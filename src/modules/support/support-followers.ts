import type { Follower } from '../../kernel/events.ts';
import type { DueMessage } from '../../kernel/outbox/outbox-message.ts';
import { TRY_AGAIN_NOW } from '../../kernel/outbox/outbox-queries.ts';

/** Support messages that could not reach somebody who had blocked the bot. */
export const reopenTheirSupport: Follower<'personReturned'> = async (
  { db, wake },
  { scope: { botId, telegramBotId }, telegramUserId },
) => {
  wake(
    await db.$queryRaw<DueMessage[]>`
    UPDATE promises p SET ${TRY_AGAIN_NOW}
     WHERE p.user_bot_id = ${botId} AND p.done_at IS NULL AND p.claimed_by IS NULL
       AND p.kind = 'pass-support' AND (p.payload->>'supportMessageId')::int IN (
             SELECT m.id FROM support_messages m
              WHERE m.telegram_bot_id = ${telegramBotId} AND m.to_telegram_id = ${telegramUserId})
    RETURNING p.id, p.user_bot_id AS "botId"`,
  );
};
