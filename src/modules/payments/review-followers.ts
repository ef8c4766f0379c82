import type { Follower } from '../../kernel/events.ts';
import { reopenMessages } from '../../kernel/outbox/outbox-queries.ts';

/** Receipts that could not reach an owner who had blocked the bot. */
export const reopenTheirReceipts: Follower<'personReturned'> = async (
  { db, wake },
  { scope, telegramUserId },
) => {
  if (telegramUserId !== scope.ownerTelegramUserId) return;
  wake(await reopenMessages(db, [scope.botId], ['review-request']));
};
