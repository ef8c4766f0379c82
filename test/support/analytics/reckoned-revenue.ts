import { countSales, soldIn, turnoverOf } from './reckoned-overview.ts';
import { type Asked, type Currency, isMeant, listSales, type Sale } from './reckoned-sales.ts';
import {
  changeFrom,
  dayOf,
  daySpan,
  moneyOf,
  monthSpan,
  monthsBetween,
  partOf,
  type Span,
} from './reckoning.ts';
import type { Records } from './shop-records.ts';

interface Question extends Asked {
  from: string;
  to: string;
  currency: Currency;
  by: 'plan' | 'method' | 'chat' | 'source';
  step: 'day' | 'month';
}

const DAYS = 90;

/** The groups without their labels, which are words. */
export function reckonRevenue(records: Records, asked: Question, now: Date, zone: string) {
  const meant = listSales(records).filter((sale) => isMeant(sale, asked));
  const today = dayOf(now, zone);
  const spans =
    asked.step === 'day'
      ? Array.from({ length: DAYS }, (_, index) => daySpan(today, zone, index + 1 - DAYS))
      : monthsBetween(asked.from, asked.to, zone);
  const [first, last] = [spans[0] as Span, spans.at(-1) as Span];
  const before =
    asked.step === 'day'
      ? daySpan(first.name, zone, -DAYS).begins
      : monthSpan(first.name, zone, -spans.length).begins;
  const shown = soldIn(meant, { begins: first.begins, ends: last.ends });
  const shownBefore = soldIn(meant, { begins: before, ends: first.begins });
  const keyOf = (sale: Sale) => String(sale[asked.by] ?? 'none');
  const of = (key: string, sales: readonly Sale[]) => sales.filter((sale) => keyOf(sale) === key);
  const tell = (sales: readonly Sale[], earlier: readonly Sale[]) => ({
    turnover: moneyOf(turnoverOf(sales), asked.currency),
    sales: countSales(sales),
    change: changeFrom(turnoverOf(earlier), turnoverOf(sales)),
  });
  const keys = [...new Set(shown.map(keyOf))];
  return {
    asOf: now.toISOString(),
    currency: asked.currency,
    total: tell(shown, shownBefore),
    groups: keys.map((key) => ({
      key,
      ...tell(of(key, shown), of(key, shownBefore)),
      share: partOf(turnoverOf(of(key, shown)), turnoverOf(shown)) ?? 0,
    })),
    series: spans.map((span) => {
      const sold = soldIn(shown, span);
      const sums = [...new Set(sold.map(keyOf))].map((key) => [
        key,
        moneyOf(turnoverOf(of(key, sold)), asked.currency).amount,
      ]);
      return { at: span.name, values: Object.fromEntries(sums) };
    }),
  };
}
