import type { Redis } from 'ioredis';
import { defineScript } from './redis-script.ts';

/** Whatever somebody was given before goes, and the new pair stands. */
const OFFER = `
local known = redis.call('GET', KEYS[1])
if known then redis.call('DEL', unpack(cjson.decode(known))) end
redis.call('SET', KEYS[1], cjson.encode({KEYS[2], KEYS[3]}), 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 1`;

/** One use for both of a pair. */
const TAKE = `
local person = redis.call('GETDEL', KEYS[1])
if not person then return false end
local pair = redis.call('GETDEL', ARGV[1] .. person)
if pair then redis.call('DEL', unpack(cjson.decode(pair))) end
return person`;

const PREFIX = 'panel-entry:';
const OF_PERSON = `${PREFIX}person:`;

/** Ways into the panel that were handed out and not used: a link and a code each, known by their hashes alone. */
export function createRedisEntries(redis: Redis) {
  const runOffer = defineScript<number>(redis, 'offerPanelEntry', OFFER);
  const runTake = defineScript<string | null>(redis, 'takePanelEntry', TAKE);
  return {
    async offer(person: string, hashes: readonly [string, string], lastsMs: number): Promise<void> {
      const [one, other] = hashes;
      await runOffer([`${OF_PERSON}${person}`, `${PREFIX}${one}`, `${PREFIX}${other}`], person, lastsMs);
    },
    /** @returns whose it is; null of what is used, over or nobody's */
    take: (hash: string): Promise<string | null> => runTake([`${PREFIX}${hash}`], OF_PERSON),
  };
}
