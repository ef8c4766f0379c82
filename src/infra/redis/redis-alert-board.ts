import type { Redis } from 'ioredis';
import { DAY_MS } from '../../shared/durations.ts';
import { defineScript } from './redis-script.ts';

type Claim = 'mine' | 'said' | 'too-soon';

/** Longer than any outage that somebody lets last. */
const OPEN_MS = 7 * DAY_MS;

const OPEN = `
local claims = {}
for i = 1, #KEYS, 2 do
  if redis.call('SET', KEYS[i], '1', 'NX', 'PX', ARGV[1]) then
    redis.call('SET', KEYS[i + 1], '1', 'PX', ARGV[2])
    claims[#claims + 1] = 'mine'
  else
    claims[#claims + 1] = redis.call('EXISTS', KEYS[i + 1]) == 1 and 'said' or 'too-soon'
  end
end
return claims`;

const CLOSE = `
local closed = {}
for i = 1, #KEYS do closed[i] = redis.call('DEL', KEYS[i]) end
return closed`;

/** Which alerts were told, by Redis's own clock: for the time when the database is unavailable. */
export function createRedisAlertBoard(redis: Redis) {
  const runOpen = defineScript<Claim[]>(redis, 'openAlerts', OPEN);
  const runClose = defineScript<number[]>(redis, 'closeAlerts', CLOSE);
  const saidKey = (kind: string) => `alert:${kind}:said`;
  const openKey = (kind: string) => `alert:${kind}:open`;
  return {
    async open(kinds: readonly string[], _now: Date, quietMs: number) {
      const keys = kinds.flatMap((kind) => [saidKey(kind), openKey(kind)]);
      const claims = await runOpen(keys, quietMs, OPEN_MS);
      return new Map(kinds.map((kind, index) => [kind, claims[index] ?? 'too-soon']));
    },
    async close(kinds: readonly string[]) {
      const closed = await runClose(kinds.map(openKey));
      return new Map(kinds.map((kind, index) => [kind, closed[index] === 1]));
    },
  };
}
