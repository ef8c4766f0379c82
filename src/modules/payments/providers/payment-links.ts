import type { Language } from '../../../infra/i18n/i18n.ts';
import { type Provider, readDetails } from '../../merchant-accounts/merchant-account.ts';
import { clickLink } from './click/click-link.ts';
import { paymeLink } from './payme/payme-link.ts';
import { uzumLink } from './uzum/uzum-link.ts';

/** What a link to pay an order says of it. */
export interface LinkedOrder {
  paymentId: number;
  /** Tiyin. */
  amount: bigint;
  /** Where its buyer goes afterwards. */
  botUsername: string;
  language: Language;
  isTest: boolean;
}

const LINKS: { readonly [P in Provider]: (details: unknown, order: LinkedOrder) => string } = {
  payme: (details, order) => paymeLink(readDetails('payme', details), order),
  click: (details, order) => clickLink(readDetails('click', details), order),
  uzum: (details, order) => uzumLink(readDetails('uzum', details), order),
};

/** @param details as `merchant_accounts.details` keeps them */
export function paymentLink(provider: Provider, details: unknown, order: LinkedOrder): string {
  return LINKS[provider](details, order);
}
