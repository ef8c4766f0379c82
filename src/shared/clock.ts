/** Where time comes from; tests pass one that they move. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never go back, for short pauses; left out, they are the process's own. */
  ticks?(): number;
}

export const systemClock: Clock = { now: () => new Date() };
