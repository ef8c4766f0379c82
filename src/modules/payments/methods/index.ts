import { CARD } from './card.ts';
import type { PaymentMethod, PaymentMethodTable } from './payment-method.ts';

/** Every method of paying. */
export const PAYMENT_METHODS: PaymentMethodTable = {
  card: CARD,
};

export const PAYMENT_METHOD_NAMES = Object.keys(PAYMENT_METHODS) as PaymentMethod[];
