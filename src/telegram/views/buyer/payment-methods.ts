import type { MethodChoice, Order } from '../../../modules/payments/checkout-service.ts';
import type { PaymentMethod } from '../../../modules/payments/methods/payment-method.ts';
import { formatCardNumber } from '../../../shared/card-number.ts';
import { CANCEL, HOME, PAY, SUPPORT } from '../../common/routes.ts';
import { button, type Screen } from '../../common/screen.ts';
import { durationName, money, plainAmount, promoLine, type Viewer } from '../common.ts';
import { providerScreen, uzumScreen } from './provider-orders.ts';
import { starsScreen } from './star-orders.ts';

type OrderView<M extends PaymentMethod> = (viewer: Viewer, order: Order<M>) => Screen;

/** What whoever has chosen a method sees of it: what to pay, how, and the way back. */
export const ORDER_VIEWS: { readonly [M in PaymentMethod]: OrderView<M> } = {
  card: cardScreen,
  payme: withCode(providerScreen),
  click: withCode(providerScreen),
  uzum: withCode(uzumScreen),
  stars: starsScreen,
  starsub: starsScreen,
};

export function orderScreen<M extends PaymentMethod>(viewer: Viewer, order: Order<M>): Screen {
  return withLifetimes(viewer, order, ORDER_VIEWS[order.method](viewer, order));
}

/** With which code it is cheaper or longer, or why the one at hand is not used. */
function codeLines(viewer: Viewer, { payment, promo, unusedCode }: Order): string[] {
  return [
    ...promoLine(viewer, payment, promo),
    ...(unusedCode === null ? [] : [unusedLine(viewer, unusedCode)]),
  ];
}

function withCode<M extends PaymentMethod>(view: OrderView<M>): OrderView<M> {
  return (viewer, order) => {
    const screen = view(viewer, order);
    return { ...screen, text: [screen.text, ...codeLines(viewer, order)].join('\n\n') };
  };
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
        button(methodName(viewer, choice, method), PAY.data(choice.planId, method)),
      ]),
      [button(t('button.home'), HOME.data())],
    ],
  });
}

/** Of Stars with their price, because the text above has another. */
function methodName(viewer: Viewer, { starsPrice }: MethodChoice, method: PaymentMethod): string {
  const name = viewer.t.plainNamed('paymentMethod', method);
  if (starsPrice === null || !(method === 'stars' || method === 'starsub')) return name;
  const amount = money(viewer, BigInt(starsPrice), 'XTR');
  return method === 'stars' ? `${name}: ${amount}` : viewer.t.plain('order.renewed', { amount });
}

/** Amount and card, each with a button that copies it, and what to send then. */
function cardScreen(viewer: Viewer, order: Order<'card'>): Screen {
  const { t } = viewer;
  const { payment, title, instructions } = order;
  const { cardNumber, cardHolder } = instructions;
  return {
    text: [
      t('checkout.card', {
        title,
        duration: durationName(t, payment.duration),
        amount: money(viewer, payment.amount),
        card: formatCardNumber(cardNumber),
        holder: cardHolder,
      }),
      ...codeLines(viewer, order),
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
