import type { Redis } from 'ioredis';
import { batched } from '../shared/batched.ts';

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
local claims = {}
for place, key in ipairs(KEYS) do
  local held = redis.call('GET', key)
  if held == 'done' then claims[place] = 'done'
  elseif held then claims[place] = 'busy'
  else
    redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
    claims[place] = 'claimed'
  end
end
return claims`;

const FINISH = `
for _, key in ipairs(KEYS) do redis.call('SET', key, 'done', 'EX', ARGV[1]) end
return KEYS`;

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

  const claimKey = batched<string, Claim>(
    async (keys) => (await redis.eval(CLAIM, keys.length, ...keys, processId, LEASE_MS)) as Claim[],
  );
  const finishKey = batched<string, unknown>(
    async (keys) => (await redis.eval(FINISH, keys.length, ...keys, REMEMBER_SECONDS)) as unknown[],
  );
  const keyOf = (telegramBotId: bigint, updateId: number) => `update:${telegramBotId}:${updateId}`;

  return {
    async claim(telegramBotId, updateId) {
      const key = keyOf(telegramBotId, updateId);
      const claim = await claimKey(key);
      if (claim === 'claimed') inHand.add(key);
      return claim;
    },
    async finish(telegramBotId, updateId) {
      const key = keyOf(telegramBotId, updateId);
      inHand.delete(key);
      await finishKey(key);
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
