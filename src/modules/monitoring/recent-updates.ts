import type { Clock } from '../../shared/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../../shared/durations.ts';
import { createDurationHistogram, type DurationHistogram } from './duration-histogram.ts';

const SPAN_MS = 10_000;
const SPANS = 30;
export const RECENT_MINUTES = (SPAN_MS * SPANS) / MINUTE_MS;

interface RecentMetrics {
  updates: number;
  errors: number;
  /** Milliseconds that so many of a hundred updates stayed within. Null: there were none. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** How the updates of the last five minutes came out, and how long they took, in this process. */
export interface RecentUpdates {
  count(isError: boolean, seconds: number): void;
  read(): RecentMetrics;
  /** What came before is explained. */
  forget(): void;
}

interface Span {
  at: number;
  updates: number;
  errors: number;
  durations: DurationHistogram;
}

export function createRecentUpdates(clock: Clock): RecentUpdates {
  let spans: Span[] = [];

  function present(): number {
    const at = Math.floor(clock.now().getTime() / SPAN_MS);
    if (spans[0] && spans[0].at <= at - SPANS) spans = spans.filter((span) => span.at > at - SPANS);
    return at;
  }

  return {
    count(isError, seconds) {
      const at = present();
      let last = spans.at(-1);
      if (last?.at !== at) {
        last = { at, updates: 0, errors: 0, durations: createDurationHistogram() };
        spans.push(last);
      }
      last.updates += 1;
      if (isError) last.errors += 1;
      last.durations.add(seconds * SECOND_MS);
    },
    read() {
      present();
      let [updates, errors] = [0, 0];
      const durations = createDurationHistogram();
      for (const span of spans) {
        updates += span.updates;
        errors += span.errors;
        durations.addAll(span.durations);
      }
      const { percentile } = durations;
      return { updates, errors, p50: percentile(50), p95: percentile(95), p99: percentile(99) };
    },
    forget() {
      spans = [];
    },
  };
}
