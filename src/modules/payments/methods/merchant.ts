import type { Language } from '../../../infra/i18n/i18n.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import {
  type MerchantDetails,
  type Provider,
  readDetails,
} from '../../merchant-accounts/merchant-account.ts';
import type { OrderToPay } from './payment-method.ts';

/** What a payment link says of where the money goes, and of whoever follows it. */
interface Payee<P extends Provider> {
  details: MerchantDetails[P];
  botUsername: string;
  language: Language;
}

/**
 * To whom an order is paid. What was chosen before a provider was switched off stays payable, so only an account that is
 * gone ends it.
 * @throws AppError `planGone`
 */
export async function readPayee<P extends Provider>(
  db: Db,
  { botId }: TenantScope,
  { endUserId }: OrderToPay,
  provider: P,
): Promise<Payee<P>> {
  const bot = await db.sellerBot.findUnique({
    where: { id: botId },
    select: {
      username: true,
      merchantAccounts: { where: { provider, removedAt: null }, select: { details: true, keysSetAt: true } },
      endUsers: { where: { id: endUserId }, select: { language: true } },
    },
  });
  const account = bot?.merchantAccounts[0];
  const buyer = bot?.endUsers[0];
  if (!bot || !account?.keysSetAt || !buyer) throw new AppError('planGone');
  return {
    details: readDetails(provider, account.details),
    botUsername: bot.username,
    language: buyer.language as Language,
  };
}
