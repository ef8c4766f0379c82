import { shortDay, shortMonth, writeMonth } from '../../../src/shared/words/month-words.ts';
import type { Place } from '../../charts/series.ts';
import { me } from '../../session.ts';
import { dateInWords } from '../../ui/basics.tsx';
import { language } from '../../words/words.ts';

/** `2026-03-31`, of the platform's time zone. */
export function thisDay(): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: me().timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = Object.fromEntries(format.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  return `${parts['year']}-${parts['month']}-${parts['day']}`;
}

/** `2026-03`, of the platform's time zone. */
export function thisMonth(): string {
  return thisDay().slice(0, 7);
}

/** So many days before that one. */
export function dayBefore(day: string, count: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - count);
  return date.toISOString().slice(0, 10);
}

/** So many months before that one. */
export function monthBefore(month: string, count: number): string {
  const { year, number } = split(month);
  const all = year * 12 + number - 1 - count;
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, '0')}`;
}

export function monthTitle(month: string): string {
  const { year, number } = split(month);
  return writeMonth(year, number, language());
}

/** `Mar 26`. */
export function monthLabel(month: string): string {
  const { year, number } = split(month);
  return `${shortMonth(number, language())}\u00a0${String(year).slice(2)}`;
}

/** @param at a month, or a day */
export function placeOf(at: string, isProvisional = false): Place {
  const { year, number, day } = split(at);
  if (day === undefined) {
    return {
      key: at,
      title: monthTitle(at),
      label: [shortMonth(number, language()), String(year)],
      isProvisional,
    };
  }
  return { key: at, title: dateInWords(at), label: [shortDay(number, day, language()), ''], isProvisional };
}

function split(at: string): { year: number; number: number; day: number | undefined } {
  const [year = 0, number = 1, day] = at.split('-').map(Number);
  return { year, number, day };
}
