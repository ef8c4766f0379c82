/** At most so many lines across a chart. */
const LINES = 4;

/** From 0 up to what holds the largest value: round numbers, evenly spaced. @param least what a step is a multiple of */
export function marksUpTo(largest: number, least: number): number[] {
  const step = roundUp(Math.max(largest, least) / LINES, least);
  const count = Math.max(1, Math.ceil(largest / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, number) => number * step);
}

/** To 1, 2, 2.5 or 5 times a power of ten. */
function roundUp(value: number, least: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 2, 2.5, 5, 10].map((factor) => factor * power);
  const fits = steps.find((step) => step >= value - 1e-9 && isMultiple(step, least));
  return fits ?? Math.max(least, 10 * power);
}

function isMultiple(step: number, least: number): boolean {
  const times = step / least;
  return times >= 1 && Math.abs(times - Math.round(times)) < 1e-9;
}

/** Every so-manieth label has room. */
export function labelEvery(count: number, width: number, labelWidth: number): number {
  return Math.max(1, Math.ceil((count * labelWidth) / Math.max(width, 1)));
}
