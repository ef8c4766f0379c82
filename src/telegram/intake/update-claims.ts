import type { Redis } from 'ioredis';
import { defineScript } from '../../infra/redis/redis-script.ts';
import { batchLoader } from '../../shared/async/batch-loader.ts';

/** A finished update is remembered at least this long; Telegram repeats one within minutes. */
const REMEMBER_SECONDS = 3_600;
/**
 * So many neighbours share the key that remembers them, a bit each: Telegram counts the updates of a bot by ones, so that
 * an hour of a busy platform fits into a small Redis. A key lives on while its bot's updates fall into it; an id that comes
 * a second time otherwise than by repetition comes after a quiet week.
 */
const BLOCK = 512;
/**
 * A claim that is not renewed is free after this: short, so that what a killed process had in hand is done soon;
 * longer than any pause of a living process, which renews every third of it.
 */
const LEASE_MS = 10_000;

/** Whoever was too fast is heard again after this much quiet. */
const QUIET_MS = 5_000;
const WINDOW_MS = 1_000;

/** How fast somebody writes and presses: `too-fast` is the first one too many, `silenced` one of those after it. */
export type SenderRate = 'fine' | 'too-fast' | 'silenced';

/** A rate means that the update is claimed. */
type Claim = SenderRate | 'done' | 'busy';

/** Who handles an update: `(bot, update_id)` is claimed, done, or free again after a crash. */
export interface UpdateClaims {
  /** @param telegramUserId whose rate the update counts for when it is claimed; null: nobody's */
  claim(telegramBotId: bigint, updateId: number, telegramUserId: number | null): Promise<Claim>;
  finish(telegramBotId: bigint, updateId: number): Promise<void>;
  /** Lets go, so that Telegram's repetition is handled; it shall not find its sender too fast because of this one. */
  release(telegramBotId: bigint, updateId: number, telegramUserId: number | null): Promise<void>;
  /** Lets go of everything in hand, so that another process need not wait for the leases. */
  close(): Promise<void>;
}

/**
 * Keys by threes: an update in hand, the block that remembers it, and whoever is counted for it or nothing; its place in
 * the block stands among the arguments. A person's key counts, and stands with `:quiet` behind it for the quiet.
 */
const CLAIM = `
local function judge(key)
  if key == 'rate:nobody' then return 'fine' end
  local quiet = key .. ':quiet'
  if redis.call('EXISTS', quiet) == 1 then
    redis.call('PEXPIRE', quiet, ARGV[5])
    return 'silenced'
  end
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[4]) end
  if count <= tonumber(ARGV[3]) then return 'fine' end
  redis.call('SET', quiet, 1, 'PX', ARGV[5])
  return 'too-fast'
end
local function claim(update, block, person, place)
  if redis.call('GETBIT', block, place) == 1 then return 'done' end
  if redis.call('SET', update, ARGV[1], 'PX', ARGV[2], 'NX') then return judge(person) end
  -- Finished by a version that kept a key for each.
  if redis.call('GET', update) == 'done' then return 'done' end
  return 'busy'
end
local claims = {}
for n = 1, #KEYS / 3 do claims[n] = claim(KEYS[3 * n - 2], KEYS[3 * n - 1], KEYS[3 * n], ARGV[5 + n]) end
return claims`;

/** An update, and whoever was counted for it or nothing. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if KEYS[2] ~= 'rate:nobody' then redis.call('DEL', KEYS[2], KEYS[2] .. ':quiet') end
return redis.call('DEL', KEYS[1])`;

/** Keys by twos: an update in hand, and the block that remembers it. A claim that is another's by now stays theirs. */
const FINISH = `
for n = 1, #KEYS / 2 do
  redis.call('SETBIT', KEYS[2 * n], ARGV[2 + n], 1)
  redis.call('EXPIRE', KEYS[2 * n], ARGV[2])
  if redis.call('GET', KEYS[2 * n - 1]) == ARGV[1] then redis.call('DEL', KEYS[2 * n - 1]) end
end
return KEYS`;

/** Stands for a person where none is counted: a name like any other, because a user of Redis may be held to the names of keys. */
const NOBODY = 'rate:nobody';

/** Where an update is while it is in hand, and where it is remembered. */
interface Place {
  key: string;
  block: string;
  bit: number;
}

function placeOf(telegramBotId: bigint, updateId: number): Place {
  const block = Math.floor(updateId / BLOCK);
  return {
    key: `update:${telegramBotId}:${updateId}`,
    block: `update:${telegramBotId}:done:${block}`,
    bit: updateId - block * BLOCK,
  };
}

export function createUpdateClaims(deps: {
  redis: Redis;
  /** Names this process among those that share the updates. */
  processId: string;
  /** So many messages and presses of one person to one bot are fine; 0: as many as they like. */
  perSecond: number;
  report: (error: unknown, tags: Record<string, string>) => void;
}): UpdateClaims {
  const { redis, processId, perSecond } = deps;
  const runClaim = defineScript<Claim[]>(redis, 'claimUpdates', CLAIM);
  const runFinish = defineScript<unknown[]>(redis, 'finishUpdates', FINISH);
  const runRelease = defineScript<number>(redis, 'releaseUpdate', RELEASE);
  const inHand = new Set<string>();

  const heartbeat = setInterval(() => {
    if (inHand.size === 0) return;
    const pipeline = redis.pipeline();
    for (const key of inHand) pipeline.pexpire(key, LEASE_MS);
    pipeline.exec().catch((error: unknown) => deps.report(error, { part: 'update-lease' }));
  }, LEASE_MS / 3);
  heartbeat.unref();

  const claimPlaces = batchLoader<readonly [Place, string], Claim>((claims) =>
    runClaim(
      claims.flatMap(([{ key, block }, count]) => [key, block, count]),
      processId,
      LEASE_MS,
      perSecond,
      WINDOW_MS,
      QUIET_MS,
      ...claims.map(([{ bit }]) => bit),
    ),
  );
  const finishPlace = batchLoader<Place, unknown>((places) =>
    runFinish(
      places.flatMap(({ key, block }) => [key, block]),
      processId,
      REMEMBER_SECONDS,
      ...places.map(({ bit }) => bit),
    ),
  );
  const countOf = (telegramBotId: bigint, telegramUserId: number | null) =>
    telegramUserId === null || perSecond === 0 ? NOBODY : `rate:${telegramBotId}:${telegramUserId}`;

  return {
    async claim(telegramBotId, updateId, telegramUserId) {
      const place = placeOf(telegramBotId, updateId);
      const claim = await claimPlaces([place, countOf(telegramBotId, telegramUserId)]);
      if (claim !== 'done' && claim !== 'busy') inHand.add(place.key);
      return claim;
    },
    async finish(telegramBotId, updateId) {
      const place = placeOf(telegramBotId, updateId);
      inHand.delete(place.key);
      await finishPlace(place);
    },
    async release(telegramBotId, updateId, telegramUserId) {
      const { key } = placeOf(telegramBotId, updateId);
      inHand.delete(key);
      await runRelease([key, countOf(telegramBotId, telegramUserId)], processId);
    },
    async close() {
      clearInterval(heartbeat);
      const releases = [...inHand].map((key) => runRelease([key, NOBODY], processId));
      inHand.clear();
      await Promise.all(releases);
    },
  };
}
