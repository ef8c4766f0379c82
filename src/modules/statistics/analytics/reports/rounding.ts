import type { Currency } from '../../../payments/payment.ts';

const RATIO_SCALE = 10_000n;

/** Of amounts that are not negative, to the nearest whole one, halves up. */
export function divide(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}

/** A part of a whole with four decimals; null of nothing. */
export function ratioOf(part: bigint | number, whole: bigint | number): number | null {
  if (BigInt(whole) === 0n) return null;
  return Number(divide(BigInt(part) * RATIO_SCALE, BigInt(whole))) / Number(RATIO_SCALE);
}

/** How much more it is than before, as a share of that, with four decimals; null where that was nothing. */
export function changeOf(now: bigint | number, before: bigint | number): number | null {
  if (BigInt(before) === 0n) return null;
  return Number(divide(BigInt(now) * RATIO_SCALE, BigInt(before)) - RATIO_SCALE) / Number(RATIO_SCALE);
}

/** How many millionths make a tiyin, or a whole Star. */
export const MILLIONTHS: Readonly<Record<Currency, bigint>> = { UZS: 10_000n, XTR: 1_000_000n };
