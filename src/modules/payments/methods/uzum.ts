import { uzumLink } from '../providers/uzum/uzum-link.ts';
import { readPayee } from './merchant.ts';
import type { PaymentMethodDefinition } from './payment-method.ts';

declare module './payment-method.ts' {
  interface PaymentInstructions {
    /** `serviceId`: by which whoever is in the bank's app already finds it there. */
    uzum: { link: string; serviceId: string };
  }
}

export const UZUM: PaymentMethodDefinition<'uzum'> = {
  async instructions(db, scope, order) {
    const { details, botUsername } = await readPayee(db, scope, order, 'uzum');
    const link = uzumLink(details, { paymentId: order.id, amount: order.amount, botUsername });
    return { link, serviceId: details.serviceId };
  },
};
