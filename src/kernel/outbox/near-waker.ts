import { AsyncResource } from 'node:async_hooks';
import type { OutboxDispatcher } from './outbox-dispatcher.ts';
import { type DueMessage, MOST_WOKEN, type Waker } from './outbox-message.ts';

/** So many may wait here for their next try; each is a few hundred bytes. */
const MOST_WAITING = 50_000;
/** A timer may end a little early, and the database would not give the message out yet. */
const BEHIND_MS = 10;

/** Wakes the dispatcher of this very process, as soon as it works. */
export interface NearWaker extends Waker {
  start(): void;
  close(): void;
}

/**
 * What this process wrote it delivers itself, and tries again: no round trip, and no job. Whatever is lost with it is found by the sweep.
 * @param far wakes whichever process works; for what this one does not take
 */
export function createNearWaker(dispatch: OutboxDispatcher['dispatch'], far: Waker): NearWaker {
  let works = false;
  const timers = new Set<NodeJS.Timeout>();
  // Not in the trace of whoever wakes: a lane goes on with what others have written.
  const deliver = AsyncResource.bind(dispatch);

  function later(due: readonly DueMessage[], delayMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      for (const message of due) deliver(message);
    }, Math.ceil(delayMs) + BEHIND_MS);
    timers.add(timer.unref());
  }

  return {
    async wake(due, delayMs = 0) {
      if (!works) return far.wake(due, delayMs);
      const first = due.slice(0, MOST_WOKEN);
      if (delayMs > 0) {
        if (timers.size >= MOST_WAITING) return far.wake(first, delayMs);
        return later(first, delayMs);
      }
      const left = first.filter((message) => !deliver(message));
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
