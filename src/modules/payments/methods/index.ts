import { CARD } from './card.ts';
import { CLICK } from './click.ts';
import { PAYME } from './payme.ts';
import type { PaymentMethod, PaymentMethodTable } from './payment-method.ts';
import { STARS, STARSUB } from './stars.ts';
import { UZUM } from './uzum.ts';

/** Every method of paying. */
export const PAYMENT_METHODS: PaymentMethodTable = {
  card: CARD,
  payme: PAYME,
  click: CLICK,
  uzum: UZUM,
  stars: STARS,
  starsub: STARSUB,
};

export function isPaymentMethod(name: string): name is PaymentMethod {
  return Object.hasOwn(PAYMENT_METHODS, name);
}
