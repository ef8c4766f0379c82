import type { Order } from '../../../modules/payments/checkout-service.ts';
import { choiceEndsAt } from '../../../modules/payments/payment.ts';
import type { StarInvoice } from '../../../modules/payments/stars/star-invoice.ts';
import type { Duration } from '../../../modules/plans/duration.ts';
import { shorten } from '../../../shared/text.ts';
import type { Screen } from '../../common/screen.ts';
import { date, durationName, money, type Viewer } from '../common.ts';
import { payButtons } from './provider-orders.ts';

/** What an invoice is for. */
export interface SoldInStars {
  title: string;
  duration: Duration;
  invoice: StarInvoice;
}

/** As much as Telegram takes. */
const MAX_TITLE_LENGTH = 32;
const MAX_DESCRIPTION_LENGTH = 255;

/** What the window says in which Telegram asks somebody to pay. */
export function invoiceWords({ t }: Viewer, { title, ...sold }: SoldInStars) {
  const lasting = durationName(t.plain, soldFor(sold));
  return {
    title: shorten(title, MAX_TITLE_LENGTH),
    description: shorten(t.plain('order.invoice', { title, duration: lasting }), MAX_DESCRIPTION_LENGTH),
    label: lasting,
  };
}

/** What Telegram takes again and again it takes for 30 days, not for a month. */
const soldFor = ({ duration, invoice }: Omit<SoldInStars, 'title'>): Duration =>
  invoice.renews ? { kind: 'days', days: 30 } : duration;

/** What an order in Stars costs, and the button that pays it. */
export function starsScreen(viewer: Viewer, order: Order<'stars'> | Order<'starsub'>): Screen {
  const { t } = viewer;
  const { payment, title, instructions } = order;
  const { invoice, link } = instructions;
  const amount = money(viewer, payment.amount, payment.currency);
  return {
    text: [
      t('order.pay', {
        title,
        duration: durationName(t, soldFor({ duration: payment.duration, invoice })),
        amount,
        order: payment.id,
        until: date(viewer, choiceEndsAt(payment)),
      }),
      t('order.byStars'),
      ...(invoice.renews ? [t('order.everyMonth', { amount })] : []),
    ].join('\n\n'),
    buttons: payButtons(viewer, {
      paymentId: payment.id,
      provider: 'stars',
      link,
      invoice,
    }),
  };
}
