import type { Currency } from '../../../payments/payment.ts';
import type { Month } from '../facts.ts';
import type { PlatformFacts } from '../platform-facts.ts';
import { type ForecastReport, reportForecast } from './forecast.ts';
import { monthOf, monthsOf, type Period } from './months.ts';
import { type OverviewReport, reportOverview } from './overview.ts';
import { groupBy, sumOf } from './sold.ts';

/** A bot that sold in the last 30 days. Money in tiyin, of payments in soʻm. */
export interface SellingBot {
  telegramBotId: bigint;
  username: string;
  name: string;
  turnover: bigint;
  sales: number;
}

/** How the platform does. Money in tiyin, or whole Stars. */
export interface PlatformReport {
  asOf: Date;
  /** Subscriptions that run; bots that sold, and owners who came, in the last 30 days. */
  now: { live: number; sellingBots: number; newOwners: number };
  months: {
    month: Month;
    newOwners: number;
    /** Through all bots. */
    turnover: { method: string; currency: Currency; amount: bigint; sales: number }[];
  }[];
  /** The most first. */
  bots: SellingBot[];
  /** Getolog's own, of tariffs. */
  own: { overview: OverviewReport; forecast: ForecastReport };
}

const FORECAST_DAYS = 30;

/** What is paid through the platform, and what Getolog earns itself, month by month, up to the present one. */
export function reportPlatform(
  facts: PlatformFacts,
  query: Period,
  bots: SellingBot[],
  timeZone: string,
): PlatformReport {
  const present = monthOf(facts.asOf, timeZone);
  const salesOf = groupBy(facts.sales, ({ month }) => month);
  const ownersOf = groupBy(facts.owners, ({ month }) => month);
  const months = monthsOf(query).filter((month) => month <= present);
  const own = { currency: 'UZS' } as const;
  const { live, sellingBots, newOwners } = facts;
  return {
    asOf: facts.asOf,
    now: { live, sellingBots, newOwners },
    months: months.map((month) => ({
      month,
      newOwners: sumOf(ownersOf.get(month), ({ n }) => n),
      turnover: (salesOf.get(month) ?? []).map(({ method, currency, n, sum }) => ({
        method,
        currency,
        amount: sum,
        sales: n,
      })),
    })),
    bots,
    own: {
      overview: reportOverview(facts.tariffs, { ...query, ...own }, timeZone),
      forecast: reportForecast(facts.tariffs, { ...own, days: FORECAST_DAYS }, timeZone),
    },
  };
}
