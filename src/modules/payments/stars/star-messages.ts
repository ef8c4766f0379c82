import { z } from 'zod';
import type { OutboxDefinitions } from '../../../kernel/outbox/outbox-message.ts';
import type { StarRefunds } from './star-refunds.ts';

const refundStars = z.object({ attemptId: z.int() });

declare module '../../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Telegram is asked to return the Stars of an attempt. */
    'refund-stars': z.infer<typeof refundStars>;
  }
}

export function createStarMessages({
  starRefunds,
}: {
  starRefunds: Pick<StarRefunds, 'carryOut'>;
}): OutboxDefinitions<'refund-stars'> {
  return {
    'refund-stars': {
      payload: refundStars,
      // Asked twice, Telegram says that it has done so.
      onUnknown: 'retry',
      endsWithBot: true,
      handle: async ({ attemptId }) => ((await starRefunds.carryOut(attemptId)) ? 'delivered' : 'not-due'),
    },
  };
}
