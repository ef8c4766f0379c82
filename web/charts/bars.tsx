import { Axes, frameOf } from './axes.tsx';
import { type Place, type Series, toNumber } from './series.ts';

/** One upon another, one beside another, or each within the one before. */
export type Layout = 'stacked' | 'beside' | 'within';

export interface Drawn {
  places: readonly Place[];
  series: readonly Series[];
  width: number;
  /** Of the pattern of what can still change. */
  stripes: string;
  /** Whose numbers are shown. */
  picked: number;
}

/** How the nth series is filled: of what lies within another, the inner one is the stronger. */
export function toneOf(layout: Layout, nth: number): string {
  return `tone-${layout === 'within' ? 2 - nth : nth + 1}`;
}

/** What is drawn of one value. */
interface Bar {
  x: number;
  width: number;
  from: number;
  to: number;
}

export function Bars({ places, series, width, stripes, picked, layout }: Drawn & { layout: Layout }) {
  const [first] = series;
  if (!first) return null;
  const at = (place: number) => series.map(({ values }) => toNumber(values[place]));
  const largest = Math.max(
    ...places.map((_, place) => {
      const values = at(place).map((value) => value ?? 0);
      return layout === 'stacked' ? values.reduce((all, value) => all + value, 0) : Math.max(...values);
    }),
  );
  const frame = frameOf(width, places.length, largest, first.measure);
  const gap = Math.min(frame.step * 0.25, 12);
  const column = Math.min(frame.step - gap, 56);

  const barsOf = (place: number): (Bar | null)[] => {
    const left = frame.x(place) + (frame.step - column) / 2;
    const each = layout === 'beside' ? column / series.length : column;
    let below = 0;
    return at(place).map((value, nth) => {
      if (value === null) return null;
      const from = layout === 'stacked' ? below : 0;
      if (layout === 'stacked') below += value;
      return { x: layout === 'beside' ? left + nth * each : left, width: each, from, to: from + value };
    });
  };

  return (
    <>
      <Axes frame={frame} places={places} measure={first.measure} picked={picked} />
      {places.map((place, number) =>
        barsOf(number).map((bar, nth) => {
          const { name, values } = series[nth] ?? first;
          const testid = series.length === 1 ? `bar-${place.key}` : `bar-${place.key}-${name}`;
          return (
            <g key={testid} data-testid={testid} data-value={values[number] ?? ''}>
              {bar && bar.to > bar.from && (
                <OneBar
                  x={bar.x}
                  y={frame.y(bar.to)}
                  width={bar.width}
                  height={Math.max(frame.y(bar.from) - frame.y(bar.to), 1)}
                  tone={toneOf(layout, nth)}
                  stripes={place.isProvisional ? stripes : undefined}
                />
              )}
            </g>
          );
        }),
      )}
    </>
  );
}

function OneBar({
  tone,
  stripes,
  ...box
}: {
  x: number;
  y: number;
  width: number;
  height: number;
  tone: string;
  stripes: string | undefined;
}) {
  // A line of its own ground keeps it apart from its neighbours.
  const inset = {
    x: box.x + 0.5,
    y: box.y + 0.5,
    width: Math.max(box.width - 1, 1),
    height: Math.max(box.height - 1, 1),
  };
  return (
    <>
      <rect {...inset} rx={Math.min(2, inset.width / 4)} class={tone} />
      {stripes && <rect {...inset} class="striped" fill={`url(#${stripes})`} />}
    </>
  );
}
