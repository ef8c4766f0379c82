import { readSerial } from '../../../shared/digits.ts';

const PREFIX = 'p:';

/** What Telegram makes a link for, by which anybody can pay an order in Stars. */
export interface StarInvoice {
  /** Comes back with the payment: `p:` and the order's number. */
  payload: string;
  stars: number;
}

/** @param amount whole Stars */
export function toInvoice({ id, amount }: { id: number; amount: bigint }): StarInvoice {
  return { payload: `${PREFIX}${id}`, stars: Number(amount) };
}

/** @returns the number of the order that an invoice is for; null: it was never one of ours */
export function orderOfPayload(payload: string): number | null {
  return payload.startsWith(PREFIX) ? readSerial(payload.slice(PREFIX.length)) : null;
}
