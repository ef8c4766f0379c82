import type { PersonName } from '../../../kernel/person.ts';
import type { Provider } from '../../../modules/merchant-accounts/merchant-account.ts';
import { money, personName, type Viewer } from '../common.ts';

interface PaidByProvider {
  person: PersonName;
  title: string;
  /** Tiyin. */
  amount: bigint;
  provider: Provider;
  botUsername: string;
}

/** Who paid how much for what, by whom and where, as every text about it names them. */
export function paymentWords(
  viewer: Viewer,
  { person, title, amount, provider, botUsername }: PaidByProvider,
) {
  return {
    person: personName(person),
    title,
    amount: money(viewer, amount),
    provider: viewer.t(`provider.name.${provider}`),
    bot: botUsername,
  };
}
