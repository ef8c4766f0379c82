import { type StarInvoice, toInvoice } from '../stars/star-invoice.ts';
import type { PaymentMethodDefinition } from './payment-method.ts';

interface StarInstructions {
  invoice: StarInvoice;
  /** Made by Telegram for whoever shows the order; null before that. */
  link: string | null;
}

declare module './payment-method.ts' {
  interface PaymentInstructions {
    stars: StarInstructions;
    /** Paid again every 30 days. */
    starsub: StarInstructions;
  }
}

/** What was chosen before Stars were switched off stays payable. */
export const STARS: PaymentMethodDefinition<'stars'> = {
  instructions: (_db, _scope, order) =>
    Promise.resolve({ invoice: toInvoice(order, { renews: false }), link: null }),
};

export const STARSUB: PaymentMethodDefinition<'starsub'> = {
  instructions: (_db, _scope, order) =>
    Promise.resolve({ invoice: toInvoice(order, { renews: true }), link: null }),
};
