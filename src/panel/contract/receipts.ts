import { z } from 'zod';
import { REJECT_REASONS } from '../../modules/payments/payment-status.ts';
import { decision, paymentMethod, paymentState, searched } from './payments.ts';
import { chat, instant, inviter, money, pageQuery, person, planName, rowId, sentId } from './shapes.ts';

export const receiptsQuery = pageQuery.extend({
  state: z.enum(['waiting', 'decided']).default('waiting'),
  chat: rowId.optional(),
  q: searched.optional(),
});
export type ReceiptsQuery = z.infer<typeof receiptsQuery>;

/** What whoever looks at a receipt should know before they decide. */
const flag = z.discriminatedUnion('kind', [
  /** The same file came before, with this payment to this bot of the owner's. */
  z.strictObject({ kind: z.literal('usedBefore'), paymentId: z.int(), bot: z.string() }),
  /** So many other receipts that wait have this amount. */
  z.strictObject({ kind: z.literal('sameAmount'), count: z.int() }),
  /** They have access already; null: for ever. */
  z.strictObject({ kind: z.literal('active'), until: instant.nullable() }),
]);
export type ReceiptFlag = z.infer<typeof flag>;

const history = z.strictObject({
  approved: z.int(),
  rejected: z.int(),
  spent: money,
  /** Null: they have no access at present. */
  active: z.strictObject({ until: instant.nullable() }).nullable(),
  /** Until when it would last after an approval; null: for ever. */
  after: instant.nullable(),
  /** What they paid before, the newest first. */
  recent: z.array(
    z.strictObject({
      id: z.int(),
      state: paymentState,
      amount: money,
      at: instant,
      /** Of a rejection: a ready reason's name, or the words themselves. */
      reason: z.string().nullable(),
    }),
  ),
  invitedBy: inviter.nullable(),
});

const listedReceipt = z.strictObject({
  id: z.int(),
  state: paymentState,
  method: paymentMethod,
  amount: money,
  listPrice: money.nullable(),
  plan: planName,
  chats: z.array(chat),
  payer: person,
  receiptAt: instant,
  /** `shown`: the file is kept still. */
  file: z.strictObject({ kind: z.enum(['photo', 'document']), shown: z.boolean() }),
  flags: z.array(flag),
  decision: decision.nullable(),
  /** What whoever asks may do with it now. */
  can: z.array(z.enum(['approve', 'reject', 'revert'])),
});
export type ListedReceipt = z.infer<typeof listedReceipt>;

export const receipt = listedReceipt.extend({ history });
export type Receipt = z.infer<typeof receipt>;

export const receiptsPage = z.strictObject({
  items: z.array(listedReceipt),
  next: z.string().nullable(),
  /** Of the filter, whatever page this is; null: more than are counted. */
  total: z.int().nullable(),
});

const reason = z.enum(REJECT_REASONS);
/** How long they may be says the service. */
const text = z.string();

export const rejectBody = z.union([z.strictObject({ reason }), z.strictObject({ text })]);
export type RejectBody = z.infer<typeof rejectBody>;

const decisionToMake = z.union([
  z.strictObject({ id: sentId, action: z.literal('approve') }),
  z.strictObject({ id: sentId, action: z.literal('reject'), reason }),
  z.strictObject({ id: sentId, action: z.literal('reject'), text }),
]);

export const decisionsBody = z.strictObject({ decisions: z.array(decisionToMake).min(1).max(50) });
export type DecisionsBody = z.infer<typeof decisionsBody>;

/** What became of each of several, in their order. */
export const decisionResults = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({ id: z.int(), ok: z.literal(true), state: paymentState }),
      z.strictObject({
        id: z.int(),
        ok: z.literal(false),
        /** `current`: as it now stands, where that is why. */
        error: z.strictObject({ code: z.string(), message: z.string(), current: listedReceipt.optional() }),
      }),
    ]),
  ),
});
export type DecisionResults = z.infer<typeof decisionResults>;
