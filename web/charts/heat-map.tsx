import { useState } from 'preact/hooks';
import { ChartFrame, ChartTable } from './frame.tsx';
import { SHARE } from './measures.ts';
import { labelEvery } from './scale.ts';
import type { Value } from './series.ts';
import { useWidth } from './use-width.ts';

export interface HeatRow {
  key: string;
  title: string;
  label: string;
  /** From 0 to 1; null: not known yet. */
  cells: readonly (number | null)[];
  /** In the table, before its cells. */
  beside: readonly { value: Value; shown: string }[];
}

const LETTER = 6.6;
const HEAD = 20;
const MAX_CELL = 52;
/** Narrower ones have no room for a number: it is read by a press. */
const NUMBER_FROM = 22;
const ROW = 26;

/** Rows of shares: the fuller the cell, the larger the share. */
export function HeatMap({
  name,
  title,
  rows,
  head,
  columnTitle,
  say,
  sentence,
  note,
  empty,
}: {
  name: string;
  title: string;
  rows: readonly HeatRow[];
  /** Of the table: of a row, and of what stands before its cells. */
  head: readonly string[];
  columnTitle: (column: number) => string;
  /** What is read of the one cell that is picked. */
  say: (row: HeatRow, column: number) => string;
  sentence: string;
  note?: string;
  empty: string;
}) {
  const { box, width } = useWidth();
  const [picked, setPicked] = useState<{ row: number; column: number } | null>(null);
  const columns = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const left = Math.ceil(Math.max(0, ...rows.map(({ label }) => label.length)) * LETTER) + 6;
  const cell = Math.min(Math.max(width - left, 1) / Math.max(columns, 1), MAX_CELL);
  const every = labelEvery(columns, width - left, 18);
  const row = picked && rows[picked.row];
  return (
    <ChartFrame
      name={name}
      title={title}
      legend={<p class="legend">{picked && row ? say(row, picked.column) : note}</p>}
      empty={rows.length > 0 ? undefined : empty}
      table={() => (
        <ChartTable
          title={title}
          head={[...head, ...Array.from({ length: columns }, (_, column) => columnTitle(column))]}
          rows={rows.map(({ key, title: of, beside, cells }) => ({
            key,
            title: of,
            cells: [
              ...beside,
              ...Array.from({ length: columns }, (_, column) => {
                const value = cells[column] ?? null;
                return { value, shown: value === null ? '' : SHARE.write(value) };
              }),
            ],
          }))}
        />
      )}
    >
      <div ref={box} class="drawing">
        {width > 0 && (
          <svg
            role="img"
            aria-label={sentence}
            width={width}
            height={HEAD + rows.length * ROW}
            onPointerLeave={() => setPicked(null)}
          >
            <g class="axes">
              {Array.from({ length: columns }, (_, column) =>
                column % every === 0 ? (
                  <text key={column} x={left + (column + 0.5) * cell} y={13} text-anchor="middle">
                    {column}
                  </text>
                ) : null,
              )}
              {rows.map(({ key, label }, at) => (
                <text key={key} x={0} y={HEAD + at * ROW + 17}>
                  {label}
                </text>
              ))}
            </g>
            {rows.map(({ key, cells }, at) =>
              cells.map((share, column) => (
                <Cell
                  key={`${key}-${columnTitle(column)}`}
                  testid={`cohort-${key}-${column}`}
                  share={share}
                  x={left + column * cell}
                  y={HEAD + at * ROW}
                  width={cell}
                  isPicked={picked?.row === at && picked.column === column}
                  onPick={() => setPicked({ row: at, column })}
                />
              )),
            )}
          </svg>
        )}
      </div>
    </ChartFrame>
  );
}

function Cell({
  testid,
  share,
  x,
  y,
  width,
  isPicked,
  onPick,
}: {
  testid: string;
  share: number | null;
  x: number;
  y: number;
  width: number;
  isPicked: boolean;
  onPick: () => void;
}) {
  const box = { x: x + 1, y: y + 1, width: Math.max(width - 2, 1), height: ROW - 2, rx: 3 };
  return (
    <g data-testid={testid} data-value={share ?? ''} onPointerMove={onPick} onPointerDown={onPick}>
      {share === null ? (
        <rect {...box} class="unknown" />
      ) : (
        <>
          <rect {...box} class="rail" />
          {/* Words over it stay readable: it never is as strong as the accent itself. */}
          <rect {...box} class="heat" fill-opacity={0.08 + share * 0.42} />
          {width >= NUMBER_FROM && (
            <text class="in-cell" x={x + width / 2} y={y + 17} text-anchor="middle">
              {Math.round(share * 100)}
            </text>
          )}
        </>
      )}
      {isPicked && <rect {...box} class="picked-cell" />}
    </g>
  );
}
