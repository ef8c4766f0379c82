import type { Redis } from 'ioredis';

/** Tells every process, this one too, that what it remembers of a bot is old. */
export interface BotChanges {
  announce(telegramBotId: bigint): Promise<void>;
  close(): Promise<void>;
}

/**
 * Over Redis, because each process keeps bots of its own. An announcement that gets lost costs little: every write is
 * checked in the database, and a stale token fails at Telegram.
 */
export async function listenToBotChanges(deps: {
  redis: Redis;
  onChange: (telegramBotId: bigint) => void;
  /** Announcements may have been lost. */
  onDisconnected: () => void;
}): Promise<BotChanges> {
  const { redis, onChange } = deps;
  // Publishing is not told apart by database number; ours is part of the name.
  const channel = `bot-changed:${redis.options.db ?? 0}`;
  const subscriber = redis.duplicate({
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    // Nobody waits for the subscription that ioredis makes anew: a second loss would be an unhandled rejection.
    autoResubscribe: false,
  });
  // The connection comes back by itself and says so through the first client's listener.
  subscriber.on('error', () => undefined);
  subscriber.on('message', (_channel, id) => onChange(BigInt(id)));
  await subscriber.subscribe(channel);
  // Lost once more before it was answered: then this comes again with the next connection.
  subscriber.on('ready', () => subscriber.subscribe(channel).then(deps.onDisconnected, () => undefined));
  return {
    async announce(telegramBotId) {
      onChange(telegramBotId);
      await redis.publish(channel, String(telegramBotId));
    },
    async close() {
      subscriber.disconnect();
    },
  };
}
