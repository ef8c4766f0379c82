import { DateTime } from 'luxon';
import { DAY_MS } from '../../../../shared/durations.ts';
import type { Day, Month } from '../facts.ts';

/** Months from one to another, both in. */
export interface Period {
  from: Month;
  to: Month;
}

/** How many months are told where nobody says from when. */
const USUAL_MONTHS = 12;
/** Beyond it no chart can be read. */
const MAX_MONTHS = 60;

/** The months asked for, the last twelve where it is not said; null: none, backwards, or more than 60. */
export function resolvePeriod(
  asked: { from?: Month | undefined; to?: Month | undefined },
  now: Date,
  timeZone: string,
): Period | null {
  const to = asked.to ?? monthOf(now, timeZone);
  const from = asked.from ?? plusMonths(to, 1 - USUAL_MONTHS);
  const count = numberOf(to) - numberOf(from) + 1;
  return count < 1 || count > MAX_MONTHS ? null : { from, to };
}

export function monthsOf({ from, to }: Period): Month[] {
  const count = Math.max(0, numberOf(to) - numberOf(from) + 1);
  return Array.from({ length: count }, (_, index) => plusMonths(from, index));
}

export function plusMonths(month: Month, count: number): Month {
  const number = numberOf(month) + count;
  const [year, place] = [Math.floor(number / 12), (number % 12) + 1];
  return `${String(year).padStart(4, '0')}-${String(place).padStart(2, '0')}`;
}

/** How many months one lies after another. */
export function monthsBetween(from: Month, to: Month): number {
  return numberOf(to) - numberOf(from);
}

function numberOf(month: Month): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
}

/** The month that `timeZone` shows. */
export function monthOf(instant: Date, timeZone: string): Month {
  return dayOf(instant, timeZone).slice(0, 7);
}

/** The day that `timeZone` shows. */
export function dayOf(instant: Date, timeZone: string): Day {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toFormat('yyyy-MM-dd');
}

/** The midnight that ends it. */
export function endOfMonth(month: Month, timeZone: string): Date {
  return DateTime.fromISO(month, { zone: timeZone }).plus({ months: 1 }).toJSDate();
}

export function plusDays(day: Day, count: number): Day {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

export function lastDayOf(month: Month): Day {
  return plusDays(`${plusMonths(month, 1)}-01`, -1);
}

/** How many days one lies after another. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** As many days, one after another. */
export function daysFrom(first: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, index) => plusDays(first, index));
}
