import type { Redis } from 'ioredis';

/** Runs a script on its keys in one piece. Errors are ioredis's: `isRedisUnavailable` knows them. */
export type RedisScript<Answer> = (
  keys: readonly string[],
  ...args: readonly (string | number)[]
) => Promise<Answer>;

/** A script in Lua under a name of its own. Its text travels once a connection, then its hash alone. */
export function defineScript<Answer>(redis: Redis, name: string, lua: string): RedisScript<Answer> {
  redis.defineCommand(name, { lua });
  const run = Reflect.get(redis, name) as (...given: (string | number)[]) => Promise<Answer>;
  return (keys, ...args) => run.call(redis, keys.length, ...keys, ...args);
}
