import { addMonths } from '../../../../shared/calendar.ts';
import type { CohortFact, Facts, Month } from '../facts.ts';
import { monthOf, monthsBetween } from './months.ts';
import { divide, ratioOf } from './rounding.ts';
import { groupBy, isMeant, type SoldQuery, sumOf } from './sold.ts';

interface RetentionReport {
  asOf: Date;
  /** The oldest first; months that brought nobody are left out. */
  cohorts: {
    month: Month;
    size: number;
    /** Of each k from 0 on: who had access k months after they began; null until that has come for all of them. */
    retained: (number | null)[];
    /** To date, in tiyin or whole Stars. */
    turnoverPerSubscriber: bigint;
  }[];
}

/** More cohorts, and more of their months, fit on no screen. */
const MAX_COHORTS = 24;
const MAX_MONTHS = 24;

/**
 * Who stays, of those whose first paid subscription in a chat began in a month. A plan, a method and a currency narrow what
 * they paid.
 */
export function reportRetention(facts: Facts, query: SoldQuery, timeZone: string): RetentionReport {
  const present = monthOf(facts.asOf, timeZone);
  const isShown = ({ month, chat }: { month: Month; chat: number }) =>
    query.from <= month && month <= query.to && month <= present && chat === (query.chat ?? chat);
  const spellsOf = groupBy(facts.spells.filter(isShown), ({ month }) => month);
  const salesOf = groupBy(
    facts.cohortSales.filter((fact) => isShown(fact) && isMeant(fact, query)),
    ({ month }) => month,
  );
  const cohorts = [...groupBy(facts.cohorts.filter(isShown), ({ month }) => month)]
    .filter(([, parts]) => sizeOf(parts) > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(-MAX_COHORTS);

  return {
    asOf: facts.asOf,
    cohorts: cohorts.map(([month, parts]) => {
      const size = sizeOf(parts);
      const spells = spellsOf.get(month);
      const count = Math.min(MAX_MONTHS, monthsBetween(month, present) + 1);
      const retained = Array.from({ length: count }, (_, k) => {
        if (parts.some(({ lastStart }) => addMonths(lastStart, k, timeZone) > facts.asOf)) return null;
        return ratioOf(
          sumOf(spells, ({ a, z, n }) => (a <= k && (z === null || k < z) ? n : 0)),
          size,
        );
      });
      const turnover = (salesOf.get(month) ?? []).reduce((sum, sales) => sum + sales.sum, 0n);
      return { month, size, retained, turnoverPerSubscriber: divide(turnover, BigInt(size)) };
    }),
  };
}

function sizeOf(parts: readonly CohortFact[]): number {
  return sumOf(parts, ({ size }) => size);
}
