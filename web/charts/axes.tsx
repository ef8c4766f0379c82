import { labelEvery, marksUpTo } from './scale.ts';
import type { Measure, Place } from './series.ts';

const LETTER = 6.6;
export const CHART_HEIGHT = 190;
const TOP = 10;
const BOTTOM = 34;
/** Of a month's short name and the room beside it. */
const LABEL = 34;
const LABEL_GAP = 14;

/** Where things lie in a chart, in pixels. */
export interface Frame {
  width: number;
  height: number;
  /** Where the lines across begin: beside their numbers. */
  left: number;
  /** Of what belongs to one place. */
  step: number;
  marks: readonly number[];
  top: number;
  bottom: number;
  x: (place: number) => number;
  y: (value: number) => number;
}

export function frameOf(width: number, places: number, largest: number, measure: Measure): Frame {
  const marks = marksUpTo(largest, measure.least);
  const left = Math.ceil(Math.max(...marks.map((mark) => measure.short(mark).length)) * LETTER) + 8;
  const step = Math.max(width - left, 1) / Math.max(places, 1);
  const bottom = CHART_HEIGHT - BOTTOM;
  const highest = marks.at(-1) || 1;
  return {
    width,
    height: CHART_HEIGHT,
    left,
    step,
    marks,
    top: TOP,
    bottom,
    x: (place) => left + place * step,
    y: (value) => bottom - (value / highest) * (bottom - TOP),
  };
}

/** Lines across with their numbers, and the places below them. */
export function Axes({
  frame,
  places,
  measure,
  picked,
}: {
  frame: Frame;
  places: readonly Place[];
  measure: Measure;
  picked: number;
}) {
  const widest = Math.max(...places.map(({ label: [line] }) => line.length * LETTER + LABEL_GAP), LABEL);
  // The last one would be cut off where columns are narrower than it: it stands further left, and wants room there.
  const shift = Math.max(0, (widest - LABEL_GAP - frame.step) / 2);
  const every = labelEvery(places.length, frame.width - frame.left, widest + shift);
  // Counted from the end: the newest always has its label.
  const labelled = places.flatMap((place, at) =>
    (places.length - 1 - at) % every === 0 ? [{ place, at }] : [],
  );
  return (
    <g class="axes">
      {places.map(({ key }, at) => (
        <rect
          key={key}
          class={at === picked ? 'column picked' : 'column'}
          x={frame.x(at)}
          y={frame.top}
          width={frame.step}
          height={frame.bottom - frame.top}
        />
      ))}
      {frame.marks.map((mark) => (
        <g key={mark}>
          <line x1={frame.left} x2={frame.width} y1={frame.y(mark)} y2={frame.y(mark)} />
          <text x={frame.left - 6} y={frame.y(mark) + 4} text-anchor="end">
            {measure.short(mark)}
          </text>
        </g>
      ))}
      {labelled.map(({ place, at }, nth) => {
        const [line, below] = place.label;
        const x = frame.x(at) + frame.step / 2 - (at === places.length - 1 ? shift : 0);
        return (
          <text key={place.key} x={x} y={frame.bottom + 15} text-anchor="middle">
            {line}
            {below !== labelled[nth - 1]?.place.label[1] && (
              <tspan x={x} dy={14}>
                {below}
              </tspan>
            )}
          </text>
        );
      })}
    </g>
  );
}
