import { DateTime } from 'luxon';
import type { Language } from './languages.ts';
import { writeDay, writeDayAndTime } from './words/day-words.ts';

/**
 * The same time of day `months` calendar months later on the date that `timeZone` shows, clamped to the month's last
 * day (31 January + 1 = 28 or 29 February). A clamped day counts on (28 February + 1 = 28 March).
 */
export function addMonths(from: Date, months: number, timeZone: string): Date {
  return DateTime.fromJSDate(from, { zone: timeZone }).plus({ months }).toJSDate();
}

/** The same time of day `days` days later on the date that `timeZone` shows. */
export function addDays(from: Date, days: number, timeZone: string): Date {
  return DateTime.fromJSDate(from, { zone: timeZone }).plus({ days }).toJSDate();
}

/** Whole days from one moment to a later one, as the calendar of `timeZone` counts them. */
export function daysBetween(from: Date, to: Date, timeZone: string): number {
  const [start, end] = [
    DateTime.fromJSDate(from, { zone: timeZone }),
    DateTime.fromJSDate(to, { zone: timeZone }),
  ];
  return Math.floor(end.diff(start, 'days').days);
}

/** The midnight that ends a date, `2026-12-31`, in `timeZone`. */
export function endOfDate(date: string, timeZone: string): Date {
  return DateTime.fromISO(date, { zone: timeZone }).plus({ days: 1 }).startOf('day').toJSDate();
}

/** The midnight that begins a date. @param date `2026-12-31` */
export function startOfDate(date: string, timeZone: string): Date {
  return DateTime.fromISO(date, { zone: timeZone }).startOf('day').toJSDate();
}

/** Whether there is such a date: `2026-12-31`. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** `31.12.2026`, as dates are typed. @param date `2026-12-31` */
export function formatTypedDate(date: string): string {
  return DateTime.fromISO(date, { zone: 'utc' }).toFormat('dd.MM.yyyy');
}

/** `2027-yil 31-yanvar`, `31 January 2027`, `31 января 2027`. */
export function formatDay(instant: Date, language: Language, timeZone: string): string {
  return writeDay(DateTime.fromJSDate(instant, { zone: timeZone }), language);
}

/** The day and the time of day: `2027-yil 31-yanvar, soat 14:05`, `31 January 2027, 14:05`, `31 января 2027 в 14:05`. */
export function formatDate(instant: Date, language: Language, timeZone: string): string {
  const day = DateTime.fromJSDate(instant, { zone: timeZone });
  return writeDayAndTime(day, formatTime(instant, timeZone), language);
}

/** `14:05`. */
export function formatTime(instant: Date, timeZone: string): string {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toFormat('HH:mm');
}

/** The midnight that began the day of `instant` in `timeZone`. */
export function startOfDay(instant: Date, timeZone: string): Date {
  return DateTime.fromJSDate(instant, { zone: timeZone }).startOf('day').toJSDate();
}

/** All moments from `from` and before `to` have one date. */
interface LocalDay {
  from: number;
  to: number;
  date: number;
}

/** Those asked for last, a few a time zone: every update asks for the present day and the next one. */
const localDays = new Map<string, LocalDay[]>();
const DAYS_KEPT = 4;

/** The date that `timeZone` shows, as databases keep a date: its midnight in UTC. */
export function dateOf(instant: Date, timeZone: string): Date {
  const at = instant.getTime();
  const known = localDays.get(timeZone) ?? [];
  let day = known.find(({ from, to }) => at >= from && at < to);
  if (!day) {
    day = localDayOf(instant, timeZone);
    localDays.set(timeZone, [day, ...known].slice(0, DAYS_KEPT));
  }
  return new Date(day.date);
}

function localDayOf(instant: Date, timeZone: string): LocalDay {
  const local = DateTime.fromJSDate(instant, { zone: timeZone });
  return {
    from: local.startOf('day').toMillis(),
    to: local.endOf('day').toMillis() + 1,
    date: Date.UTC(local.year, local.month - 1, local.day),
  };
}

/** `instant`, where its hour in `timeZone` is between the two; else the next time that the first one comes. */
export function nextBetween(
  instant: Date,
  { from, to }: { from: number; to: number },
  timeZone: string,
): Date {
  const local = DateTime.fromJSDate(instant, { zone: timeZone });
  if (local.hour >= from && local.hour < to) return instant;
  const morning = local.startOf('day').set({ hour: from });
  return (local.hour < from ? morning : morning.plus({ days: 1 })).toJSDate();
}

/** The midnights that began the last `count` days in `timeZone`, the present day's last. */
export function lastDays(now: Date, count: number, timeZone: string): Date[] {
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
  return Array.from({ length: count }, (_, index) => today.minus({ days: count - 1 - index }).toJSDate());
}

/** The midnight that began the month of `instant` in `timeZone`. */
export function startOfMonth(instant: Date, timeZone: string): Date {
  return DateTime.fromJSDate(instant, { zone: timeZone }).startOf('month').toJSDate();
}

/** The midnights that began the last `count` months in `timeZone`, the present month's last. */
export function lastMonths(now: Date, count: number, timeZone: string): Date[] {
  const present = DateTime.fromJSDate(now, { zone: timeZone }).startOf('month');
  return Array.from({ length: count }, (_, index) => present.minus({ months: count - 1 - index }).toJSDate());
}

/** `01.27`: short enough to stand under a bar. */
export function formatShortMonth(instant: Date, timeZone: string): string {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toFormat('MM.yy');
}

/** `2027-01-31 14:05`: what every spreadsheet reads as a date. */
export function formatTimestamp(instant: Date, timeZone: string): string {
  return DateTime.fromJSDate(instant, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm');
}
