import type { Redis } from 'ioredis';

/** A finished update is remembered this long; Telegram repeats one within minutes. */
const REMEMBER_SECONDS = 3_600;
/**
 * A claim that is not renewed is free after this: short, so that what a killed process had in hand is done soon;
 * longer than any pause of a living process, which renews every third of it.
 */
const LEASE_MS = 10_000;

type Claim = 'claimed' | 'done' | 'busy';

/** Who handles an update: `(bot, update_id)` is claimed, done, or free again after a crash. */
export interface UpdateClaims {
  claim(telegramBotId: bigint, updateId: number): Promise<Claim>;
  finish(telegramBotId: bigint, updateId: number): Promise<void>;
  /** Lets go, so that Telegram's repetition is handled. */
  release(telegramBotId: bigint, updateId: number): Promise<void>;
  /** Lets go of everything in hand, so that another process need not wait for the leases. */
  close(): Promise<void>;
}

const CLAIM = `
local held = redis.call('GET', KEYS[1])
if held == 'done' then return 'done' end
if held then return 'busy' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'claimed'`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

export function createUpdateClaims(deps: {
  redis: Redis;
  /** Names this process among those that share the updates. */
  processId: string;
  report: (error: unknown, tags: Record<string, string>) => void;
}): UpdateClaims {
  const { redis, processId } = deps;
  const inHand = new Set<string>();

  const heartbeat = setInterval(() => {
    if (inHand.size === 0) return;
    const pipeline = redis.pipeline();
    for (const key of inHand) pipeline.pexpire(key, LEASE_MS);
    pipeline.exec().catch((error: unknown) => deps.report(error, { part: 'update-lease' }));
  }, LEASE_MS / 3);
  heartbeat.unref();

  const keyOf = (telegramBotId: bigint, updateId: number) => `update:${telegramBotId}:${updateId}`;

  return {
    async claim(telegramBotId, updateId) {
      const key = keyOf(telegramBotId, updateId);
      const claim = (await redis.eval(CLAIM, 1, key, processId, LEASE_MS)) as Claim;
      if (claim === 'claimed') inHand.add(key);
      return claim;
    },
    async finish(telegramBotId, updateId) {
      const key = keyOf(telegramBotId, updateId);
      inHand.delete(key);
      await redis.set(key, 'done', 'EX', REMEMBER_SECONDS);
    },
    async release(telegramBotId, updateId) {
      const key = keyOf(telegramBotId, updateId);
      inHand.delete(key);
      await redis.eval(RELEASE, 1, key, processId);
    },
    async close() {
      clearInterval(heartbeat);
      const releases = [...inHand].map((key) => redis.eval(RELEASE, 1, key, processId));
      inHand.clear();
      await Promise.all(releases);
    },
  };
}
