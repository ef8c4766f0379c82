import { z } from 'zod';
import { paymentFilter, paymentMethod, paymentState } from '../payments.ts';
import { instant, money, pageOf, pageQuery, planName, telegramId } from '../shapes.ts';

/** Which of all payments are meant; what is absent leaves none out. */
const watchedFilter = paymentFilter
  .pick({ state: true, method: true, currency: true, min: true, max: true, from: true, to: true })
  .extend({
    /** Telegram's id of a bot, or its @username. */
    bot: z.string().max(40).optional(),
  });

export const watchedQuery = watchedFilter.extend(pageQuery.shape);
export type WatchedQuery = z.infer<typeof watchedQuery>;

/** A payment as moderators watch it: without the person, and without the receipt. */
const watchedPayment = z.strictObject({
  id: z.int(),
  bot: z.strictObject({ id: telegramId, username: z.string() }),
  state: paymentState,
  method: paymentMethod,
  amount: money,
  listPrice: money.nullable(),
  plan: planName,
  createdAt: instant,
  approvedAt: instant.nullable(),
});
export type WatchedPayment = z.infer<typeof watchedPayment>;

export const watchedPage = pageOf(watchedPayment);
