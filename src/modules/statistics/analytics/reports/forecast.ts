import type { Day, DueFact, Facts, UpcomingFact } from '../facts.ts';
import { dayOf, daysFrom, plusDays } from './months.ts';
import { divide } from './rounding.ts';
import { groupBy, isMeant, type SoldFilter, sumOf } from './sold.ts';

export interface ForecastQuery extends SoldFilter {
  /** From today on. */
  days: number;
}

/** Money in tiyin, or whole Stars. */
interface Expectation {
  /** Subscriptions that end. */
  due: number;
  /** What was paid for them last. */
  value: bigint;
  /** Of that what will be paid again; null: too few came due lately to reckon with. */
  expected: bigint | null;
}

export interface ForecastReport {
  asOf: Date;
  days: (Expectation & { day: Day })[];
  total: Expectation;
}

interface Rate {
  renewed: bigint;
  due: bigint;
}

/** Days up to the present one that renewals are reckoned by. */
const RATE_DAYS = 90;
/** Of fewer nothing can be said. */
const MIN_DUE = 20;

/** What ends within the next days, and what of it will likely be renewed: by plan, or as the whole bot does. */
export function reportForecast(facts: Facts, query: ForecastQuery, timeZone: string): ForecastReport {
  const today = dayOf(facts.asOf, timeZone);
  const rateOf = readRates(facts.due, plusDays(today, 1 - RATE_DAYS));
  const days = daysFrom(today, query.days);
  const known = new Set(days);
  const upcoming = facts.upcoming.filter((fact) => known.has(fact.day) && isMeant(fact, query));
  const byDay = groupBy(upcoming, ({ day }) => day);
  return {
    asOf: facts.asOf,
    days: days.map((day) => ({ day, ...expect(byDay.get(day) ?? [], rateOf) })),
    total: expect(upcoming, rateOf),
  };
}

/** @returns how many of a plan's subscriptions are renewed; null: nobody can say of this bot */
function readRates(facts: readonly DueFact[], since: Day): ((plan: number) => Rate) | null {
  const recent = facts.filter(({ at }) => at >= since);
  const rateOf = (due: readonly DueFact[] | undefined) => ({
    renewed: BigInt(sumOf(due, (fact) => fact.renewed)),
    due: BigInt(sumOf(due, (fact) => fact.due)),
  });
  const ofBot = rateOf(recent);
  if (ofBot.due < MIN_DUE) return null;
  const byPlan = groupBy(recent, ({ plan }) => String(plan));
  const rates = new Map([...byPlan].map(([plan, due]) => [plan, rateOf(due)]));
  return (plan) => {
    const rate = rates.get(String(plan));
    return rate && rate.due >= MIN_DUE ? rate : ofBot;
  };
}

function expect(upcoming: readonly UpcomingFact[], rateOf: ((plan: number) => Rate) | null): Expectation {
  return {
    due: sumOf(upcoming, ({ n }) => n),
    value: upcoming.reduce((sum, fact) => sum + fact.sum, 0n),
    expected: rateOf && expectedOf(upcoming, rateOf),
  };
}

/** The plans' rates have different wholes: added up as fractions, and rounded once. */
function expectedOf(upcoming: readonly UpcomingFact[], rateOf: (plan: number) => Rate): bigint {
  let [sum, whole] = [0n, 1n];
  for (const [plan, facts] of groupBy(upcoming, (fact) => String(fact.plan))) {
    const { renewed, due } = rateOf(Number(plan));
    const part = facts.reduce((value, fact) => value + fact.sum, 0n) * renewed;
    sum = sum * due + part * whole;
    whole *= due;
  }
  return divide(sum, whole);
}
