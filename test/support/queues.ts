import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { createRedis, untilRedisReady } from '../../src/infra/redis/redis.ts';
import { createQueues, type Queues } from '../../src/jobs/queues.ts';
import { createTestRedis } from './database/database.ts';

/** Queues on a Redis database of their own. */
export async function createTestQueues(): Promise<{ redis: Redis; queues: Queues; close(): Promise<void> }> {
  const logger = pino({ level: 'silent' });
  const redis = createRedis((await createTestRedis()).url, { logger });
  await untilRedisReady(redis, 5_000);
  const queues = createQueues({ redis, logger });
  return {
    redis,
    queues,
    async close() {
      await queues.close();
      redis.disconnect();
    },
  };
}
