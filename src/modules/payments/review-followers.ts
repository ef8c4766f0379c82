import type { Follower } from '../../kernel/events.ts';
import { reopenMessages } from '../../kernel/outbox/outbox-queries.ts';
import { listManagers } from '../team/team-queries.ts';
import { ofPayment } from './review-messages.ts';

/** Receipts of all their bots that could reach them nowhere. */
export const reopenReceiptsEverywhere: Follower<'ownerReturned'> = async (
  { db, wake },
  { telegramUserId },
) => {
  const bots = await db.sellerBot.findMany({ where: { owner: { telegramUserId } }, select: { id: true } });
  const botIds = bots.map(({ id }) => id);
  wake(await reopenMessages(db, botIds, ['review-request']));
};

/** Receipts that could not reach an owner, or a manager, who had blocked the bot. */
export const reopenTheirReceipts: Follower<'personReturned'> = async (
  { db, wake },
  { scope, telegramUserId },
) => {
  if (telegramUserId === scope.ownerTelegramUserId) {
    return wake(await reopenMessages(db, [scope.botId], ['review-request']));
  }
  const helping = { botId: scope.botId, telegramUserId, status: 'active' };
  if ((await db.botManager.count({ where: helping })) === 0) return;
  wake(await reopenMessages(db, [scope.botId], ['manager-review']));
};

/** Nobody is left to whom receipts were passed on: those that wait reach the owner now, not after their day. */
export const bringReceiptsToOwner: Follower<'managersStopped'> = async ({ db, now, enqueue }, { botIds }) => {
  for (const botId of botIds) {
    if ((await listManagers(db, botId, 'receipts')).length > 0) continue;
    const put = { kind: 'review-request', botId, doneAt: null, dueAt: { gt: now } };
    for (const { payload } of await db.outboxMessage.findMany({ where: put, select: { payload: true } })) {
      const { paymentId } = ofPayment.parse(payload);
      enqueue({
        kind: 'review-request',
        key: `review-request:${paymentId}:now`,
        botId,
        payload: { paymentId },
      });
    }
  }
};
