import type { Redis } from 'ioredis';
import { z } from 'zod';

const word = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('changed'), botId: z.int().nullable() }),
  z.object({ kind: z.literal('decided'), person: z.string(), id: z.int(), state: z.string() }),
  z.object({ kind: z.literal('signed-out'), person: z.string() }),
]);
/** What is said; `person` is an id of Telegram's. */
export type FeedWord = z.infer<typeof word>;

type Listener = (word: FeedWord) => void;

/** Heard from when it is `ready`, until it is stopped. */
export interface Listening {
  ready: Promise<void>;
  stop(): void;
}

/** A bot that is busy is told of no more often than this. */
const EVERY_MS = 250;

/** Says in every process what has changed. A process in which nobody listens does not subscribe. */
export interface RedisFeed {
  changed(botIds: ReadonlySet<number | null>): void;
  decided(confirmation: { telegramUserId: bigint; id: number; state: string }): void;
  signedOut(telegramUserId: bigint): void;
  listen(listener: Listener): Listening;
  close(): void;
}

export function createRedisFeed(redis: Redis): RedisFeed {
  // Publishing is not told apart by database number; ours is part of the name.
  const channel = `panel-feed:${redis.options.db ?? 0}`;
  const listeners = new Set<Listener>();
  /** Bots that were told of just now; true: something has changed since. */
  const resting = new Map<number | null, boolean>();
  const timers = new Set<NodeJS.Timeout>();
  let subscribed: { connection: Redis; ready: Promise<void> } | null = null;

  /** What is lost is asked for anyway, a little later. */
  function say(said: FeedWord): void {
    redis.publish(channel, JSON.stringify(said)).catch(() => undefined);
  }

  function tell(botId: number | null): void {
    say({ kind: 'changed', botId });
    resting.set(botId, false);
    const timer = setTimeout(() => {
      timers.delete(timer);
      const hasChanged = resting.get(botId);
      resting.delete(botId);
      if (hasChanged) tell(botId);
    }, EVERY_MS);
    timers.add(timer.unref());
  }

  function subscribe(): { connection: Redis; ready: Promise<void> } {
    const connection = redis.duplicate({
      enableOfflineQueue: true,
      maxRetriesPerRequest: null,
      // Subscribed to anew below, whenever the connection is back.
      autoResubscribe: false,
    });
    // The connection comes back by itself and says so through the first client's listener.
    connection.on('error', () => undefined);
    connection.on('message', (_channel, text) => {
      const said = word.parse(JSON.parse(text));
      for (const listener of listeners) listener(said);
    });
    const ready = new Promise<void>((resolve) => {
      // Lost once more before it was answered: then this comes again with the next connection.
      connection.on('ready', () =>
        connection.subscribe(channel).then(
          () => resolve(),
          () => undefined,
        ),
      );
    });
    return { connection, ready };
  }

  return {
    changed(botIds) {
      for (const botId of botIds) {
        if (resting.has(botId)) resting.set(botId, true);
        else tell(botId);
      }
    },
    decided: ({ telegramUserId, id, state }) =>
      say({ kind: 'decided', person: String(telegramUserId), id, state }),
    signedOut: (telegramUserId) => say({ kind: 'signed-out', person: String(telegramUserId) }),
    listen(listener) {
      listeners.add(listener);
      subscribed ??= subscribe();
      return {
        ready: subscribed.ready,
        stop() {
          listeners.delete(listener);
          if (listeners.size > 0) return;
          subscribed?.connection.disconnect();
          subscribed = null;
        },
      };
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      subscribed?.connection.disconnect();
    },
  };
}
