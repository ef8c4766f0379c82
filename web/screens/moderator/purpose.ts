import type { TariffPurpose } from '../../../src/panel/contract/moderator/owners.ts';
import { named, t } from '../../words/words.ts';

/** `1 month`, or `Payme · @shop`. */
export function purposeTitle(purpose: TariffPurpose): string {
  return purpose.kind === 'tariff'
    ? t('duration.months', { count: purpose.months })
    : `${named('paymentMethod', purpose.provider)} · @${purpose.bot}`;
}
