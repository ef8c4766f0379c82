import { z } from 'zod';
import { forecast, month, overview } from '../analytics.ts';
import { instant, money, telegramId } from '../shapes.ts';

export const platformQuery = z.strictObject({ from: month.optional(), to: month.optional() });

/** What is paid through the platform, and what it earns by itself. */
export const platformReport = z.strictObject({
  asOf: instant,
  now: z.strictObject({
    /** Subscriptions that run, in all bots. */
    live: z.int(),
    /** Bots that sold, and owners who came, in the last 30 days. */
    sellingBots: z.int(),
    newOwners: z.int(),
  }),
  months: z.array(
    z.strictObject({
      month,
      newOwners: z.int(),
      /** Through all bots, by method and currency. */
      turnover: z.array(z.strictObject({ method: z.string(), amount: money, sales: z.int() })),
    }),
  ),
  /** The 20 that took the most soʻm in the last 30 days, the most first. */
  bots: z.array(
    z.strictObject({
      id: telegramId,
      username: z.string(),
      name: z.string(),
      turnover: money,
      sales: z.int(),
    }),
  ),
  /** Of tariffs: owners in the place of subscribers. */
  own: z.strictObject({
    now: overview.shape.now,
    total: overview.shape.total,
    months: overview.shape.months,
    /** The next 30 days. */
    forecast: forecast.pick({ days: true, total: true }),
  }),
});
export type PlatformReport = z.infer<typeof platformReport>;
