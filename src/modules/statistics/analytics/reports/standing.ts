import type { Month, PeriodFact, RunningFact } from '../facts.ts';

/** What runs at an instant. */
export interface Standing {
  /** Sales with an end whose time covers it. */
  paying: number;
  /** Those without one. */
  lifetime: number;
  /** Monthly value in millionths of a soʻm or Star. */
  value: bigint;
}

const NOTHING: Standing = { paying: 0, lifetime: 0, value: 0n };

function add(one: Standing, { isLifetime, n, value }: RunningFact, sign: 1 | -1 = 1): Standing {
  return {
    paying: one.paying + (isLifetime ? 0 : sign * n),
    lifetime: one.lifetime + (isLifetime ? sign * n : 0),
    value: one.value + BigInt(sign) * value,
  };
}

export function standingOf(running: readonly RunningFact[]): Standing {
  return running.reduce((sum, fact) => add(sum, fact), NOTHING);
}

/** @returns what runs at the last moment of a month: all that had begun, without what had ended */
export function standingAtEnds(periods: readonly PeriodFact[]): (month: Month) => Standing {
  const changes = new Map<Month, Standing>();
  const note = (month: Month, fact: PeriodFact, sign: 1 | -1) =>
    changes.set(month, add(changes.get(month) ?? NOTHING, fact, sign));
  for (const fact of periods) {
    note(fact.from, fact, 1);
    if (fact.to !== null) note(fact.to, fact, -1);
  }
  return accumulate(changes, NOTHING, (sum, change) => ({
    paying: sum.paying + change.paying,
    lifetime: sum.lifetime + change.lifetime,
    value: sum.value + change.value,
  }));
}

/** @returns what all changes up to the end of a month come to */
export function accumulate<T>(
  changes: ReadonlyMap<Month, T>,
  nothing: T,
  join: (sum: T, change: T) => T,
): (month: Month) => T {
  let sum = nothing;
  const sums = [...changes]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([month, change]) => {
      sum = join(sum, change);
      return { month, sum };
    });
  return (month) => sums.findLast((reached) => reached.month <= month)?.sum ?? nothing;
}
