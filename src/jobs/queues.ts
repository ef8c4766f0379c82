import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Nudge } from '../modules/promises/promise.ts';

/** Promises are kept beside the schedules, so that a long list never waits behind a sweep, nor a sweep behind it. */
export const QUEUE_NAMES = { promises: 'promises', schedules: 'schedules' } as const;

/** Finished jobs are removed: what happened stands in the books. Promises have retries of their own. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const;

export interface Queues {
  promises: Queue;
  schedules: Queue;
  nudge: Nudge;
  close(): Promise<void>;
}

export function createQueues({ redis, logger }: { redis: Redis; logger: Logger }): Queues {
  const options = { connection: redis, defaultJobOptions: JOB_OPTIONS, skipVersionCheck: true };
  const promises = new Queue(QUEUE_NAMES.promises, options);
  const schedules = new Queue(QUEUE_NAMES.schedules, options);
  for (const queue of [promises, schedules]) {
    // Redis coming and going is logged once by its own connection.
    queue.on('error', () => logger.debug({ queue: queue.name }, 'the queue lost its connection'));
  }
  return {
    promises,
    schedules,
    nudge: {
      async nudge(promiseIds, delayMs = 0) {
        try {
          await promises.addBulk(
            promiseIds.map((id) => ({
              name: 'keep',
              data: { promiseId: String(id) },
              opts: { delay: delayMs },
            })),
          );
        } catch (error) {
          // What was promised stands in Postgres; the sweep finds it when Redis is back.
          logger.warn({ err: error, promises: promiseIds.length }, 'promises could not be nudged');
        }
      },
    },
    async close() {
      await Promise.all([promises.close(), schedules.close()]);
    },
  };
}
