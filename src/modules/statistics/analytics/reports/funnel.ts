import type { Day, Facts, PeopleFact } from '../facts.ts';
import { dayOf, daysBetween, lastDayOf, type Period, plusDays } from './months.ts';
import { changeOf, ratioOf } from './rounding.ts';
import { sumOf } from './sold.ts';

/** Days of the first /start, both ends in; by default those of the months, or else the last 30. */
export interface FunnelQuery {
  since?: Day | undefined;
  until?: Day | undefined;
  months?: Period | undefined;
  /** 0: whoever came by none. */
  source?: number | undefined;
}

const STEPS = ['started', 'chose', 'paid', 'approved', 'joined'] as const;

interface FunnelReport {
  asOf: Date;
  steps: {
    step: (typeof STEPS)[number];
    people: number;
    ofFirst: number | null;
    /** Of the first step null. */
    ofPrevious: number | null;
    /** Beside as many days before. */
    change: number | null;
  }[];
}

const USUAL_DAYS = 30;

/** How far people have come by now. */
export function reportFunnel(facts: Facts, query: FunnelQuery, timeZone: string): FunnelReport {
  const { since, until } = daysOf(query, dayOf(facts.asOf, timeZone));
  const meant = facts.people.filter(
    ({ source }) => query.source === undefined || source === (query.source || null),
  );
  const between = (first: Day, last: Day) => meant.filter(({ day }) => first <= day && day <= last);
  const now = between(since, until);
  const before = between(plusDays(since, -daysBetween(since, until) - 1), plusDays(since, -1));
  const count = (people: readonly PeopleFact[], step: (typeof STEPS)[number]) =>
    sumOf(people, (fact) => fact[step]);

  return {
    asOf: facts.asOf,
    steps: STEPS.map((step, index) => {
      const people = count(now, step);
      const previous = STEPS[index - 1];
      return {
        step,
        people,
        ofFirst: ratioOf(people, count(now, STEPS[0])),
        ofPrevious: previous ? ratioOf(people, count(now, previous)) : null,
        change: changeOf(people, count(before, step)),
      };
    }),
  };
}

function daysOf({ months, ...asked }: FunnelQuery, today: Day): { since: Day; until: Day } {
  const lastOfMonths = months && lastDayOf(months.to);
  const until = asked.until ?? (lastOfMonths && lastOfMonths < today ? lastOfMonths : today);
  return { since: asked.since ?? (months ? `${months.from}-01` : plusDays(until, 1 - USUAL_DAYS)), until };
}
