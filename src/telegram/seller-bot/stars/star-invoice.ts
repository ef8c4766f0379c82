import { AppError } from '../../../kernel/errors.ts';
import { isDeliveryFailure } from '../../../kernel/outbox/delivery-error.ts';
import type { Order } from '../../../modules/payments/checkout-service.ts';
import type { OrderStatus } from '../../../modules/payments/providers/order-status-service.ts';
import type { SellerContext } from '../../common/context.ts';
import { toDeliveryError } from '../../outgoing/api-errors.ts';
import { invoiceWords, type SoldInStars } from '../../views/buyer/star-orders.ts';
import type { Viewer } from '../../views/common.ts';

/** An order with the link by which it is paid, where that is for Telegram to make. */
export async function withInvoiceLink(context: SellerContext, viewer: Viewer, order: Order): Promise<Order> {
  if (!isInStars(order)) return order;
  const { title, payment, instructions } = order;
  const sold = { title, duration: payment.duration, invoice: instructions.invoice };
  const link = await createLink(context, viewer, sold);
  return { ...order, instructions: { ...instructions, link } };
}

/** The same of one that is asked after. */
export async function withStatusLink(
  context: SellerContext,
  viewer: Viewer,
  status: OrderStatus,
): Promise<OrderStatus> {
  const { title, duration, invoice } = status;
  if (invoice === null) return status;
  return { ...status, link: await createLink(context, viewer, { title, duration, invoice }) };
}

const isInStars = (order: Order): order is Order<'stars'> | Order<'starsub'> =>
  order.method === 'stars' || order.method === 'starsub';

/** 30 days: Telegram knows no other. */
const PERIOD_SECONDS = 2_592_000;

/** @throws AppError `telegramUnavailable` */
async function createLink(context: SellerContext, viewer: Viewer, sold: SoldInStars): Promise<string> {
  const { payload, stars, renews } = sold.invoice;
  const { title, description, label } = invoiceWords(viewer, sold);
  try {
    const prices = [{ label, amount: stars }];
    const period = renews ? { subscription_period: PERIOD_SECONDS } : {};
    return await context.api.createInvoiceLink(title, description, payload, '', 'XTR', prices, period);
  } catch (error) {
    const failure = toDeliveryError(error);
    if (isDeliveryFailure(failure, 'not-sent', 'unknown')) throw new AppError('telegramUnavailable');
    throw error;
  }
}
