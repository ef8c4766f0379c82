import { z } from 'zod';
import { instant } from './shapes.ts';

/** 202: it waits for its person's word in the main bot. */
export const confirmationAsked = z.strictObject({
  confirmation: z.strictObject({ id: z.int(), expiresAt: instant }),
});
export type ConfirmationAsked = z.infer<typeof confirmationAsked>;

export const confirmation = z.strictObject({
  id: z.int(),
  state: z.enum(['waiting', 'done', 'refused', 'expired', 'failed']),
  /** Why it failed. */
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
});
export type Confirmation = z.infer<typeof confirmation>;
