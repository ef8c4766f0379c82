import type { LongQuery } from '../../../infra/postgres/long-transaction.ts';
import { COUNT_HELD, COUNT_SOLD } from './counting/bots.ts';
import { COUNT_DECISIONS, COUNT_PEOPLE } from './counting/people.ts';
import type { Facts } from './facts.ts';
import type { FactsKind } from './facts-store.ts';

/** A fact as it is kept: JSON has no whole numbers of any length, and no times. */
export type Kept<T> = {
  [Key in keyof T]: T[Key] extends bigint | Date
    ? string
    : T[Key] extends (infer Item)[]
      ? Kept<Item>[]
      : T[Key];
};

export type KeptFacts = Kept<Facts>;

/** Raised whenever something is counted in another way, or kept in another shape. */
const VERSION = 2;

export function factsOfBots({ timeZone }: { timeZone: string }): FactsKind<KeptFacts, Facts> {
  return {
    version: VERSION,
    count: (query, scope, asOf) => countFacts(query, scope, asOf, timeZone),
    read: readFacts,
  };
}

/** Counts a bot's books, a statement for each kind of them. */
async function countFacts(query: LongQuery, botId: number, asOf: Date, timeZone: string): Promise<KeptFacts> {
  const counted: Partial<KeptFacts>[] = [];
  for (const statement of [COUNT_SOLD, COUNT_HELD, COUNT_PEOPLE, COUNT_DECISIONS]) {
    counted.push(...(await query<Partial<KeptFacts>>(statement, [botId, asOf, timeZone])));
  }
  return Object.assign({ asOf: asOf.toISOString() }, ...counted) as KeptFacts;
}

export function readFacts(kept: KeptFacts): Facts {
  return {
    ...kept,
    asOf: new Date(kept.asOf),
    sales: kept.sales.map(withSum),
    salesBySource: kept.salesBySource.map(withSum),
    periods: kept.periods.map(withValue),
    running: kept.running.map(withValue),
    cohorts: kept.cohorts.map((cohort) => ({ ...cohort, lastStart: new Date(cohort.lastStart) })),
    cohortSales: kept.cohortSales.map(withSum),
    upcoming: kept.upcoming.map(withSum),
  };
}

export const withSum = <T extends { sum: string }>(fact: T) => ({ ...fact, sum: BigInt(fact.sum) });
const withValue = <T extends { value: string }>(fact: T) => ({ ...fact, value: BigInt(fact.value) });
