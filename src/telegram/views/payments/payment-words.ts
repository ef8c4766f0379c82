import type { PersonName } from '../../../kernel/person.ts';
import type { Currency } from '../../../modules/payments/payment.ts';
import type { PaymentProvider } from '../../../modules/payments/providers/attempt.ts';
import { money, personName, type Viewer } from '../common.ts';

interface PaidByProvider {
  person: PersonName;
  title: string;
  currency: Currency;
  /** Tiyin, or whole Stars. */
  amount: bigint;
  provider: PaymentProvider;
  botUsername: string;
}

/** Who paid how much for what, by whom and where, as every text about it names them. */
export function paymentWords(
  viewer: Viewer,
  { person, title, currency, amount, provider, botUsername }: PaidByProvider,
) {
  return {
    person: personName(person),
    title,
    amount: money(viewer, amount, currency),
    provider: viewer.t(`provider.name.${provider}`),
    bot: botUsername,
  };
}
