import { type StarInvoice, toInvoice } from '../stars/star-invoice.ts';
import type { PaymentMethodDefinition } from './payment-method.ts';

declare module './payment-method.ts' {
  interface PaymentInstructions {
    /** `link`: made by Telegram for whoever shows the order; null before that. */
    stars: { invoice: StarInvoice; link: string | null };
  }
}

/** What was chosen before Stars were switched off stays payable. */
export const STARS: PaymentMethodDefinition<'stars'> = {
  instructions: (_db, _scope, order) => Promise.resolve({ invoice: toInvoice(order), link: null }),
};
