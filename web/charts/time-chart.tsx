import { useId, useState } from 'preact/hooks';
import { t } from '../words/words.ts';
import { CHART_HEIGHT } from './axes.tsx';
import { Bars, type Layout, toneOf } from './bars.tsx';
import { ChartFrame, ChartTable, cellOf } from './frame.tsx';
import { Lines } from './lines.tsx';
import { Pattern, Swatch } from './patterns.tsx';
import { sentenceOf } from './sentence.ts';
import { isBlank, type Place, type Series } from './series.ts';
import { useWidth } from './use-width.ts';

interface TimeChartProps {
  name: string;
  title: string;
  kind: 'lines' | Layout;
  places: readonly Place[];
  series: readonly Series[];
  /** Where it begins: at the newest, or, of what is to come, at the first. */
  picks?: 'first';
  note?: string;
  /** Said where there is nothing to draw: what is missing, and what comes next. */
  empty: string;
}

/** Months or days, the newest at the right. */
export function TimeChart(props: TimeChartProps) {
  const { name, title, kind, places, series, empty } = props;
  const { box, width } = useWidth();
  const stripes = useId();
  const [pressed, setPressed] = useState<number | null>(null);
  const unpressed = props.picks === 'first' ? 0 : newestOf(series);
  const picked = pressed !== null && pressed < places.length ? pressed : unpressed;
  const hasProvisional = places.some(({ isProvisional }) => isProvisional);
  const drawn = { places, series, width, stripes };

  /** A finger or a mouse over a place picks it. */
  const pick = (x: number, svg: SVGSVGElement) => {
    const columns = svg.querySelectorAll<SVGRectElement>('.column');
    const { left } = svg.getBoundingClientRect();
    const at = [...columns].findIndex((column) => {
      const from = column.x.baseVal.value;
      return x - left >= from && x - left < from + column.width.baseVal.value;
    });
    if (at >= 0) setPressed(at);
  };

  return (
    <ChartFrame
      name={name}
      title={title}
      picked={places[picked]?.title}
      legend={<Legend kind={kind} series={series} at={picked} />}
      note={
        <>
          {hasProvisional && (
            <span class="provisional">
              <Swatch tone="striped" /> {t('panel.chart.provisional')}
            </span>
          )}
          {props.note}
        </>
      }
      empty={isBlank(series) ? empty : undefined}
      table={() => (
        <TimeTable title={title} places={places} series={series} isReversed={props.picks !== 'first'} />
      )}
    >
      <div ref={box} class="drawing">
        {width > 0 && (
          <svg
            role="img"
            aria-label={sentenceOf(title, places, series)}
            width={width}
            height={CHART_HEIGHT}
            onPointerMove={({ clientX, currentTarget }) => pick(clientX, currentTarget)}
            onPointerDown={({ clientX, currentTarget }) => pick(clientX, currentTarget)}
            onPointerLeave={() => setPressed(null)}
          >
            <Pattern id={stripes} />
            {kind === 'lines' ? (
              <Lines {...drawn} picked={picked} />
            ) : (
              <Bars {...drawn} layout={kind} picked={picked} />
            )}
          </svg>
        )}
      </div>
    </ChartFrame>
  );
}

/** The last place that has anything. */
function newestOf(series: readonly Series[]): number {
  return Math.max(...series.map(({ values }) => values.findLastIndex((value) => value !== null)));
}

function Legend({ kind, series, at }: { kind: 'lines' | Layout; series: readonly Series[]; at: number }) {
  return (
    <p class="legend">
      {series.map(({ name, label, measure, values }, nth) => {
        const value = values[at] ?? null;
        const shown = <strong>{value === null ? '—' : measure.write(value)}</strong>;
        if (series.length === 1) return <span key={name}>{shown}</span>;
        return (
          <span key={name}>
            <Swatch tone={kind === 'lines' ? `line-${nth + 1}` : toneOf(kind, nth)} /> {label} {shown}
          </span>
        );
      })}
    </p>
  );
}

/** What has come is read from the newest back. */
function TimeTable({
  title,
  places,
  series,
  isReversed,
}: {
  title: string;
  places: readonly Place[];
  series: readonly Series[];
  isReversed: boolean;
}) {
  const rows = places.map((place, at) => ({
    key: place.key,
    title: (
      <>
        {place.title}
        {place.isProvisional && <span class="hint small"> {t('panel.chart.stillChanges')}</span>}
      </>
    ),
    cells: series.map((one) => cellOf(one, at)),
  }));
  return (
    <ChartTable
      title={title}
      head={[t('panel.chart.when'), ...series.map(({ label }) => label)]}
      rows={isReversed ? rows.reverse() : rows}
    />
  );
}
