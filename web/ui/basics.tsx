import type { ComponentChildren } from 'preact';
import type { Money as MoneyShape } from '../../src/panel/contract/shapes.ts';
import { formatMoney, formatSum, fromDecimalString } from '../../src/shared/money.ts';
import { writeDay, writeDayAndTime } from '../../src/shared/words/day-words.ts';
import { me } from '../session.ts';
import { language, t } from '../words/words.ts';
import { ICONS } from './icons.ts';

/** Drawn beside words that say the same. */
export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

interface ButtonProps {
  children: ComponentChildren;
  onPress: () => void;
  kind?: 'primary' | 'plain' | 'danger';
  testid?: string;
  disabled?: boolean;
  label?: string;
}

export function Button({ children, onPress, kind = 'plain', testid, disabled = false, label }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      data-testid={testid}
      disabled={disabled}
      aria-label={label}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

/** `50 000 soʻm`, or so many Stars. */
export function money({ amount, currency }: MoneyShape): string {
  if (currency === 'XTR') return `${Number(amount)} ⭐`;
  return formatMoney(fromDecimalString(amount), language());
}

export function Money({ of }: { of: MoneyShape }) {
  return <span class="money">{money(of)}</span>;
}

/** Without its unit. */
export function sum(amount: string): string {
  return formatSum(fromDecimalString(amount), language());
}

/** The date and the time of day, in the platform's time zone. */
export function fullTime(instant: string): string {
  const { day, time } = localTime(instant);
  return writeDayAndTime(day, time, language());
}

export function dayOf(instant: string): string {
  return writeDay(localTime(instant).day, language());
}

/** `2026-12-31` as it is said. */
export function dateInWords(date: string): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return writeDay({ year, month, day }, language());
}

function localTime(instant: string) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: me().timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(
    format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute } = parts;
  return { day: { year: Number(year), month: Number(month), day: Number(day) }, time: `${hour}:${minute}` };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `3 h ago`, with the date on hover and for screen readers. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      <span aria-hidden="true">{ago(at)}</span>
      <span class="unseen">{fullTime(at)}</span>
    </time>
  );
}

function ago(at: string): string {
  const ms = Date.now() - Date.parse(at);
  if (ms > 7 * DAY_MS || ms < -MINUTE_MS) return dayOf(at);
  if (ms < MINUTE_MS) return t('panel.time.now');
  if (ms < HOUR_MS) return t('panel.time.minutes', { count: Math.floor(ms / MINUTE_MS) });
  if (ms < DAY_MS) return t('panel.time.hours', { count: Math.floor(ms / HOUR_MS) });
  return t('panel.time.days', { count: Math.floor(ms / DAY_MS) });
}

/** What is sold, by its name or its duration. */
export function planTitle(plan: {
  months: number | null;
  days: number | null;
  until: string | null;
  name: string | null;
}): string {
  if (plan.name !== null) return plan.name;
  if (plan.months === 0) return t('duration.lifetime');
  if (plan.months !== null) return t('duration.months', { count: plan.months });
  if (plan.days !== null) return t('duration.days', { count: plan.days });
  return t('duration.until', { date: dateInWords(plan.until ?? '') });
}
