import type { Facts } from '../../../src/modules/statistics/analytics/facts.ts';

export const TASHKENT = 'Asia/Tashkent';

/** Noon of a day there. */
export function noon(day: string): Date {
  return new Date(`${day}T12:00:00+05:00`);
}

/** Tiyin. */
export function som(amount: number): bigint {
  return BigInt(Math.round(amount * 100));
}

/** Monthly value as facts keep it. */
export function monthly(amount: number): bigint {
  return BigInt(amount) * 1_000_000n;
}

/** What was sold, where nothing else is said: a plan of one chat, by card. */
export const SOLD = { chat: 1, plan: 1, method: 'card', currency: 'UZS' } as const;

/** Facts of which only these are there. */
export function factsOf(known: Partial<Facts>): Facts {
  return {
    asOf: noon('2026-04-01'),
    sales: [],
    salesBySource: [],
    periods: [],
    running: [],
    due: [],
    starts: [],
    ends: [],
    live: [],
    cohorts: [],
    cohortSales: [],
    spells: [],
    people: [],
    sourcePeople: [],
    speed: [],
    upcoming: [],
    ...known,
  };
}
