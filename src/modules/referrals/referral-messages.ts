import { z } from 'zod';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { settleReferral } from './rewards.ts';

const aboutReferral = z.object({ referralId: z.int() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** An inviter's reward is what the books say of their friend's purchases. */
    'settle-referral': z.infer<typeof aboutReferral>;
  }
}

export function createReferralMessages({
  transact,
  timeZone,
}: {
  transact: UnitOfWork;
  timeZone: string;
}): OutboxDefinitions<'settle-referral'> {
  return {
    'settle-referral': {
      payload: aboutReferral,
      async handle({ referralId }) {
        await transact((work) => settleReferral(work, referralId, timeZone));
        return 'delivered';
      },
      onUnknown: 'retry',
    },
  };
}
