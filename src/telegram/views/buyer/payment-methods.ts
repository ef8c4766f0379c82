import type { MethodChoice, Order } from '../../../modules/payments/checkout-service.ts';
import type { PaymentMethod } from '../../../modules/payments/methods/payment-method.ts';
import { formatCardNumber } from '../../../shared/card-number.ts';
import { CANCEL, HOME, PAY, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { durationName, money, plainAmount, promoLine, type Viewer } from '../common.ts';

type OrderView<M extends PaymentMethod> = (viewer: Viewer, order: Order<M>) => Screen;

/** What whoever has chosen a method sees of it: what to pay, how, and the way back. */
export const ORDER_VIEWS: { readonly [M in PaymentMethod]: OrderView<M> } = {
  card: cardScreen,
};

export function orderScreen<M extends PaymentMethod>(viewer: Viewer, order: Order<M>): Screen {
  return withLifetimes(viewer, order, ORDER_VIEWS[order.method](viewer, order));
}

/** Whoever buys several chats and has one of them for life is told so before they pay. */
function withLifetimes({ t }: Viewer, { heldForLife }: Pick<Order, 'heldForLife'>, screen: Screen): Screen {
  if (heldForLife.length === 0) return screen;
  const note = t('checkout.partlyHeld', { title: heldForLife.join(', ') });
  return { ...screen, text: `${screen.text}\n\n${note}` };
}

/** A plan that can be paid by several methods. */
export function methodScreen(viewer: Viewer, choice: MethodChoice): Screen {
  const { t } = viewer;
  return withLifetimes(viewer, choice, {
    text: [
      t('checkout.chooseMethod', {
        title: choice.title,
        duration: durationName(t, choice.duration),
        amount: money(viewer, choice.price),
      }),
      ...promoLine(viewer, choice, choice.promo),
    ].join('\n\n'),
    buttons: [
      ...choice.methods.map((method) => [
        button(t.named('paymentMethod', method), PAY.data(choice.planId, method)),
      ]),
      [button(t('button.home'), HOME.data())],
    ],
  });
}

/** Amount and card, each with a button that copies it, and what to send then. */
function cardScreen(
  viewer: Viewer,
  { payment, title, promo, unusedCode, instructions: { cardNumber, cardHolder } }: Order<'card'>,
): Screen {
  const { t } = viewer;
  return {
    text: [
      t('checkout.card', {
        title,
        duration: durationName(t, payment.duration),
        amount: money(viewer, payment.amount),
        card: formatCardNumber(cardNumber),
        holder: cardHolder,
      }),
      ...promoLine(viewer, payment, promo),
      ...(unusedCode === null ? [] : [unusedLine(viewer, unusedCode)]),
      ...(payment.hasOwnAmount ? [t('uniqueAmount.exactly')] : []),
    ].join('\n\n'),
    buttons: [
      [
        { text: t('checkout.copyAmount'), copy_text: { text: plainAmount(payment.amount) } },
        { text: t('checkout.copyCard'), copy_text: { text: cardNumber } },
      ],
      [button(t('button.support'), SUPPORT.data())],
      [button(t('button.cancel'), CANCEL.data(payment.id))],
    ],
  };
}

function unusedLine({ t }: Viewer, { code, why }: NonNullable<Order['unusedCode']>): string {
  const isOfPromo = why === 'notForPlan' || why === 'reserved';
  return t(isOfPromo ? `promo.${why}` : `errors.promo.${why}`, { code });
}
