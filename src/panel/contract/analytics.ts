import { z } from 'zod';
import { paymentMethod } from './payments.ts';
import { askedDay, currency, instant, money, rowId } from './shapes.ts';

/** `2026-03`, of the platform's time zone. */
export const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
/** From 0 to 1, with four decimals. */
const ratio = z.number().min(0);
/** How much more than in the period before, as a share of that; null where that was 0. */
const change = z.number().nullable();
const saleCounts = z.strictObject({ new: z.int(), renewal: z.int(), return: z.int() });

/**
 * Which sales are meant, the months up to the present one where it is not said. Every report is asked with any of these, and
 * uses what is about what it tells: of people, subscriptions and receipts there is neither a plan, a method nor a currency.
 */
const soldQuery = z.strictObject({
  from: month.optional(),
  to: month.optional(),
  chat: rowId.optional(),
  plan: rowId.optional(),
  method: paymentMethod.optional(),
  currency: currency.default('UZS'),
});

/** While there is nothing yet that could be shown. */
export const computing = z.strictObject({ state: z.literal('computing') });

export const overviewQuery = soldQuery;
/** What is about subscriptions, not sales, is null where one plan or one method is asked for. */
const overviewMonth = z.strictObject({
  month,
  turnover: money,
  sales: saleCounts,
  mrr: money,
  paying: z.int(),
  lifetime: z.int(),
  live: z.int().nullable(),
  arpu: money.nullable(),
  started: z.int().nullable(),
  ended: z.int().nullable(),
  lost: z.int().nullable(),
  churn: ratio.nullable(),
  due: z.int(),
  renewed: z.int(),
  renewalRate: ratio.nullable(),
  /** It can still change without a reversal: the month runs, or was over less than seven days ago. */
  provisional: z.boolean(),
});
export const overview = z.strictObject({
  asOf: instant,
  currency,
  now: z.strictObject({
    mrr: money,
    paying: z.int(),
    lifetime: z.int(),
    live: z.int().nullable(),
    arpu: money.nullable(),
    ltv: z.strictObject({ amount: money, lost: z.int(), base: z.int() }).nullable(),
  }),
  /** Of the months that are shown, beside as many before. */
  total: z.strictObject({ turnover: money, sales: saleCounts, change }),
  months: z.array(overviewMonth),
});
export type Overview = z.infer<typeof overview>;

export const revenueQuery = soldQuery.extend({
  by: z.enum(['plan', 'method', 'chat', 'source']).default('plan'),
  /** By days: the last 90, whatever the months. */
  step: z.enum(['day', 'month']).default('month'),
});
export const revenue = z.strictObject({
  asOf: instant,
  currency,
  total: z.strictObject({ turnover: money, sales: saleCounts, change }),
  groups: z.array(
    z.strictObject({
      /** An id, a method's name, or `none`. */
      key: z.string(),
      label: z.string(),
      turnover: money,
      sales: saleCounts,
      share: ratio,
      change,
    }),
  ),
  /** `at`: a day or a month. The values: amounts, as text. */
  series: z.array(z.strictObject({ at: z.string(), values: z.record(z.string(), z.string()) })),
});
export type Revenue = z.infer<typeof revenue>;

/** A plan, a method and a currency narrow the turnover. */
export const retentionQuery = soldQuery;
export const retention = z.strictObject({
  asOf: instant,
  currency,
  cohorts: z.array(
    z.strictObject({
      month,
      size: z.int(),
      retained: z.array(ratio.nullable()),
      turnoverPerSubscriber: money,
    }),
  ),
});
export type Retention = z.infer<typeof retention>;

/** Of the months where they are asked for, else of the last 30 days; days say it more exactly. */
export const funnelQuery = soldQuery
  .extend({
    since: askedDay.optional(),
    until: askedDay.optional(),
    /** `0`: whoever came by none. */
    source: z
      .literal('0')
      .transform(() => 0)
      .or(rowId)
      .optional(),
  })
  .refine(({ since, until }) => since === undefined || until === undefined || since <= until, {
    path: ['until'],
    message: 'before its beginning',
  });
const FUNNEL_STEPS = ['started', 'chose', 'paid', 'approved', 'joined'] as const;
export const funnel = z.strictObject({
  asOf: instant,
  steps: z.array(
    z.strictObject({
      step: z.enum(FUNNEL_STEPS),
      people: z.int(),
      ofFirst: ratio.nullable(),
      ofPrevious: ratio.nullable(),
      change,
    }),
  ),
});
export type Funnel = z.infer<typeof funnel>;

/** People by the months in which they first came by a source, turnover by that of the sales, which a filter narrows. */
export const sourcesQuery = soldQuery;
export const sourcesReport = z.strictObject({
  asOf: instant,
  items: z.array(
    z.strictObject({
      /** These three are null for whoever came by none; that row comes first. */
      id: z.int().nullable(),
      slug: z.string().nullable(),
      name: z.string().nullable(),
      people: z.int(),
      new: z.int(),
      chose: z.int(),
      paid: z.int(),
      buyers: z.int(),
      turnover: money,
      live: z.int(),
      /** In soʻm, whatever the currency of the turnover. */
      cost: money.nullable(),
      costPerBuyer: money.nullable(),
      /** Turnover ÷ cost; null of Stars. */
      return: ratio.nullable(),
    }),
  ),
});
export type SourcesReport = z.infer<typeof sourcesReport>;

/** The last days, whatever the months. */
export const speedQuery = soldQuery.extend({
  days: z.coerce.number().int().min(1).max(365).default(30),
});
export const speed = z.strictObject({
  asOf: instant,
  decided: z.int(),
  within: z.strictObject({ '15m': ratio.nullable(), '1h': ratio.nullable(), '24h': ratio.nullable() }),
  medianSeconds: z.int().nullable(),
  p90Seconds: z.int().nullable(),
  change,
  days: z.array(z.strictObject({ day: z.iso.date(), approved: z.int(), rejected: z.int() })),
});
export type Speed = z.infer<typeof speed>;

/** The next days, whatever the months. */
export const forecastQuery = soldQuery.extend({ days: z.enum(['30', '90']).default('30') });
export const forecast = z.strictObject({
  asOf: instant,
  currency,
  /** `expected` is null where too few came due lately to reckon with. */
  days: z.array(
    z.strictObject({ day: z.iso.date(), due: z.int(), value: money, expected: money.nullable() }),
  ),
  total: z.strictObject({ due: z.int(), value: money, expected: money.nullable() }),
});
export type Forecast = z.infer<typeof forecast>;
