import type { Work } from '../../../kernel/unit-of-work.ts';

/**
 * Asks Telegram to return the Stars of an attempt; what comes of it is heard later. A refund of the queue is `sending` by
 * then: the caller has changed it in this same work.
 * @returns false: it is asked for already, or there is nothing to return
 */
export async function requestStarRefund(work: Work, attemptId: number): Promise<boolean> {
  const [asked] = await work.db.paymentAttempt.updateManyAndReturn({
    where: {
      id: attemptId,
      provider: 'stars',
      state: 'paid',
      reversalAskedAt: null,
      payerTelegramUserId: { not: null },
    },
    data: { reversalAskedAt: work.now, reversalNote: null },
  });
  if (!asked) return false;
  work.enqueue({ kind: 'refund-stars', botId: asked.botId, payload: { attemptId } });
  return true;
}
