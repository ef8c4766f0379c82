import { ChartFrame, ChartTable, cellOf } from './frame.tsx';
import { type Measure, type Series, toNumber, type Value } from './series.ts';

export interface Row {
  key: string;
  label: string;
  value: Value;
  /** Beside the value: a share, a change. */
  note?: string;
}

/** What there are few of, each with its own words: plans, methods, steps. */
export function RowChart({
  name,
  title,
  rows,
  measure,
  sentence,
  empty,
  table,
  testid = (key) => `bar-${key}`,
}: {
  name: string;
  title: string;
  rows: readonly Row[];
  measure: Measure;
  /** What it shows, for whoever cannot see it. */
  sentence: string;
  empty: string;
  /** What each row is called there, and its columns, a value a row. */
  table: { of: string; columns: readonly Series[] };
  testid?: (key: string) => string;
}) {
  const largest = Math.max(...rows.map(({ value }) => toNumber(value) ?? 0));
  return (
    <ChartFrame
      name={name}
      title={title}
      empty={largest > 0 ? undefined : empty}
      table={() => (
        <ChartTable
          title={title}
          head={[table.of, ...table.columns.map(({ label }) => label)]}
          rows={rows.map(({ key, label }, at) => ({
            key,
            title: label,
            cells: table.columns.map((column) => cellOf(column, at)),
          }))}
        />
      )}
    >
      <div class="bar-rows" role="img" aria-label={sentence}>
        {rows.map(({ key, label, value, note }) => (
          <div key={key} class="bar-row" data-testid={testid(key)} data-value={value ?? ''}>
            <span class="bar-label">{label}</span>
            <strong class="bar-value">{value === null ? '—' : measure.write(value)}</strong>
            <svg width="100%" height="10" aria-hidden="true">
              <rect class="rail" width="100%" height="10" rx="3" />
              <rect class="tone-1" width={`${share(value, largest)}%`} height="10" rx="3" />
            </svg>
            {note && <span class="hint small bar-note">{note}</span>}
          </div>
        ))}
      </div>
    </ChartFrame>
  );
}

/** In percent; what is there at all is seen. */
function share(value: Value, largest: number): number {
  const number = toNumber(value) ?? 0;
  return number === 0 ? 0 : Math.max((number / largest) * 100, 0.5);
}
