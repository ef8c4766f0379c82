import { fromDecimalString, TIYIN, toDecimalString } from '../../src/shared/money.ts';

/** A number as the server says it: an amount is text. Null: there is none. */
export type Value = string | number | null;

/** How numbers of one kind are read. */
export interface Measure {
  /** Whole: `50 000 soʻm`, `33.3 %`. */
  write: (value: string | number) => string;
  /** On an axis: `50K`. */
  short: (value: number) => string;
  /** What lies between two marks of the axis is a multiple of it. */
  least: number;
}

/** Where a value stands: a month or a day. */
export interface Place {
  key: string;
  title: string;
  /** Under the axis; the second line only where it differs from the one before. */
  label: readonly [line: string, below: string];
  /** What it counts can still change. */
  isProvisional?: boolean;
}

/** One value a place. */
export interface Series {
  name: string;
  label: string;
  measure: Measure;
  values: readonly Value[];
}

/** For drawing only: what is read is what the server said. */
export function toNumber(value: Value | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

export function isBlank(series: readonly Series[]): boolean {
  return series.every(({ values }) => values.every((value) => !toNumber(value)));
}

/** Amounts of one currency, added up, as the server would say it: Stars are whole. */
export function addAmounts(amounts: readonly string[], currency: 'UZS' | 'XTR'): string {
  const sum = amounts.reduce((all, amount) => all + fromDecimalString(amount), 0n);
  return currency === 'XTR' ? String(sum / TIYIN) : toDecimalString(sum);
}
