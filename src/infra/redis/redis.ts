import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { BaseLogger } from 'pino';

export interface RedisOptions {
  logger: Pick<BaseLogger, 'warn' | 'info'>;
  /** For BullMQ's workers, which wait for jobs as long as it takes. Default: every command answers soon. */
  blocking?: boolean;
}

/** Redis answers in well under a millisecond; a webhook has to say 503 rather than wait for a dead link. */
const COMMAND_LIMIT_MS = 2_000;

const CONNECT_LIMIT_MS = 5_000;

/**
 * A connection that opens at once and comes back by itself.
 *
 * Without `blocking` a command fails at once while Redis is unavailable, also before the first connection: see
 * `untilRedisReady`.
 */
export function createRedis(url: string, { logger, blocking = false }: RedisOptions): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_LIMIT_MS,
    ...(blocking
      ? { maxRetriesPerRequest: null }
      : { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: COMMAND_LIMIT_MS }),
  });
  let unavailable = false;
  redis.on('error', (error: Error) => {
    if (unavailable) return;
    unavailable = true;
    // The error itself is not logged: one about authentication carries the password.
    logger.warn({ reason: error.message }, 'redis is unavailable');
  });
  redis.on('ready', () => {
    if (unavailable) logger.info('redis is back');
    unavailable = false;
  });
  return redis;
}

/** Redis was not to be had; `cause` is what it said last. */
export class RedisUnreachableError extends Error {
  override readonly name = 'RedisUnreachableError';
}

/**
 * Waits for the connection to be usable.
 *
 * @throws RedisUnreachableError when it is not within the limit, or at once when Redis refuses the password
 */
export function untilRedisReady(redis: Redis, limitMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    let reason: Error | undefined;
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      redis.off('error', onError);
      done();
    };
    const onReady = (): void => settle(resolve);
    const fail = (): void =>
      settle(() =>
        reject(
          new RedisUnreachableError(`Redis could not be reached within ${limitMs} ms.`, { cause: reason }),
        ),
      );
    const onError = (error: Error): void => {
      reason = error;
      // Another attempt gets the same answer.
      if (REFUSED_USER.test(error.message)) fail();
    };
    const timer = setTimeout(fail, limitMs);
    redis.once('ready', onReady);
    redis.on('error', onError);
  });
}

const REFUSED_USER = /WRONGPASS|NOAUTH|NOPERM|invalid (?:username-)?password|certificate/i;

/** A probe that nobody reads is gone after this. */
const PROBE_KEPT_MS = 10_000;

/**
 * Writes something trivial and reads it back: a Redis that answers may be a replica, or full.
 *
 * @throws when that does not come out
 */
export async function probeRedis(redis: Redis): Promise<void> {
  const word = randomUUID();
  // Two looks at the same moment, of one process too, must not read each other's.
  const key = `health:${word}`;
  await redis.set(key, word, 'PX', PROBE_KEPT_MS);
  if ((await redis.get(key)) !== word) throw new Error('Redis gave back another word than was written.');
}
