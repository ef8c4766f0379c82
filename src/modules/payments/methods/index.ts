import { CARD } from './card.ts';
import type { PaymentMethod, PaymentMethodTable } from './payment-method.ts';

/** Every method of paying. */
export const PAYMENT_METHODS: PaymentMethodTable = {
  card: CARD,
};

export function isPaymentMethod(name: string): name is PaymentMethod {
  return Object.hasOwn(PAYMENT_METHODS, name);
}
