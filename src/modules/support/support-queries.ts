import { Prisma } from '../../infra/prisma-client/client.ts';
import type { DueMessage } from '../../kernel/outbox/outbox-message.ts';
import { reopenMessages } from '../../kernel/outbox/outbox-queries.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';

/** Begins the key of the outbox message that passes a support message on; the id of that follows. */
export const PASS = 'pass-support:';

/** What a reply answers. */
export interface Original {
  fromTelegramUserId: bigint;
  fromMessageId: number;
  /** It went to an owner or a moderator, as such. */
  toHelper: boolean;
  isKnown: boolean;
}

/**
 * What a reply in somebody's chat with a bot may answer: the message whose copy it replies to, or else one that is being
 * passed on at this moment, whose copy Telegram shows before the database holds it. One statement, because the first
 * follows the second.
 */
export async function findOriginal(
  db: Db,
  { telegramBotId, telegramUserId }: { telegramBotId: bigint; telegramUserId: bigint },
  repliedTo: number,
  helpers: readonly bigint[],
): Promise<Original | undefined> {
  const [original] = await db.$queryRaw<Original[]>`
    SELECT s.from_telegram_id AS "fromTelegramUserId", s.from_message_id AS "fromMessageId",
           -- What was passed on before this was noted: by whom it went to.
           COALESCE(s.to_helper, s.to_telegram_id = ANY(${helpers as bigint[]})) AS "toHelper",
           COALESCE(${repliedTo} IN (s.copy_message_id, s.header_message_id), false) AS "isKnown"
      FROM support_messages s
     WHERE s.telegram_bot_id = ${telegramBotId} AND s.to_telegram_id = ${telegramUserId}
       AND (s.copy_message_id = ${repliedTo} OR s.header_message_id = ${repliedTo}
            OR s.copy_message_id IS NULL AND EXISTS (
                 SELECT FROM promises p
                  WHERE p.key = ${PASS} || s.id AND p.done_at IS NULL
                    AND p.claimed_by IS NOT NULL AND p.claimed_until > now()))
     ORDER BY "isKnown" DESC LIMIT 1`;
  return original;
}

/** Support messages that wait for this person to open the bot are due at once. */
export async function reopenSupport(
  db: Pick<Db, '$queryRaw'>,
  { botId, telegramBotId }: TenantScope,
  telegramUserId: bigint,
): Promise<DueMessage[]> {
  const theirs = Prisma.sql`
    (payload->>'supportMessageId')::int IN (
      SELECT m.id FROM support_messages m
       WHERE m.telegram_bot_id = ${telegramBotId} AND m.to_telegram_id = ${telegramUserId})`;
  return reopenMessages(db, [botId], ['pass-support'], theirs);
}
