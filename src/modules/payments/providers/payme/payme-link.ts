import type { Language } from '../../../../infra/i18n/i18n.ts';
import type { MerchantDetails } from '../../../merchant-accounts/merchant-account.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';

/**
 * Where a buyer pays an order by Payme, in their language; afterwards they are sent back to the bot.
 * @param order its amount in tiyin
 */
export function paymeLink(
  { cashboxId }: Pick<MerchantDetails['payme'], 'cashboxId'>,
  order: { paymentId: number; amount: bigint; language: Language; botUsername: string; isTest: boolean },
): string {
  const { host, testHost } = PROVIDER_RULES.payme;
  const { paymentId, amount, language, botUsername, isTest } = order;
  const fields = [
    `m=${cashboxId}`,
    `ac.order_id=${paymentId}`,
    `a=${amount}`,
    `l=${language}`,
    `c=https://t.me/${botUsername}`,
  ];
  return `${isTest ? testHost : host}${Buffer.from(fields.join(';')).toString('base64')}`;
}
