/** A number and how far its rounds lay apart. */
export interface Measured {
  median: number;
  low: number;
  high: number;
}

/** @param values at least one */
export function measured(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0), high: quantile(sorted, 1) };
}

/** Where there are too many to tell the extremes: the middle half. */
export function quartiles(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

/** Round by round, because what disturbs the machine disturbs neighbours alike. */
export function ratios(values: readonly number[], bases: readonly number[]): Measured {
  return measured(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
}

export function percentiles(values: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
}

/** Between two ranks, in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
