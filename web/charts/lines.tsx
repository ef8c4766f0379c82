import { Axes, frameOf } from './axes.tsx';
import type { Drawn } from './bars.tsx';
import { toNumber } from './series.ts';

export function Lines({ places, series, width, stripes, picked }: Drawn) {
  const [first] = series;
  if (!first) return null;
  const largest = Math.max(...series.flatMap(({ values }) => values.map((value) => toNumber(value) ?? 0)));
  const frame = frameOf(width, places.length, largest, first.measure);
  const middle = (place: number) => frame.x(place) + frame.step / 2;
  return (
    <>
      {places.map(
        ({ key, isProvisional }, place) =>
          isProvisional && (
            <rect
              key={key}
              x={frame.x(place)}
              y={frame.y(frame.marks.at(-1) ?? 0)}
              width={frame.step}
              height={frame.bottom - frame.y(frame.marks.at(-1) ?? 0)}
              fill={`url(#${stripes}-ground)`}
            />
          ),
      )}
      <Axes frame={frame} places={places} measure={first.measure} picked={picked} />
      {series.map(({ name, values }, nth) => (
        <g key={name} class={`line-${nth + 1}`}>
          <path
            d={pathThrough(
              values.map((value, place) => {
                const number = toNumber(value);
                return number === null ? null : [middle(place), frame.y(number)];
              }),
            )}
          />
          {values.map((value, place) => {
            const { key = '', isProvisional = false } = places[place] ?? {};
            const testid = series.length === 1 ? `bar-${key}` : `bar-${key}-${name}`;
            const number = toNumber(value);
            return (
              <g key={key} data-testid={testid} data-value={value ?? ''}>
                {number !== null && (
                  <circle
                    class={isProvisional ? 'hollow' : undefined}
                    cx={middle(place)}
                    cy={frame.y(number)}
                    r={frame.step < 12 ? 2 : 3.5}
                  />
                )}
              </g>
            );
          })}
        </g>
      ))}
    </>
  );
}

/** Broken where there is no value. */
function pathThrough(points: readonly (readonly number[] | null)[]): string {
  return points
    .map((point, at) =>
      point ? `${points[at - 1] ? 'L' : 'M'}${point.map((each) => each.toFixed(1)).join(' ')}` : '',
    )
    .join('');
}
