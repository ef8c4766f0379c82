import { DateTime } from 'luxon';
import { DAY_MS } from '../../../src/shared/durations.ts';

/** `2026-03`, and the instants that it lies between. */
export interface Span {
  name: string;
  begins: Date;
  /** Of the next one. */
  ends: Date;
}

export function monthOf(instant: Date, zone: string): string {
  return DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM');
}

export function dayOf(instant: Date, zone: string): string {
  return DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd');
}

function spanOf(start: DateTime, unit: 'month' | 'day'): Span {
  return {
    name: start.toFormat(unit === 'month' ? 'yyyy-MM' : 'yyyy-MM-dd'),
    begins: start.toJSDate(),
    ends: start.plus({ [unit]: 1 }).toJSDate(),
  };
}

/** A month, `2026-03`, or the one that many after it. */
export function monthSpan(month: string, zone: string, after = 0): Span {
  return spanOf(DateTime.fromISO(`${month}-01`, { zone }).plus({ months: after }), 'month');
}

export function daySpan(day: string, zone: string, after = 0): Span {
  return spanOf(DateTime.fromISO(day, { zone }).plus({ days: after }), 'day');
}

/** From one to the other, both in. */
export function monthsBetween(from: string, to: string, zone: string): Span[] {
  const first = monthSpan(from, zone);
  const spans = [first];
  while ((spans.at(-1) as Span).name < to) spans.push(monthSpan(from, zone, spans.length));
  return spans;
}

export function isWithin(instant: Date | null, { begins, ends }: Pick<Span, 'begins' | 'ends'>): boolean {
  return instant !== null && instant >= begins && instant < ends;
}

export function plusDays(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * DAY_MS);
}

/** Divides, and rounds what is half up. @param under above 0 */
export function dividedBy(over: bigint, under: bigint): bigint {
  const doubled = 2n * over + under;
  const floor = doubled / (2n * under);
  return doubled % (2n * under) < 0n ? floor - 1n : floor;
}

/** With four decimals; null where there is nothing to be a part of. */
export function partOf(over: bigint | number, under: bigint | number): number | null {
  return Number(under) === 0 ? null : Number(dividedBy(BigInt(over) * 10_000n, BigInt(under))) / 10_000;
}

/** How much more than before, as a share of that. */
export function changeFrom(before: bigint | number, now: bigint | number): number | null {
  return partOf(BigInt(now) - BigInt(before), before);
}

export function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

/** As an answer has it. @param amount tiyin, or whole Stars */
export function moneyOf(amount: bigint, currency: 'UZS' | 'XTR') {
  const whole =
    currency === 'XTR' ? String(amount) : `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;
  return { amount: whole, currency };
}
