import type { Translator } from '../../infra/i18n/i18n.ts';
import type { AppError } from '../../kernel/errors.ts';
import { CANCEL, HOME, SUPPORT } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';

/** A clear sentence and the next step. */
export function appErrorScreen(t: Translator, error: AppError): Screen {
  const buttons = [[button(t('button.home'), HOME.data())]];
  const waiting = error.params?.['paymentId'];
  if (error.code === 'receiptWaits' && typeof waiting === 'number') {
    buttons.unshift([button(t('button.cancelReceipt'), CANCEL.data(waiting))]);
  }
  if (error.code === 'noLongerSold' || error.code === 'alreadyLifetime')
    buttons.unshift([button(t('button.support'), SUPPORT.data())]);
  if (error.code === 'supportInMainBot') {
    buttons.unshift([{ text: t('button.mainBot'), url: `https://t.me/${error.params['mainBot']}` }]);
  }
  return { text: t(`errors.${error.code}`, error.params), buttons };
}

export function apologyScreen(t: Translator): Screen {
  return { text: t('errors.unexpected'), buttons: [[button(t('button.home'), HOME.data())]] };
}

export function oldButtonScreen(t: Translator): Screen {
  return { text: t('errors.oldButton'), buttons: [[button(t('button.home'), HOME.data())]] };
}
