import { isGranted } from './granted.ts';

/** Numbers that look random and come again with the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below `below`, whole. */
  int(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** From 0 to below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(percent: number): boolean {
    return this.int(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(256)));
  }
}

/**
 * Begins everything in a random order, each a random moment later. A polite refusal is an outcome like any other.
 * @param turns of the event loop, that each waits at most
 */
export async function race(
  random: Random,
  turns: number,
  runners: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const shuffled = runners
    .map((run) => ({ run, at: random.fraction(), waits: random.int(turns) }))
    .sort((a, b) => a.at - b.at);
  await Promise.all(
    shuffled.map(async ({ run, waits }) => {
      for (let turn = 0; turn < waits; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await isGranted(run);
    }),
  );
}
