import { z } from 'zod';
import { PAYMENT_STATUSES } from '../../modules/payments/payment-status.ts';
import { parsePrice, toDecimalString } from '../../shared/money.ts';
import {
  askedDay,
  chat,
  currency,
  instant,
  money,
  pageOf,
  pageQuery,
  person,
  planName,
  rowId,
} from './shapes.ts';

export const paymentState = z.enum(PAYMENT_STATUSES);
export const paymentMethod = z.enum(['card', 'payme', 'click', 'uzum', 'stars']);
/** An amount as somebody types it, `50 000`, read as `50000.00`. */
const typedAmount = z.coerce
  .string()
  .max(40)
  .transform((text, { issues }) => {
    const tiyin = parsePrice(text, 0n);
    if (typeof tiyin === 'bigint') return toDecimalString(tiyin);
    issues.push({ code: 'custom', input: text, message: tiyin });
    return z.NEVER;
  });
/** An id, a name, a @username or an amount. */
export const searched = z.string().max(100);

/** Which payments are meant; what is absent leaves none out. */
export const paymentFilter = z.strictObject({
  state: paymentState.optional(),
  method: paymentMethod.optional(),
  chat: rowId.optional(),
  plan: rowId.optional(),
  source: rowId.optional(),
  /** The code's id. */
  promo: rowId.optional(),
  currency: currency.optional(),
  min: typedAmount.optional(),
  max: typedAmount.optional(),
  /** Of when it was chosen, both ends in. */
  from: askedDay.optional(),
  to: askedDay.optional(),
  q: searched.optional(),
});
export type PaymentFilter = z.infer<typeof paymentFilter>;

export const paymentsQuery = paymentFilter.extend(pageQuery.shape);
export type PaymentsQuery = z.infer<typeof paymentsQuery>;

/** Who decided, and in which hat. */
const decider = z.strictObject({
  name: z.string(),
  role: z.enum(['owner', 'receipts', 'support', 'all']),
});

/** What was decided last. */
export const decision = z.strictObject({
  state: paymentState,
  at: instant,
  /** Null: nobody; a provider took the money, or the person was banned. */
  by: decider.nullable(),
  /** A ready reason's name, or the words themselves. */
  reason: z.string().nullable(),
});
export type Decision = z.infer<typeof decision>;

export const payment = z.strictObject({
  id: z.int(),
  state: paymentState,
  method: paymentMethod,
  amount: money,
  /** Without its promo code; null where it has none. */
  listPrice: money.nullable(),
  plan: planName,
  /** All that it opens, the plan's own first. */
  chats: z.array(chat),
  payer: person,
  source: z.strictObject({ id: z.int(), name: z.string() }).nullable(),
  promo: z.strictObject({ id: z.int(), code: z.string() }).nullable(),
  createdAt: instant,
  receiptAt: instant.nullable(),
  approvedAt: instant.nullable(),
  decision: decision.nullable(),
});
export type Payment = z.infer<typeof payment>;

export const paymentsPage = pageOf(payment);

export const paymentTotals = z.strictObject({
  count: z.int(),
  /** One a currency; none where there is `more`. */
  sums: z.array(money),
  /** So many that they are not summed. */
  more: z.boolean(),
});
export type PaymentTotals = z.infer<typeof paymentTotals>;

/** One try to pay at a provider. */
const attempt = z.strictObject({
  id: z.int(),
  provider: z.string(),
  /** The provider's own number. */
  number: z.string(),
  state: z.enum(['created', 'paid', 'cancelled', 'refunded', 'expired']),
  amount: money,
  at: instant,
});

export const paymentDetail = payment.extend({
  attempts: z.array(attempt),
  /** Everything that was ever decided about it, the oldest first. */
  decisions: z.array(decision),
});
export type PaymentDetail = z.infer<typeof paymentDetail>;
