import type { Clock } from '../../shared/clock.ts';

const SPAN_MS = 10_000;
const SPANS = 30;
export const RECENT_MINUTES = (SPAN_MS * SPANS) / 60_000;

/** How the updates of the last five minutes came out, in this process. */
export interface RecentUpdates {
  count(isError: boolean): void;
  read(): { updates: number; errors: number };
  /** What came before is explained. */
  forget(): void;
}

export function createRecentUpdates(clock: Clock): RecentUpdates {
  let spans: { at: number; updates: number; errors: number }[] = [];

  function present(): number {
    const at = Math.floor(clock.now().getTime() / SPAN_MS);
    if (spans[0] && spans[0].at <= at - SPANS) spans = spans.filter((span) => span.at > at - SPANS);
    return at;
  }

  return {
    count(isError) {
      const at = present();
      let last = spans.at(-1);
      if (last?.at !== at) {
        last = { at, updates: 0, errors: 0 };
        spans.push(last);
      }
      last.updates += 1;
      if (isError) last.errors += 1;
    },
    read() {
      present();
      const sum = { updates: 0, errors: 0 };
      for (const { updates, errors } of spans) {
        sum.updates += updates;
        sum.errors += errors;
      }
      return sum;
    },
    forget() {
      spans = [];
    },
  };
}
