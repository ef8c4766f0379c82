import type { Currency } from '../payments/payment.ts';
import type { PaymentStatus } from '../payments/payment-status.ts';

/** The periods that statistics are told for. `today`, `thisMonth` begin at a midnight of the platform's time zone, `month` is 30 days. */
export const PERIODS = ['today', 'week', 'thisMonth', 'month', 'allTime'] as const;
export type Period = (typeof PERIODS)[number];

/** What happened in one period. */
export interface PeriodMetrics {
  /** Subscriptions that began. */
  started: number;
  /** Subscriptions whose time ran out. */
  ended: number;
  /** Payments approved while a subscription was active. */
  renewed: number;
  /** Tiyin, of payments in soʻm that were approved. */
  turnover: bigint;
}

/** What came in by one method and in one currency. `stars`: whatever was paid in Stars, once or again and again. */
export interface Taking {
  method: string;
  currency: Currency;
  /** Tiyin; of Stars whole ones. */
  amount: bigint;
}

/** Read from the database, never from counters. */
export interface Statistics {
  endUsers: number;
  liveSubscribers: number;
  /** Those of them whose time is up and whose place is kept. */
  inGrace: number;
  /** Of all time, and how many of their holders bought the same chat within 30 days. */
  trials: { given: number; bought: number };
  payments: Record<PaymentStatus, number>;
  periods: Record<Period, PeriodMetrics>;
  /** The same money by where it came from; what brought nothing is left out. */
  takings: Record<Period, Taking[]>;
}

/** One month of a chart, at its last moment; the present one now. Money in tiyin, of payments in soʻm. */
export interface MonthMetrics {
  /** The midnight that began it. */
  month: Date;
  /** Approved in it. */
  turnover: bigint;
  /** What running subscriptions bring a month: a year's payment is a twelfth each. */
  monthlyRevenue: bigint;
  /** Active subscriptions. */
  subscribers: number;
}
