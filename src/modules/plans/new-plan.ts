import { AppError } from '../../kernel/errors.ts';
import { isDate } from '../../shared/calendar.ts';
import { toAsciiDigits } from '../../shared/digits.ts';
import { type Duration, offeredUntil } from './duration.ts';

/** What an owner may add beside the standard plans. */
export const NEW_PLAN_KINDS = ['days', 'months', 'until', 'trial'] as const;
export type NewPlanKind = (typeof NEW_PLAN_KINDS)[number];

/** How long each may last. A date lies no further than as many days as a plan may last. */
const LIMITS = {
  days: { min: 1, max: 3_650 },
  months: { min: 1, max: 60 },
  trial: { min: 1, max: 30 },
} as const;

/** More on sale nobody reads through. */
export const MAX_ON_SALE = 12;
/** On sale or not: the page of two chats still fits the hundred buttons of one message. */
export const MAX_KEPT = 14;
const MAX_PLAN_NAME_LENGTH = 32;

/**
 * Reads how long a plan lasts, as its owner typed it.
 * @throws AppError `planTerm.<kind>`, `planTerm.tooSoon` for a date that nobody could be offered any more, `planTerm.tooFar`
 */
export function readTerm(kind: NewPlanKind, text: string, now: Date, timeZone: string): Duration {
  const typed = toAsciiDigits(text).trim();
  if (kind === 'until') return { kind: 'until', endsOn: readDate(typed, now, timeZone) };
  const { min, max } = LIMITS[kind];
  const count = /^\d{1,6}$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(count >= min && count <= max)) throw new AppError(`planTerm.${kind}`, { min, max });
  return kind === 'months' ? { kind, months: count } : { kind: 'days', days: count };
}

/** `31.12.2026` as `2026-12-31`. */
function readDate(typed: string, now: Date, timeZone: string): string {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(typed) ?? [];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isDate(date)) throw new AppError('planTerm.until');
  if (date < offeredUntil(now, timeZone)) throw new AppError('planTerm.tooSoon');
  const { max } = LIMITS.days;
  const lastDay = new Date(now);
  lastDay.setUTCDate(lastDay.getUTCDate() + max);
  if (date > lastDay.toISOString().slice(0, 10)) throw new AppError('planTerm.tooFar', { max });
  return date;
}

/** @returns null for `-`: the plan is called by its duration. @throws AppError `planName.empty`, `planName.tooLong` */
export function readPlanName(text: string): string | null {
  const name = text.trim().replace(/\s+/gu, ' ');
  if (name === '') throw new AppError('planName.empty');
  if (name === '-') return null;
  if (Array.from(name).length > MAX_PLAN_NAME_LENGTH) {
    throw new AppError('planName.tooLong', { max: MAX_PLAN_NAME_LENGTH });
  }
  return name;
}
