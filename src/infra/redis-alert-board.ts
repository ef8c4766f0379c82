import type { Redis } from 'ioredis';

/** Longer than any outage that somebody lets last. */
const OPEN_MS = 7 * 24 * 3_600_000;

const OPEN = `
if redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[1]) then
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
  return 'mine'
end
return redis.call('EXISTS', KEYS[2]) == 1 and 'said' or 'too-soon'`;

/** Which alerts were told, by Redis's own clock: for the time when the books are away. */
export function createRedisAlertBoard(redis: Redis) {
  const saidKey = (kind: string) => `alert:${kind}:said`;
  const openKey = (kind: string) => `alert:${kind}:open`;
  return {
    async open(kind: string, _now: Date, quietMs: number) {
      const claim = await redis.eval(OPEN, 2, saidKey(kind), openKey(kind), quietMs, OPEN_MS);
      return claim as 'mine' | 'said' | 'too-soon';
    },
    close: async (kind: string) => (await redis.del(openKey(kind))) === 1,
  };
}
