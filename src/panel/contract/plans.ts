import { z } from 'zod';
import { money, planName, sentId } from './shapes.ts';

const plan = planName.extend({
  price: money,
  on: z.boolean(),
  /** People who have access by it now. */
  holders: z.int(),
  /** In soʻm, of 30 days. */
  earned30: money,
});
export type Plan = z.infer<typeof plan>;

export const plans = z.strictObject({
  /** Each with the plans whose first chat it is. */
  chats: z.array(z.strictObject({ id: z.int(), title: z.string(), plans: z.array(plan) })),
});
export type Plans = z.infer<typeof plans>;

export const priceBody = z.strictObject({
  channelId: sentId,
  months: z.int(),
  /** As somebody types it: `50 000`. */
  price: z.string().max(100),
});
export type PriceBody = z.infer<typeof priceBody>;
