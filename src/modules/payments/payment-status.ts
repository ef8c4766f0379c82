/** Words of a payment that everybody shares; the panel's pages know them as well. */
export const PAYMENT_STATUSES = [
  'created',
  'pending',
  'approved',
  'rejected',
  'cancelled',
  'reversed',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Ready reasons; each is a locale key under `rejectReason`. */
export const REJECT_REASONS = ['amount', 'unreadable', 'notReceived', 'wrongCard'] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];
