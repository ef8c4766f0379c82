/** Of the 25 calls a second that a bot may make of its own accord: the rest is for those who wait for something. */
const PER_SECOND_OF_BOT = 20;

/** When each bot may send its next copy, and when any of them may. */
export interface CopyThrottle {
  /**
   * Whose turn it is of these bots: the one that has waited longest.
   * @returns the bot whose copy may go out now, or for how many milliseconds none may
   */
  next(bots: readonly number[]): { botId: number } | { waitMs: number };
  /** This bot sends nothing for so long. */
  hold(botId: number, ms: number): void;
}

/**
 * @param now milliseconds of a clock that never goes back
 * @param perSecond of all bots
 */
export function createCopyThrottle({
  now,
  perSecond,
}: {
  now: () => number;
  perSecond: number;
}): CopyThrottle {
  /** When each bot may send again. */
  const freeAt = new Map<number, number>();
  let allFreeAt = 0;

  return {
    next(bots) {
      const at = now();
      for (const [botId, free] of freeAt) if (free <= at && !bots.includes(botId)) freeAt.delete(botId);
      const turns = bots.map((botId) => ({ botId, free: freeAt.get(botId) ?? 0 }));
      const first = turns.reduce<(typeof turns)[number] | null>(
        (best, one) => (best === null || one.free < best.free ? one : best),
        null,
      );
      if (!first) return { waitMs: Number.POSITIVE_INFINITY };
      const waitMs = Math.max(first.free, allFreeAt) - at;
      if (waitMs > 0) return { waitMs };
      freeAt.set(first.botId, at + 1000 / PER_SECOND_OF_BOT);
      allFreeAt = at + 1000 / perSecond;
      return { botId: first.botId };
    },
    hold(botId, ms) {
      freeAt.set(botId, Math.max(freeAt.get(botId) ?? 0, now() + ms));
    },
  };
}
