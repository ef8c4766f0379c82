import type { InlineKeyboardButton } from 'grammy/types';
import type { Provider } from '../../../modules/merchant-accounts/merchant-account.ts';
import type { Order } from '../../../modules/payments/checkout-service.ts';
import { choiceEndsAt } from '../../../modules/payments/payment.ts';
import type { OrderStatus } from '../../../modules/payments/providers/order-status-service.ts';
import type { OwnSubscription } from '../../../modules/subscriptions/subscription-service.ts';
import { formatTime } from '../../../shared/calendar.ts';
import { CANCEL, HOME, PAID, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { date, durationName, money, type Viewer } from '../common.ts';
import { mySubscriptionScreen } from './subscription.ts';

/** What an order by a provider costs, where it is paid, and that access comes by itself. */
export function providerScreen<P extends Provider>(
  viewer: Viewer,
  order: Order<P>,
  further: readonly string[] = [],
): Screen {
  const { t } = viewer;
  const { payment, title, method, instructions } = order;
  return {
    text: [
      t('order.pay', {
        title,
        duration: durationName(t, payment.duration),
        amount: money(viewer, payment.amount),
        order: payment.id,
        until: date(viewer, choiceEndsAt(payment)),
      }),
      t('order.byItself', { provider: providerName(viewer, method) }),
      ...further,
    ].join('\n\n'),
    buttons: payButtons(viewer, {
      paymentId: payment.id,
      provider: method,
      link: instructions.link,
      invoice: null,
    }),
  };
}

/** Whoever has the bank's app open finds the service there, and types what the link would have brought. */
export function uzumScreen(viewer: Viewer, order: Order<'uzum'>): Screen {
  const { serviceId } = order.instructions;
  const inApp = viewer.t('order.inUzumApp', { service: serviceId, order: order.payment.id });
  return providerScreen(viewer, order, [inApp]);
}

/**
 * How an order stands with its provider.
 * @param held what its buyer has, with the way in for whoever is outside: where it is paid
 */
export function orderStatusScreen(
  viewer: Viewer,
  order: OrderStatus,
  held: readonly OwnSubscription[],
): Screen {
  const { t } = viewer;
  const { paymentId, state, title, lockedUntil } = order;
  const provider = providerName(viewer, order.provider);
  switch (state) {
    case 'waiting':
    case 'givenUp':
      return { text: t(`order.${state}`, { provider, title }), buttons: payButtons(viewer, order) };
    case 'running':
      return {
        text:
          lockedUntil === null
            ? t('order.running', { provider, title })
            : t('order.runningUntil', {
                provider,
                title,
                until: formatTime(lockedUntil, viewer.timeZone),
              }),
        buttons: [
          [againButton(viewer, paymentId)],
          ...(lockedUntil === null ? [[cancelButton(viewer, paymentId)]] : []),
          [button(t('button.home'), HOME.data())],
        ],
      };
    case 'paid': {
      const screen = mySubscriptionScreen(viewer, held);
      return { ...screen, text: [t('order.paid', { title }), screen.text].join('\n\n') };
    }
    case 'ended':
      return {
        text: t('order.ended', { title }),
        buttons: [[button(t('button.plans'), HOME.data()), button(t('button.support'), SUPPORT.data())]],
      };
  }
}

export function payButtons(
  viewer: Viewer,
  { paymentId, provider, link, invoice }: Pick<OrderStatus, 'paymentId' | 'provider' | 'link' | 'invoice'>,
): InlineKeyboardButton[][] {
  const label =
    invoice === null
      ? viewer.t.plain('order.payWith', { provider: providerName(viewer, provider) })
      : viewer.t.plain('order.payStars', { amount: money(viewer, BigInt(invoice.stars), 'XTR') });
  return [
    ...(link === null ? [] : [[{ text: label, url: link }]]),
    [againButton(viewer, paymentId)],
    [cancelButton(viewer, paymentId)],
  ];
}

const againButton = ({ t }: Viewer, paymentId: number) => button(t('order.havePaid'), PAID.data(paymentId));
const cancelButton = ({ t }: Viewer, paymentId: number) => button(t('button.cancel'), CANCEL.data(paymentId));
const providerName = ({ t }: Viewer, provider: string) => t.named('provider.name', provider);
