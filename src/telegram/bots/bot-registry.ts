import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { LRUCache } from 'lru-cache';
import type { SenderRate } from '../intake/update-claims.ts';

/** Handles an update for which everything is read that could be read before it was claimed. */
export type PreparedUpdate = (rate: SenderRate) => Promise<void>;

/** A bot that is ready to handle updates and to be spoken through. */
export interface RegisteredBot {
  readonly api: Api;
  /**
   * Begins to read what the update will need, while it is still being claimed; nothing is changed before the claim is
   * there and the update is handled by what this returns.
   */
  prepare(update: Update): PreparedUpdate;
}

/** Bots cost about 4 KB each and microseconds to build, so the bound only guards against runaway growth. */
const MAX_BOTS = 20_000;
/** Ids that are nobody's are remembered, so that a stranger's flood does not become the database's. */
const MAX_UNKNOWN = 10_000;
const UNKNOWN_TTL_MS = 30_000;

export interface BotRegistry {
  /** The bot, built on its first update; null for nobody's. Ten first updates at once share one build. */
  get(telegramBotId: bigint): Promise<RegisteredBot | null>;
  /** Forgets what is known of a bot: its token, owner or state has changed. */
  invalidate(telegramBotId: bigint): void;
  /** Forgets everything. */
  clear(): void;
  readonly size: number;
}

export function createBotRegistry(
  build: (telegramBotId: bigint) => Promise<RegisteredBot | null>,
): BotRegistry {
  const bots = new LRUCache<bigint, Promise<RegisteredBot | null>>({ max: MAX_BOTS });
  const unknown = new LRUCache<bigint, true>({ max: MAX_UNKNOWN, ttl: UNKNOWN_TTL_MS });

  return {
    get(telegramBotId) {
      const present = bots.get(telegramBotId);
      if (present) return present;
      if (unknown.has(telegramBotId)) return Promise.resolve(null);
      const building = build(telegramBotId);
      bots.set(telegramBotId, building);
      // Forgotten only if it is still the same call: an invalidation since then has made room for a newer one.
      const forget = () => {
        if (bots.peek(telegramBotId) === building) bots.delete(telegramBotId);
      };
      building.then((bot) => {
        if (bot || bots.peek(telegramBotId) !== building) return;
        forget();
        unknown.set(telegramBotId, true);
      }, forget);
      return building;
    },
    invalidate(telegramBotId) {
      bots.delete(telegramBotId);
      unknown.delete(telegramBotId);
    },
    clear() {
      bots.clear();
      unknown.clear();
    },
    get size() {
      return bots.size;
    },
  };
}
