import { z } from 'zod';
import { chat, instant, money, pageOf, person, planName } from './shapes.ts';

/** Money that came and gave nothing. */
const refund = z.strictObject({
  id: z.int(),
  state: z.enum(['open', 'sending', 'done', 'credited']),
  provider: z.string(),
  amount: money,
  /** Of Stars that no order here asked for nothing is known: neither who paid, nor what for. */
  payer: person.nullable(),
  plan: planName.nullable(),
  chats: z.array(chat),
  /** The order's number, and the provider's own for the money. */
  paymentId: z.int().nullable(),
  number: z.string(),
  reason: z.enum(['duplicate', 'late', 'undeliverable', 'unclear', 'foreign']),
  /** What the provider said when it refused, maybe nothing; null: it has not. */
  note: z.string().nullable(),
  /** It may have returned the money the first time that it was asked. */
  mayBeDone: z.boolean(),
  createdAt: instant,
  /** What whoever asks may do with it now. */
  can: z.array(z.enum(['send', 'done', 'credit'])),
});
export type Refund = z.infer<typeof refund>;

/** Those that wait, the oldest first. */
export const refundsPage = pageOf(refund);
