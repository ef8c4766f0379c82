import type { Compared } from './compare.ts';
import type { Measured } from './statistics.ts';

/** One line of the report. */
export interface Row {
  /** The part that it belongs to, as in the table of contents. */
  part: string;
  what: string;
  value: Measured;
  unit: 'ratio' | 'updates/s' | 'a second' | 'µs' | 'ms' | 's' | 'MB' | 'KB' | 'bytes' | 'count';
  target?: Target;
  /** Which side is better, where neither target nor unit says it. */
  better?: 'more' | 'less';
  note?: string;
}

type Target = { atLeast: number } | { below: number } | { atMost: number };

/** A number that is measured once. */
export function once(value: number): Measured {
  return { median: value, low: value, high: value };
}

export function isMet({ value, target }: Row): boolean | null {
  if (!target) return null;
  if ('atLeast' in target) return value.median >= target.atLeast;
  return 'below' in target ? value.median < target.below : value.median <= target.atMost;
}

/** As a person reads it. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.part,
    row.what,
    format(row.value.median, row.unit),
    row.value.low === row.value.high ? '' : `${short(row.value.low)} to ${short(row.value.high)}`,
    targetOf(row),
    row.note ?? '',
  ]);
  const all = [['', 'what', 'median', 'rounds', 'target', ''], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What fell against a stored run, or that nothing did. */
export function toComparison(compared: readonly Compared[]): string {
  const fallen = compared.filter(({ hasFallen }) => hasFallen);
  const lines = fallen.map(({ part, what, before, now, unit, gain }) => {
    const loss = `${(Math.abs(gain) * 100).toFixed(0)} % worse`;
    return `${part}  ${what}: ${format(before, unit)} then, ${format(now, unit)} now: ${loss}`;
  });
  return [`${fallen.length} of ${compared.length} figures fell against the stored run`, ...lines].join('\n');
}

const WORDS = { atLeast: 'at least', below: 'below', atMost: 'at most' } as const;

function targetOf(row: Row): string {
  const { target } = row;
  if (!target) return '';
  const words = Object.entries(target)
    .map(([name, bound]) => `${WORDS[name as keyof typeof WORDS]} ${bound}`)
    .join();
  return `${words}: ${isMet(row) ? 'met' : 'NOT MET'}`;
}

function format(value: number, unit: Row['unit']): string {
  return unit === 'ratio' || unit === 'count' ? short(value) : `${short(value)} ${unit}`;
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
