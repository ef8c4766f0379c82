import { z } from 'zod';
import { instant, money, pageQuery, person } from '../shapes.ts';
import { tariffPurpose, tariffState } from './owners.ts';

export const tariffsQuery = pageQuery.extend({
  state: z.enum(['waiting', 'decided']).default('waiting'),
  q: z.string().max(100).optional(),
});
export type TariffsQuery = z.infer<typeof tariffsQuery>;

/** What an owner sent for a tariff or a connection. */
const tariffReceipt = z.strictObject({
  id: z.int(),
  state: tariffState,
  amount: money,
  purpose: tariffPurpose,
  owner: person,
  receiptAt: instant,
  /** `shown`: the file is kept still. */
  file: z.strictObject({ kind: z.enum(['photo', 'document']), shown: z.boolean() }),
  /** What the owner wrote under it. */
  note: z.string().nullable(),
  decision: z
    .strictObject({
      state: tariffState,
      at: instant,
      /** Null: it is not known any more. */
      by: z.strictObject({ name: z.string(), role: z.literal('moderator') }).nullable(),
      reason: z.null(),
    })
    .nullable(),
  can: z.array(z.enum(['approve', 'reject'])),
});
export type TariffReceipt = z.infer<typeof tariffReceipt>;

/** With what to know before deciding. */
export const tariffDetail = tariffReceipt.extend({
  history: z.strictObject({
    approved: z.int(),
    rejected: z.int(),
    /** Until when they have a tariff now; null: free. */
    paidUntil: instant.nullable(),
    /** What they paid the platform before, the newest first. */
    recent: z.array(
      z.strictObject({
        id: z.int(),
        state: tariffState,
        purpose: tariffPurpose,
        amount: money,
        at: instant,
      }),
    ),
  }),
});
export type TariffDetail = z.infer<typeof tariffDetail>;

/** Those that wait, the oldest first; those decided, the newest. */
export const tariffsPage = z.strictObject({
  items: z.array(tariffReceipt),
  next: z.string().nullable(),
  total: z.int().nullable(),
});
