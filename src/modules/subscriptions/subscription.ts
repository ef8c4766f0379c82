import { addMonths } from '../../shared/calendar.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Warnings go out when this much is left. */
export const WARNING_MARKS_MS = { threeDays: 3 * DAY_MS, oneDay: DAY_MS } as const;

/** When a period of `months` ends that begins at `from`; null for lifetime (0 months). */
export function endOfPeriod(from: Date, months: number, timeZone: string): Date | null {
  return months === 0 ? null : addMonths(from, months, timeZone);
}

/**
 * What an active subscription's end becomes when time is added to it. Lifetime stays lifetime:
 * nothing shortens it.
 */
export function extendedEnd(presentEnd: Date | null, months: number, timeZone: string): Date | null {
  return presentEnd === null ? null : endOfPeriod(presentEnd, months, timeZone);
}

/** Marks that lie behind us already at a sale or renewal count as warned: nobody is warned of what they just bought. */
export function warningFlags(
  expiresAt: Date | null,
  now: Date,
): { notified3Day: boolean; notified1Day: boolean } {
  if (expiresAt === null) return { notified3Day: false, notified1Day: false };
  const left = expiresAt.getTime() - now.getTime();
  return { notified3Day: left <= WARNING_MARKS_MS.threeDays, notified1Day: left <= WARNING_MARKS_MS.oneDay };
}

/** What a payment added: from where to where the end moved. Null = lifetime. */
export interface Extension {
  from: Date;
  to: Date | null;
}

/**
 * What a subscription's end becomes when exactly what a payment added is taken away again. Time that others added
 * stays; a lifetime that this payment did not give stays lifetime.
 */
export function endWithout(presentEnd: Date | null, { from, to }: Extension): Date | null {
  if (to === null) return from;
  if (presentEnd === null) return null;
  return new Date(presentEnd.getTime() - (to.getTime() - from.getTime()));
}
