import type { Translator } from '../../infra/i18n/i18n.ts';
import type { AppError } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../shared/locale-keys.ts';
import { CANCEL, HOME, MY_SUBSCRIPTION, PAID, SUPPORT } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';

/** What only a person can settle: each of these says so. */
const SENDS_TO_SUPPORT: ReadonlySet<ErrorCode> = new Set([
  'noLongerSold',
  'alreadyLifetime',
  'youAreBanned',
  'ownerBanned',
  'grantWhileBanned',
  'referBanned',
  'token.ofAnotherOwner',
]);

/** What is told of an order by a provider, who is called by name. */
const OF_PROVIDERS: ReadonlySet<ErrorCode> = new Set(['paymentRuns', 'nothingToSend']);

/** A clear sentence and the next step. */
export function appErrorScreen(t: Translator, error: AppError): Screen {
  const buttons = [[button(t('button.home'), HOME.data())]];
  const waiting = error.params?.['paymentId'];
  if (error.code === 'receiptWaits' && typeof waiting === 'number') {
    buttons.unshift([button(t('button.cancelReceipt'), CANCEL.data(waiting))]);
  }
  if (OF_PROVIDERS.has(error.code) && typeof waiting === 'number') {
    buttons.unshift([button(t('order.havePaid'), PAID.data(waiting))]);
  }
  if (error.code === 'subscriptionInGrace') {
    buttons.unshift([button(t('mySubscription.renew'), MY_SUBSCRIPTION.data())]);
  }
  if (SENDS_TO_SUPPORT.has(error.code)) buttons.unshift([button(t('button.support'), SUPPORT.data())]);
  if (error.code === 'supportInMainBot') {
    buttons.unshift([{ text: t('button.mainBot'), url: `https://t.me/${error.params['mainBot']}` }]);
  }
  const { provider, ...params } = error.params;
  const named = typeof provider === 'string' ? { provider: t.named('provider.name', provider) } : {};
  return { text: t(`errors.${error.code}`, { ...params, ...named }), buttons };
}

export function apologyScreen(t: Translator): Screen {
  return { text: t('errors.unexpected'), buttons: [[button(t('button.home'), HOME.data())]] };
}

export function oldButtonScreen(t: Translator): Screen {
  return { text: t('errors.oldButton'), buttons: [[button(t('button.home'), HOME.data())]] };
}
