import type { MerchantCandidate } from '../../../merchant-accounts/merchant-directory.ts';
import type { Merchant } from '../attempt-repository.ts';

/** Click has one key for both worlds: the order says of which it is. */
export function toMerchant({
  scope,
  accountId,
}: Pick<MerchantCandidate, 'scope' | 'accountId'>): Merchant<'click'> {
  return { scope, accountId, provider: 'click', isTest: null };
}
