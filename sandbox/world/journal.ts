const REMEMBERED_EVENTS = 200;
const EVENTS_SHOWN = 15;
const DEFAULT_TIMEOUT_MS = 60_000;

export interface UntilOptions {
  /** Completes the sentence "waited for ...". */
  what: string;
  /** Real milliseconds; 10,000 when not given. */
  timeoutMs?: number;
}

interface Watcher {
  check(): void;
  abandon(reason: Error): void;
}

/** What happened, newest last, and those who wait for something to become true of it. */
export class Journal {
  readonly #events: string[] = [];
  readonly #watchers = new Set<Watcher>();
  #checkIsDue = false;

  /** Says that something changed. Waiting conditions are looked at once the running code has finished. */
  note(event: string): void {
    this.#events.push(event);
    if (this.#events.length > REMEMBERED_EVENTS) this.#events.shift();
    this.changed();
  }

  /** A change that is not worth a line. */
  changed(): void {
    if (this.#checkIsDue) return;
    this.#checkIsDue = true;
    queueMicrotask(() => {
      this.#checkIsDue = false;
      for (const watcher of this.#watchers) watcher.check();
    });
  }

  /** Resolves once the condition holds; rejects with the last events when it does not in time. */
  until(condition: () => boolean | undefined, options: UntilOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        settle();
      };
      const watcher: Watcher = {
        check: () => {
          try {
            if (condition() === true) finish(resolve);
          } catch (error) {
            finish(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        },
        abandon: (reason) => finish(() => reject(reason)),
      };
      const timer = setTimeout(() => watcher.abandon(this.#timeout(options.what, timeoutMs)), timeoutMs);
      this.#watchers.add(watcher);
      watcher.check();
    });
  }

  /** Rejects everybody who still waits. */
  close(): void {
    for (const watcher of this.#watchers) watcher.abandon(new Error('The sandbox was closed.'));
  }

  #timeout(what: string, timeoutMs: number): Error {
    const last = this.#events.slice(-EVENTS_SHOWN).map((event) => `  ${event}`);
    const events = last.length > 0 ? last.join('\n') : '  (nothing)';
    return new Error(`Waited ${timeoutMs} ms for ${what}. What happened last:\n${events}`);
  }
}
