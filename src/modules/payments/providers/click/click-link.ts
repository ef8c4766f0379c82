import { toDecimalString } from '../../../../shared/money.ts';
import type { MerchantDetails } from '../../../merchant-accounts/merchant-account.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';

/** Where a buyer pays an order by Click; afterwards they are sent back to the bot. @param order its amount in tiyin */
export function clickLink(
  { serviceId, merchantId }: Pick<MerchantDetails['click'], 'serviceId' | 'merchantId'>,
  order: { paymentId: number; amount: bigint; botUsername: string },
): string {
  const query = new URLSearchParams({
    service_id: serviceId,
    merchant_id: merchantId,
    amount: toDecimalString(order.amount),
    transaction_param: String(order.paymentId),
    return_url: `https://t.me/${order.botUsername}`,
  });
  return `${PROVIDER_RULES.click.linkBase}?${query.toString()}`;
}
