import type { Redis } from 'ioredis';
import type { BaseLogger } from 'pino';

/** What Redis says of its memory. */
export interface RedisRoom {
  /** What it does when it is full; null: it does not say. */
  policy: string | null;
  usedBytes: number;
  /** Its `maxmemory`; 0 where there is no limit. */
  limitBytes: number;
  /** How much of the limit is used, from 0 to 1; 0 where there is none. */
  share: number;
}

/** Nearly full: what comes in within an evening has room above it. */
export const MAX_SHARE = 0.8;

const KEEPS_EVERYTHING = 'noeviction';

/** @throws while Redis is unavailable, or lets nobody ask */
export async function readRedisRoom(redis: Redis): Promise<RedisRoom> {
  const info = await redis.info('memory');
  const read = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
  const [usedBytes, limitBytes] = [Number(read('used_memory')), Number(read('maxmemory'))];
  const share = limitBytes > 0 ? usedBytes / limitBytes : 0;
  return { policy: read('maxmemory_policy'), usedBytes, limitBytes, share };
}

/** Whether it throws things away when it is full. */
export function isForgetful({ policy }: RedisRoom): boolean {
  return policy !== null && policy !== KEEPS_EVERYTHING;
}

/** Jobs live in Redis: one that throws things away, or is about to refuse them, is told of before it hurts. */
export async function warnOfRoom(redis: Redis, logger: Pick<BaseLogger, 'warn' | 'info'>): Promise<void> {
  try {
    const room = await readRedisRoom(redis);
    if (isForgetful(room)) {
      logger.warn(
        { policy: room.policy },
        'Redis throws away what it holds: set its maxmemory-policy to noeviction',
      );
    }
    if (room.share > MAX_SHARE) {
      logger.warn(
        { share: room.share },
        'Redis is nearly full and will refuse what is written: raise its maxmemory',
      );
    }
  } catch (error) {
    logger.info({ err: error }, 'Redis does not say how much room it has');
  }
}
