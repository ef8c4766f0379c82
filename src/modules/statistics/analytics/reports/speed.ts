import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../shared/durations.ts';
import { type Day, type Facts, SPEED_BUCKETS, type SpeedFact } from '../facts.ts';
import { dayOf, daysFrom, plusDays } from './months.ts';
import { changeOf, divide, ratioOf } from './rounding.ts';
import { groupBy, sumOf } from './sold.ts';

interface SpeedReport {
  asOf: Date;
  decided: number;
  /** Shares. */
  within: Record<'15m' | '1h' | '24h', number | null>;
  /** As the buckets tell, evenly filled. Beyond the last one's beginning nothing is known: it says 72 hours. */
  medianSeconds: number | null;
  p90Seconds: number | null;
  /** Of `decided`, beside as many days before; null where those are no longer kept. */
  change: number | null;
  days: { day: Day; approved: number; rejected: number }[];
}

/** How far back receipts are told. */
const KEPT_DAYS = 400;

/** How long receipts wait. @param days how many, the present one last */
export function reportSpeed(facts: Facts, { days: count }: { days: number }, timeZone: string): SpeedReport {
  const today = dayOf(facts.asOf, timeZone);
  const first = plusDays(today, 1 - count);
  const since = (day: Day, end: Day) => facts.speed.filter((fact) => day <= fact.day && fact.day <= end);
  const decided = since(first, today);
  const decidedBefore = since(plusDays(first, -count), plusDays(first, -1));
  const total = sumOf(decided, ({ n }) => n);
  const within = (longest: number) => {
    const last = SPEED_BUCKETS.findIndex((seconds) => seconds * SECOND_MS === longest);
    return ratioOf(
      sumOf(decided, ({ bucket, n }) => (bucket <= last ? n : 0)),
      total,
    );
  };
  const byDay = groupBy(decided, ({ day }) => day);
  const countOf = (day: Day, wanted: SpeedFact['decision']) =>
    sumOf(byDay.get(day), ({ decision, n }) => (decision === wanted ? n : 0));

  return {
    asOf: facts.asOf,
    decided: total,
    within: { '15m': within(15 * MINUTE_MS), '1h': within(HOUR_MS), '24h': within(DAY_MS) },
    medianSeconds: secondsAt(decided, total, 50),
    p90Seconds: secondsAt(decided, total, 90),
    change:
      2 * count > KEPT_DAYS
        ? null
        : changeOf(
            total,
            sumOf(decidedBefore, ({ n }) => n),
          ),
    days: daysFrom(first, count).map((day) => ({
      day,
      approved: countOf(day, 'approved'),
      rejected: countOf(day, 'rejected'),
    })),
  };
}

/** How long it took at most for a share of them, in percent. */
function secondsAt(decided: readonly SpeedFact[], total: number, percent: number): number | null {
  if (total === 0) return null;
  let before = 0;
  for (const [bucket, longest] of SPEED_BUCKETS.entries()) {
    const n = sumOf(decided, (fact) => (fact.bucket === bucket ? fact.n : 0));
    if ((before + n) * 100 >= total * percent) {
      const shortest = SPEED_BUCKETS[bucket - 1] ?? 0;
      const part = BigInt(total * percent - before * 100) * BigInt(longest - shortest);
      return shortest + Number(divide(part, BigInt(n * 100)));
    }
    before += n;
  }
  return SPEED_BUCKETS[SPEED_BUCKETS.length - 1] ?? null;
}
