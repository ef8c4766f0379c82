import { z } from 'zod';
import type { OutboxDefinitions } from '../../../kernel/outbox/outbox-message.ts';
import type { StarReconciliation } from './star-reconciliation.ts';
import type { StarRefunds } from './star-refunds.ts';
import type { StarSubscriptionService } from './star-subscription-service.ts';

const refundStars = z.object({ attemptId: z.int() });
const lookAtStars = z.object({ botId: z.int() });
const stopStarSubscription = z.object({
  starSubscriptionId: z.int(),
  telegramUserId: z.string().optional(),
});

declare module '../../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Telegram is asked to return the Stars of an attempt. */
    'refund-stars': z.infer<typeof refundStars>;
    /** What a bot was paid in Stars while it did not run. */
    'look-at-stars': z.infer<typeof lookAtStars>;
    /** Telegram is to charge no more for it. @param telegramUserId of whoever is forgotten since */
    'stop-star-subscription': z.infer<typeof stopStarSubscription>;
  }
}

export function createStarMessages({
  starRefunds,
  starSubscriptions,
  starReconciliation,
}: {
  starRefunds: Pick<StarRefunds, 'carryOut'>;
  starSubscriptions: Pick<StarSubscriptionService, 'stopByItself'>;
  starReconciliation: Pick<StarReconciliation, 'lookAtBot'>;
}): OutboxDefinitions<'refund-stars' | 'stop-star-subscription' | 'look-at-stars'> {
  return {
    'refund-stars': {
      payload: refundStars,
      // Asked twice, Telegram says that it has done so.
      onUnknown: 'retry',
      endsWithBot: true,
      handle: async ({ attemptId }) => ((await starRefunds.carryOut(attemptId)) ? 'delivered' : 'not-due'),
    },
    'look-at-stars': {
      payload: lookAtStars,
      onUnknown: 'retry',
      endsWithBot: true,
      endsWhenRefused: true,
      async handle({ botId }) {
        await starReconciliation.lookAtBot(botId);
        return 'delivered';
      },
    },
    'stop-star-subscription': {
      payload: stopStarSubscription,
      // A removed bot still asks for it, by the token that it had.
      onUnknown: 'retry',
      async handle({ starSubscriptionId, telegramUserId }) {
        const forgotten = telegramUserId === undefined ? null : BigInt(telegramUserId);
        const isStopped = await starSubscriptions.stopByItself(starSubscriptionId, forgotten);
        return isStopped ? 'delivered' : 'not-due';
      },
    },
  };
}
