import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { fromDecimal, fromDecimalString } from '../../shared/money.ts';
import { type Duration, toDuration } from '../plans/duration.ts';
import type { Receipt } from '../receipts/receipt.ts';
import { type PaymentStatus, REJECT_REASONS, type RejectReason } from './payment-status.ts';

/** What may follow what. The reason why a press was refused comes from here; the guarantee from a conditional update. */
const PAYMENT_TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: ['pending', 'cancelled'],
  pending: ['approved', 'rejected', 'cancelled'],
  rejected: ['approved'],
  approved: ['reversed'],
  cancelled: [],
  reversed: [],
};

/** The states from which a payment may become `to`. */
export function statesBefore(to: PaymentStatus): PaymentStatus[] {
  return (Object.keys(PAYMENT_TRANSITIONS) as PaymentStatus[]).filter((from) =>
    PAYMENT_TRANSITIONS[from].includes(to),
  );
}

/** The reason when somebody was banned while their receipt waited; never offered. */
export const BANNED_REASON = 'blocked';

export function isRejectReason(reason: string): reason is RejectReason {
  return (REJECT_REASONS as readonly string[]).includes(reason);
}

/** Free words are kept behind this mark, so that they never read as a ready reason's name. */
export const OWN_WORDS = 'text:';
export const MAX_REJECT_TEXT_LENGTH = 500;

export function ownWordsReason(text: string): string {
  return OWN_WORDS + text;
}

export function readRejectReason(
  stored: string,
): { ready: RejectReason | typeof BANNED_REASON } | { ownWords: string } | null {
  if (stored.startsWith(OWN_WORDS)) return { ownWords: stored.slice(OWN_WORDS.length) };
  if (stored === BANNED_REASON) return { ready: stored };
  return isRejectReason(stored) ? { ready: stored } : null;
}

/** Stars are counted apart from money. */
export type Currency = 'UZS' | 'XTR';

/** An amount of either as the database keeps it: tiyin, or whole Stars. */
export function amountIn(currency: Currency, decimal: string): bigint {
  const hundredths = fromDecimalString(decimal);
  return currency === 'XTR' ? hundredths / 100n : hundredths;
}

type Priced = { currency: string; amount: { toFixed(digits: number): string } };

/** The database knows no other words. */
export const currencyOf = ({ currency }: Pick<Priced, 'currency'>): Currency => currency as Currency;

/** What a row of the database asks for: tiyin, or whole Stars. */
export const amountOfRow = (row: Priced): bigint => amountIn(currencyOf(row), row.amount.toFixed(2));

/** A choice, and the wish to pay for it again after a rejection, are good for this long. */
export const CHOICE_HOURS = 24;

export function choiceEndsAt({ createdAt }: Pick<Payment, 'createdAt'>): Date {
  return new Date(createdAt.getTime() + CHOICE_HOURS * HOUR_MS);
}

export interface Payment {
  id: number;
  endUserId: number;
  channelId: number;
  planId: number;
  duration: Duration;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  /** Without its promo code, in tiyin; null where it has none. */
  listPrice: bigint | null;
  /** The amount tells who paid: it is the price and a little on top. */
  hasOwnAmount: boolean;
  status: PaymentStatus;
  rejectReason: string | null;
  createdAt: Date;
  approvedAt: Date | null;
  decidedAt: Date | null;
  reviewedBy: bigint | null;
}

/** A receipt in a message, which its writer may still edit. */
export interface SentReceipt extends Receipt {
  /** Of the message that brought it, in the payer's chat with the bot. */
  messageId: number;
  /** When that message was edited to hold it; null where it was sent with it. */
  editedAt: Date | null;
}

export function toPayment(row: PaymentRow): Payment {
  return {
    id: row.id,
    endUserId: row.endUserId,
    channelId: row.channelId,
    planId: row.planId,
    duration: toDuration(row),
    currency: currencyOf(row),
    amount: amountOfRow(row),
    listPrice: row.listPrice && fromDecimal(row.listPrice),
    hasOwnAmount: row.amountSuffix !== null,
    status: row.status as PaymentStatus,
    rejectReason: row.rejectReason,
    createdAt: row.createdAt,
    approvedAt: row.approvedAt,
    decidedAt: row.decidedAt,
    reviewedBy: row.reviewedBy,
  };
}
