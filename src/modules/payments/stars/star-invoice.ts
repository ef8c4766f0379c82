/** What Telegram makes a link for, by which anybody can pay an order in Stars. */
export interface StarInvoice {
  /** Comes back with the payment: `p:` and the order's number. */
  payload: string;
  stars: number;
}

/** @param amount whole Stars */
export function toInvoice({ id, amount }: { id: number; amount: bigint }): StarInvoice {
  return { payload: `p:${id}`, stars: Number(amount) };
}

/** @returns the number of the order that an invoice is for; null: it was never one of ours */
export function orderOfPayload(payload: string): number | null {
  const [, digits] = /^p:([1-9]\d{0,9})$/.exec(payload) ?? [];
  const paymentId = Number(digits);
  return paymentId <= MAX_SERIAL ? paymentId : null;
}

const MAX_SERIAL = 2_147_483_647;
