import type { ConnectionFeeOffer } from '../../../modules/tariffs/connection-fee-service.ts';
import { formatCardNumber } from '../../../shared/card-number.ts';
import { BOT_PAY_METHOD } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { money, plainAmount, type Viewer } from '../common.ts';

/** What the connection costs, once; the platform's card, and what to send. */
export function connectionFeeScreen(viewer: Viewer, offer: ConnectionFeeOffer): Screen {
  const { t } = viewer;
  return {
    text: t('connection.offer', {
      provider: t(`provider.name.${offer.provider}`),
      bot: offer.botUsername,
      amount: money(viewer, offer.amount),
      card: formatCardNumber(offer.cardNumber),
      holder: offer.cardHolder,
    }),
    buttons: [
      [
        { text: t('checkout.copyAmount'), copy_text: { text: plainAmount(offer.amount) } },
        { text: t('checkout.copyCard'), copy_text: { text: offer.cardNumber } },
      ],
      [button(t('button.cancel'), BOT_PAY_METHOD.data(offer.telegramBotId, offer.provider))],
    ],
  };
}
