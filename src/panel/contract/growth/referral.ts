import { z } from 'zod';
import { money } from '../shapes.ts';

const friend = z.strictObject({ name: z.string(), username: z.string().nullable() });

/** How people bring people. */
export const referral = z.strictObject({
  mode: z.enum(['off', 'days', 'percent']),
  came: z.int(),
  bought: z.int(),
  turnover: money,
  rewards: z.strictObject({
    came: z.int(),
    given: z.int(),
    waiting: z.int(),
    held: z.int(),
    capped: z.int(),
    denied: z.int(),
    void: z.int(),
  }),
  best: z.array(z.strictObject({ inviter: friend, came: z.int(), bought: z.int() })),
  /** What waits for the owner's word, the oldest first. */
  held: z.array(z.strictObject({ id: z.int(), paymentId: z.int(), inviter: friend })),
});
export type Referral = z.infer<typeof referral>;

export const referralMode = z.strictObject({
  botId: z.string().optional(),
  mode: z.enum(['off', 'days', 'percent']),
});
export type ReferralModeParams = z.infer<typeof referralMode>;
