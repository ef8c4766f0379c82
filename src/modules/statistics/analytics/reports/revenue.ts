import type { Day, DayOrMonth, Facts, Month, SaleFact, SourceSaleFact } from '../facts.ts';
import { dayOf, daysFrom, monthOf, monthsOf, plusDays, plusMonths } from './months.ts';
import { changeOf, ratioOf } from './rounding.ts';
import { groupBy, isMeant, type SalesTotal, type SoldQuery, sumSales } from './sold.ts';

export interface RevenueQuery extends SoldQuery {
  by: 'plan' | 'method' | 'chat' | 'source';
  /** By days: the last 90, whatever the months. */
  step: 'day' | 'month';
}

interface RevenueGroup extends SalesTotal {
  /** An id, a method's name, or `none`. */
  key: string;
  label: string;
  share: number;
  change: number | null;
}

/** Money in tiyin, or whole Stars. */
interface RevenueReport {
  asOf: Date;
  /** Of the days or months that are told, beside as many before. */
  total: SalesTotal & { change: number | null };
  /** Whatever sold in them, the most first. */
  groups: RevenueGroup[];
  /** By the groups' keys; what sold nothing is left out. */
  series: { at: DayOrMonth; values: Record<string, bigint> }[];
}

const DAYS = 90;

/** What came in, and by what. @param labels of the groups by their keys; one without is called by its key */
export function reportRevenue(
  facts: Facts,
  query: RevenueQuery,
  timeZone: string,
  labels: ReadonlyMap<string, string>,
): RevenueReport {
  const { steps, before } = stepsOf(facts, query, timeZone);
  const stepOf = ({ at }: SaleFact) => (query.step === 'day' ? at : at.slice(0, 7));
  const within = (wanted: readonly string[]) => {
    const known = new Set(wanted);
    return (fact: SaleFact) => known.has(stepOf(fact));
  };
  const keyOf = (fact: SaleFact | SourceSaleFact) =>
    query.by === 'source' ? String(sourceOf(fact) ?? 'none') : String(fact[query.by]);

  const meant = (query.by === 'source' ? facts.salesBySource : facts.sales).filter((fact) =>
    isMeant(fact, query),
  );
  const sold = meant.filter(within(steps));
  const soldBefore = meant.filter(within(before));
  const total = sumSales(sold);
  const groupsBefore = groupBy(soldBefore, keyOf);
  const groups = [...groupBy(sold, keyOf)].map(([key, ofGroup]) => {
    const { turnover, sales } = sumSales(ofGroup);
    return {
      key,
      label: labels.get(key) ?? key,
      turnover,
      sales,
      share: ratioOf(turnover, total.turnover) ?? 0,
      change: changeOf(turnover, sumSales(groupsBefore.get(key)).turnover),
    };
  });
  const byStep = groupBy(sold, stepOf);

  return {
    asOf: facts.asOf,
    total: { ...total, change: changeOf(total.turnover, sumSales(soldBefore).turnover) },
    groups: groups.sort(mostFirst),
    series: steps.map((at) => ({ at, values: turnoverBy(byStep.get(at) ?? [], keyOf) })),
  };
}

/** What is told, up to the present, and as much before it. */
function stepsOf(
  { asOf }: Facts,
  query: RevenueQuery,
  timeZone: string,
): Record<'steps' | 'before', string[]> {
  if (query.step === 'day') {
    const first: Day = plusDays(dayOf(asOf, timeZone), 1 - DAYS);
    return { steps: daysFrom(first, DAYS), before: daysFrom(plusDays(first, -DAYS), DAYS) };
  }
  const present: Month = monthOf(asOf, timeZone);
  const steps = monthsOf(query).filter((month) => month <= present);
  return { steps, before: steps.map((month) => plusMonths(month, -steps.length)) };
}

function sourceOf(fact: SaleFact | SourceSaleFact): number | null {
  return 'source' in fact ? fact.source : null;
}

function turnoverBy(facts: readonly SaleFact[], keyOf: (fact: SaleFact) => string): Record<string, bigint> {
  const groups = [...groupBy(facts, keyOf)].map(([key, ofGroup]) => [key, sumSales(ofGroup).turnover]);
  return Object.fromEntries(groups);
}

function mostFirst(one: RevenueGroup, other: RevenueGroup): number {
  if (one.turnover !== other.turnover) return one.turnover > other.turnover ? -1 : 1;
  return one.key.localeCompare(other.key, 'en', { numeric: true });
}
