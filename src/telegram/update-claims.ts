import type { Redis } from 'ioredis';
import { defineScript } from '../infra/redis-script.ts';
import { batched } from '../shared/batched.ts';

/** A finished update is remembered this long; Telegram repeats one within minutes. */
const REMEMBER_SECONDS = 3_600;
/**
 * A claim that is not renewed is free after this: short, so that what a killed process had in hand is done soon;
 * longer than any pause of a living process, which renews every third of it.
 */
const LEASE_MS = 10_000;

/** Whoever was too fast is heard again after this much quiet. */
const QUIET_MS = 5_000;
const WINDOW_MS = 1_000;

/** How fast somebody writes and presses: `too-fast` is the first one too many, `silenced` one of those after it. */
export type SenderPace = 'fine' | 'too-fast' | 'silenced';

/** A pace means that the update is claimed. */
type Claim = SenderPace | 'done' | 'busy';

/** Who handles an update: `(bot, update_id)` is claimed, done, or free again after a crash. */
export interface UpdateClaims {
  /** @param telegramUserId whose pace the update counts for when it is claimed; null: nobody's */
  claim(telegramBotId: bigint, updateId: number, telegramUserId: number | null): Promise<Claim>;
  finish(telegramBotId: bigint, updateId: number): Promise<void>;
  /** Lets go, so that Telegram's repetition is handled; it shall not find its sender too fast because of this one. */
  release(telegramBotId: bigint, updateId: number, telegramUserId: number | null): Promise<void>;
  /** Lets go of everything in hand, so that another process need not wait for the leases. */
  close(): Promise<void>;
}

/**
 * Keys by turns: an update, and whoever is counted for it or nothing. A person's key counts, and stands with `:quiet`
 * behind it for the quiet.
 */
const CLAIM = `
local function judge(key)
  if key == '' then return 'fine' end
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
local function claim(update, person)
  if redis.call('SET', update, ARGV[1], 'PX', ARGV[2], 'NX') then return judge(person) end
  if redis.call('GET', update) == 'done' then return 'done' end
  return 'busy'
end
local claims = {}
for place = 1, #KEYS, 2 do claims[(place + 1) / 2] = claim(KEYS[place], KEYS[place + 1]) end
return claims`;

/** An update, and whoever was counted for it or nothing. */
const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if KEYS[2] ~= '' then redis.call('DEL', KEYS[2], KEYS[2] .. ':quiet') end
return redis.call('DEL', KEYS[1])`;

const FINISH = `
for _, key in ipairs(KEYS) do redis.call('SET', key, 'done', 'EX', ARGV[1]) end
return KEYS`;

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

  const claimKeys = batched<readonly [string, string], Claim>((pairs) =>
    runClaim(pairs.flat(), processId, LEASE_MS, perSecond, WINDOW_MS, QUIET_MS),
  );
  const finishKey = batched<string, unknown>((keys) => runFinish(keys, REMEMBER_SECONDS));
  const keyOf = (telegramBotId: bigint, updateId: number) => `update:${telegramBotId}:${updateId}`;
  const countOf = (telegramBotId: bigint, telegramUserId: number | null) =>
    telegramUserId === null || perSecond === 0 ? '' : `rate:${telegramBotId}:${telegramUserId}`;

  return {
    async claim(telegramBotId, updateId, telegramUserId) {
      const key = keyOf(telegramBotId, updateId);
      const claim = await claimKeys([key, countOf(telegramBotId, telegramUserId)]);
      if (claim !== 'done' && claim !== 'busy') inHand.add(key);
      return claim;
    },
    async finish(telegramBotId, updateId) {
      const key = keyOf(telegramBotId, updateId);
      inHand.delete(key);
      await finishKey(key);
    },
    async release(telegramBotId, updateId, telegramUserId) {
      const key = keyOf(telegramBotId, updateId);
      inHand.delete(key);
      await runRelease([key, countOf(telegramBotId, telegramUserId)], processId);
    },
    async close() {
      clearInterval(heartbeat);
      const releases = [...inHand].map((key) => runRelease([key, ''], processId));
      inHand.clear();
      await Promise.all(releases);
    },
  };
}
