import { z } from 'zod';
import { DeliveryError } from '../../../../kernel/outbox/delivery-error.ts';
import type { OutboxDefinitions } from '../../../../kernel/outbox/outbox-message.ts';
import { type ClickReversals, UnansweredReversal } from './click-reversals.ts';

const refundClick = z.object({ attemptId: z.int() });

declare module '../../../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** Click is asked to return what an attempt has brought. */
    'refund-click': z.infer<typeof refundClick>;
  }
}

export function createClickMessages({
  clickReversals,
}: {
  clickReversals: ClickReversals;
}): OutboxDefinitions<'refund-click'> {
  return {
    'refund-click': {
      payload: refundClick,
      onUnknown: 'retry',
      async handle({ attemptId }, { earlierAttempts, interrupted }) {
        const isRepeated = earlierAttempts > 0 || interrupted;
        try {
          return (await clickReversals.carryOut(attemptId, { isRepeated })) ? 'delivered' : 'not-due';
        } catch (error) {
          if (!(error instanceof UnansweredReversal)) throw error;
          throw new DeliveryError('unknown', { cause: error });
        }
      },
    },
  };
}
