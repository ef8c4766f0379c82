import { groupDigits } from '../../src/shared/money.ts';
import { money } from '../ui/basics.tsx';
import { language, t } from '../words/words.ts';
import type { Measure } from './series.ts';

type Currency = 'UZS' | 'XTR';

/** People, sales, subscriptions. */
export const COUNTED: Measure = { write: (value) => groupDigits(Number(value), language()), short, least: 1 };

/** Shares from 0 to 1. */
export const SHARE: Measure = {
  write: (value) => percent(Number(value)),
  short: (value) => percent(value),
  least: 0.01,
};

/** How much more than before. */
export const CHANGED: Measure = { ...SHARE, write: (value) => changed(Number(value)) };

export function amountsIn(currency: Currency): Measure {
  return {
    write: (amount) => money({ amount: String(amount), currency }),
    short,
    least: currency === 'XTR' ? 1 : 1_000,
  };
}

/** `33.3 %`. @param ratio 1 is all of it */
export function percent(ratio: number): string {
  return `${decimal(Math.round(ratio * 1_000) / 10)}\u00a0%`;
}

/** From so much more on it is said how many times as much it is. */
const MANY_TIMES = 9;

/** `+25 %`: how much more than before, with a sign that is read; `×12` of what has become many times as much. */
export function changed(ratio: number): string {
  if (ratio >= MANY_TIMES) return `×${decimal(Math.round((ratio + 1) * 10) / 10)}`;
  const sign = ratio > 0 ? '+' : ratio < 0 ? '−' : '';
  return sign + percent(Math.abs(ratio));
}

/** `2.5`, `2,5`. */
export function decimal(value: number): string {
  return language() === 'en' ? String(value) : String(value).replace('.', ',');
}

const UNITS = [
  [1_000_000_000, 'billions'],
  [1_000_000, 'millions'],
  [1_000, 'thousands'],
] as const;

/** `1.5M`. */
function short(value: number): string {
  const unit = UNITS.find(([size]) => value >= size);
  if (!unit) return decimal(value);
  const [size, name] = unit;
  return t(`panel.chart.${name}`, { number: decimal(Math.round((value / size) * 10) / 10) });
}
