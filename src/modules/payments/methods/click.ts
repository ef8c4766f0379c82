import { clickLink } from '../providers/click/click-link.ts';
import { readPayee } from './merchant.ts';
import type { PaymentMethodDefinition } from './payment-method.ts';

declare module './payment-method.ts' {
  interface PaymentInstructions {
    click: { link: string };
  }
}

export const CLICK: PaymentMethodDefinition<'click'> = {
  async instructions(db, scope, order) {
    const { details, botUsername } = await readPayee(db, scope, order, 'click');
    return { link: clickLink(details, { paymentId: order.id, amount: order.amount, botUsername }) };
  },
};
