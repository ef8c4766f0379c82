import type { MerchantDetails } from '../../../merchant-accounts/merchant-account.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';

/** Where a buyer pays an order by Uzum; afterwards they are sent back to the bot. @param order its amount in tiyin */
export function uzumLink(
  { serviceId }: Pick<MerchantDetails['uzum'], 'serviceId'>,
  order: { paymentId: number; amount: bigint; botUsername: string },
): string {
  const { link, orderKeys } = PROVIDER_RULES.uzum;
  const query = new URLSearchParams({
    serviceId,
    [orderKeys[0]]: String(order.paymentId),
    amount: String(order.amount),
    redirectUrl: `https://t.me/${order.botUsername}`,
  });
  return `${link}?${query.toString()}`;
}
