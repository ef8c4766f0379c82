import { paymeLink } from '../providers/payme/payme-link.ts';
import { readPayee } from './merchant.ts';
import type { PaymentMethodDefinition } from './payment-method.ts';

declare module './payment-method.ts' {
  interface PaymentInstructions {
    payme: { link: string };
  }
}

export const PAYME: PaymentMethodDefinition<'payme'> = {
  async instructions(db, scope, order) {
    const { details, botUsername, language } = await readPayee(db, scope, order, 'payme');
    const { id: paymentId, amount, isTest } = order;
    return { link: paymeLink(details, { paymentId, amount, language, botUsername, isTest }) };
  },
};
