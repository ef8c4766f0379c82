import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../words/words.ts';
import type { Series, Value } from './series.ts';

/** Around every chart: its title, what is picked in it, and its table one press from here. */
export function ChartFrame({
  name,
  title,
  picked,
  legend,
  note,
  empty,
  table,
  children,
}: {
  name: string;
  title: string;
  /** Of which the numbers of the legend are. */
  picked?: ComponentChildren;
  legend?: ComponentChildren;
  note?: ComponentChildren;
  /** What is missing, and what comes next; instead of a chart of nothing. */
  empty?: string | undefined;
  table: () => ComponentChildren;
  children: ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <figure class="chart" data-testid={`chart-${name}`}>
      <figcaption>
        <h2>{title}</h2>
        {empty === undefined && picked && <span class="hint small picked-at">{picked}</span>}
      </figcaption>
      {empty === undefined ? (
        <>
          {legend}
          {children}
          <div class="chart-foot">
            <p class="hint small">{note}</p>
            <button
              type="button"
              class="button plain"
              data-testid="chart-table"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setOpen(!isOpen)}
            >
              {t(isOpen ? 'panel.chart.hideTable' : 'panel.chart.table')}
              <span class="unseen">: {title}</span>
            </button>
          </div>
          <div id={id}>{isOpen && table()}</div>
        </>
      ) : (
        <p class="hint" data-testid="chart-empty">
          {empty}
        </p>
      )}
    </figure>
  );
}

interface Cell {
  value: Value;
  shown: string;
}

export function cellOf({ measure, values }: Series, at: number): Cell {
  const value = values[at] ?? null;
  return { value, shown: value === null ? '—' : measure.write(value) };
}

/** A table may be wider than a telephone: it alone is moved then, by keys too. */
export function ChartTable({
  title,
  head,
  rows,
}: {
  title: string;
  head: readonly string[];
  rows: readonly { key: string; title: ComponentChildren; cells: readonly Cell[] }[];
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be moved sideways is moved by keys.
    <section class="scroller" tabIndex={0} aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            {head.map((text, nth) => (
              <th key={text} scope="col" class={nth > 0 ? 'number' : undefined}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, title: of, cells }) => (
            <tr key={key}>
              <th scope="row">{of}</th>
              {cells.map(({ value, shown }, nth) => (
                <td key={head[nth + 1]} class="number" data-value={value ?? ''}>
                  {shown}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
