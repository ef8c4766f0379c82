import { readSerial } from '../../../shared/digits.ts';

/** What Telegram makes a link for, by which anybody can pay an order in Stars. */
export interface StarInvoice {
  /** Comes back with each payment: the order's number behind `p:`, or behind `s:` where it is paid again and again. */
  payload: string;
  stars: number;
  /** Paid again every 30 days, until somebody stops it. */
  renews: boolean;
}

/** @param amount whole Stars */
export function toInvoice(
  { id, amount }: { id: number; amount: bigint },
  { renews }: { renews: boolean },
): StarInvoice {
  return { payload: `${renews ? 's' : 'p'}:${id}`, stars: Number(amount), renews };
}

/** Which order an invoice is for. */
export interface InvoicedOrder {
  paymentId: number;
  method: 'stars' | 'starsub';
}

/** @returns null for what was never an invoice of ours */
export function orderOfPayload(payload: string): InvoicedOrder | null {
  const [, letter, digits = ''] = /^([ps]):(.+)$/.exec(payload) ?? [];
  const paymentId = readSerial(digits);
  if (paymentId === null) return null;
  return { paymentId, method: letter === 's' ? 'starsub' : 'stars' };
}
