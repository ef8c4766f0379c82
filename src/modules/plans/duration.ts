import { Prisma } from '../../infra/prisma-client/client.ts';
import { addDays, addMonths, dateOf, endOfDate } from '../../shared/calendar.ts';
import { DAY_MS } from '../../shared/durations.ts';

/** How long something is sold for. Days keep the local time of day; a date lasts until the midnight after it. */
export type Duration =
  /** Calendar months, 0 = lifetime. */
  | { kind: 'months'; months: number }
  | { kind: 'days'; days: number }
  /** `2026-12-31`: a date of the platform's time zone. */
  | { kind: 'until'; endsOn: string };

/** As plans and payments keep it: one of the three is filled. */
export interface DurationColumns {
  durationMonths: number | null;
  durationDays: number | null;
  endsOn: Date | null;
}

/** Those of a plan `p`, to be read in SQL. */
export const DURATION_OF_PLAN = Prisma.sql`p.duration_months AS "durationMonths",
  p.duration_days AS "durationDays", p.ends_on AS "endsOn"`;

export function toDuration({ durationMonths, durationDays, endsOn }: DurationColumns): Duration {
  if (durationMonths !== null) return { kind: 'months', months: durationMonths };
  if (durationDays !== null) return { kind: 'days', days: durationDays };
  if (endsOn !== null) return { kind: 'until', endsOn: endsOn.toISOString().slice(0, 10) };
  throw new Error('A plan or payment without a duration');
}

export function toDurationColumns(duration: Duration): DurationColumns {
  const none = { durationMonths: null, durationDays: null, endsOn: null };
  switch (duration.kind) {
    case 'months':
      return { ...none, durationMonths: duration.months };
    case 'days':
      return { ...none, durationDays: duration.days };
    case 'until':
      return { ...none, endsOn: new Date(`${duration.endsOn}T00:00:00Z`) };
  }
}

export function isLifetime(duration: Duration): boolean {
  return duration.kind === 'months' && duration.months === 0;
}

/** When something ends that begins at `from`: null for a lifetime, never before `from` for a date that has passed. */
export function endOf(duration: Duration, from: Date, timeZone: string): Date | null {
  switch (duration.kind) {
    case 'months':
      return duration.months === 0 ? null : addMonths(from, duration.months, timeZone);
    case 'days':
      return addDays(from, duration.days, timeZone);
    case 'until': {
      const end = endOfDate(duration.endsOn, timeZone);
      return end > from ? end : from;
    }
  }
}

/** Whether its date has passed: it gives nothing to anybody any more. */
export function isOver(duration: Duration, now: Date, timeZone: string): boolean {
  return duration.kind === 'until' && endOfDate(duration.endsOn, timeZone) <= now;
}

/**
 * Whether this gives any time where somebody has access until `end`: never on top of a lifetime, and a date not to whoever
 * has longer.
 * @param end null = lifetime; undefined: they have none
 */
export function addsTo(end: Date | null | undefined, duration: Duration, timeZone: string): boolean {
  if (end === null) return false;
  return end === undefined || duration.kind !== 'until' || endOfDate(duration.endsOn, timeZone) > end;
}

/** Shortest first, a date where it lies from `now`, lifetime last. */
export function byDuration(now: Date): (one: Duration, other: Duration) => number {
  const length = (duration: Duration): number =>
    (endOf(duration, now, 'UTC')?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime();
  return (one, other) => {
    // The usual two need no calendar.
    if (one.kind === 'months' && other.kind === 'months' && one.months > 0 && other.months > 0) {
      return one.months - other.months;
    }
    const [a, b] = [length(one), length(other)];
    return a === b ? 0 : a - b;
  };
}

/** A plan to a date is not offered in its last 24 hours. @returns the earliest `ends_on` that still is, as SQL reads it */
export function offeredUntil(now: Date, timeZone: string): string {
  const date = dateOf(new Date(now.getTime() + DAY_MS), timeZone);
  return date.toISOString().slice(0, 10);
}
