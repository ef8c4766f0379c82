/**
 * As many connections as Telegram opens to a webhook by itself: nothing of Telegram's is refused, and a flood on one bot
 * holds no more than this of the memory that all share.
 */
export const MAX_IN_HAND_OF_BOT = 40;
/**
 * So many of them are worked on at once: the rest of the database's connections, and of everybody's patience, belongs to
 * other bots. Enough for the thirty messages a second that Telegram allows a bot.
 */
const MAX_AT_WORK_OF_BOT = 16;

interface Share {
  inHand: number;
  atWork: number;
  /** Each lets one more begin. */
  waiting: (() => void)[];
}

/** What one bot may take of what all bots share. */
export interface Bulkhead {
  /** Whether this bot has as much in hand as it may. */
  isFull(telegramBotId: bigint): boolean;
  /** Counts `work` as in hand while it lasts. */
  inHand<T>(telegramBotId: bigint, work: () => Promise<T>): Promise<T>;
  /** Does `work` when there is room for it, in the order of asking. Only for what is in hand. */
  atWork<T>(telegramBotId: bigint, work: () => Promise<T>): Promise<T>;
}

export function createBulkhead(): Bulkhead {
  const shares = new Map<bigint, Share>();

  function shareOf(telegramBotId: bigint): Share {
    const share = shares.get(telegramBotId) ?? { inHand: 0, atWork: 0, waiting: [] };
    shares.set(telegramBotId, share);
    return share;
  }

  return {
    isFull: (telegramBotId) => (shares.get(telegramBotId)?.inHand ?? 0) >= MAX_IN_HAND_OF_BOT,
    async inHand(telegramBotId, work) {
      const share = shareOf(telegramBotId);
      share.inHand += 1;
      try {
        return await work();
      } finally {
        share.inHand -= 1;
        if (share.inHand === 0) shares.delete(telegramBotId);
      }
    },
    async atWork(telegramBotId, work) {
      const share = shareOf(telegramBotId);
      // Whoever ends hands its place on, so that nobody who comes later slips in between.
      if (share.atWork < MAX_AT_WORK_OF_BOT) share.atWork += 1;
      else await new Promise<void>((resolve) => share.waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = share.waiting.shift();
        if (next) next();
        else share.atWork -= 1;
      }
    },
  };
}
