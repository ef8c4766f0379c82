import { MINUTE_MS } from '../../shared/durations.ts';
import type { OutboxDispatcher } from './outbox-dispatcher.ts';
import { type DueMessage, MOST_WOKEN, type Waker } from './outbox-message.ts';

/** What is tried again later than this is left to the sweep, which looks as often. */
const LATEST_MS = MINUTE_MS;

/** Wakes the dispatcher of this very process, as soon as it works. */
export interface NearWaker extends Waker {
  start(): void;
  close(): void;
}

/**
 * What this process wrote it delivers itself: no round trip, and no job. Whatever is lost with it is found by the sweep.
 * @param far wakes whichever process works; for what this one does not take
 */
export function createNearWaker(dispatch: OutboxDispatcher['dispatch'], far: Waker): NearWaker {
  let works = false;
  const timers = new Set<NodeJS.Timeout>();

  function later(due: readonly DueMessage[], delayMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      for (const message of due) dispatch(message);
    }, delayMs);
    timers.add(timer.unref());
  }

  return {
    async wake(due, delayMs = 0) {
      if (!works) return far.wake(due, delayMs);
      const first = due.slice(0, MOST_WOKEN);
      if (delayMs > 0) {
        if (delayMs <= LATEST_MS) later(first, delayMs);
        return;
      }
      const left = first.filter((message) => !dispatch(message));
      if (left.length > 0) await far.wake(left);
    },
    start() {
      works = true;
    },
    close() {
      works = false;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
