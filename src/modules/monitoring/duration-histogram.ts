/** A step is a twentieth longer than the one before: no percentile is told more exactly, and none needs to be. */
const RATIO = 1.05;
const STEPS = 240;
/** The limit that is judged ends a step, so that what keeps to it is never told to be over it. */
const LIMIT_MS = 500;
const LIMIT_STEP = 130;

/** How long many things took, in as much memory as few. */
export interface DurationHistogram {
  add(ms: number): void;
  addAll(others: DurationHistogram): void;
  /** Whole milliseconds that `percent` of a hundred stayed within, a twentieth too many at most. Null: there were none. */
  percentile(percent: number): number | null;
  readonly counts: Uint32Array;
}

export function createDurationHistogram(): DurationHistogram {
  const counts = new Uint32Array(STEPS);
  return {
    counts,
    add(ms) {
      const step = stepOf(ms);
      counts[step] = (counts[step] ?? 0) + 1;
    },
    addAll(others) {
      for (const [step, count] of others.counts.entries()) counts[step] = (counts[step] ?? 0) + count;
    },
    percentile(percent) {
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (total === 0) return null;
      let within = 0;
      const step = counts.findIndex((count) => {
        within += count;
        return within * 100 >= total * percent;
      });
      return Math.round(endOf(step));
    },
  };
}

function stepOf(ms: number): number {
  // Below a microsecond there is no logarithm worth having.
  const step = LIMIT_STEP + Math.ceil(Math.log(Math.max(ms, 0.001) / LIMIT_MS) / Math.log(RATIO) - 1e-9);
  return Math.min(Math.max(step, 0), STEPS - 1);
}

function endOf(step: number): number {
  return LIMIT_MS * RATIO ** (step - LIMIT_STEP);
}
