import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { MOST_WOKEN, type Waker } from '../kernel/outbox/outbox-message.ts';
import { HOUR_MS } from '../shared/durations.ts';
import { mapValues } from '../shared/map-values.ts';
import { type ItemJobName, JOBS, type JobName, type QueueName } from './jobs.ts';
import type { Enqueue } from './scans.ts';

/** Finished jobs are removed: what happened stands in the database. The outbox has retries of its own. */
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const;

/** BullMQ's limit. */
const MAX_PRIORITY = 2_097_152;

export interface Queues extends Record<QueueName, Queue> {
  enqueue: Enqueue<ItemJobName>;
  waker: Waker;
  /** Jobs that wait for a worker or are with one; those of a later time do not count. */
  count(): Promise<number>;
  close(): Promise<void>;
}

export function createQueues({ redis, logger }: { redis: Redis; logger: Logger }): Queues {
  const options = { connection: redis, defaultJobOptions: JOB_OPTIONS, skipVersionCheck: true };
  const queues = mapValues(JOBS, (_jobs, name: QueueName) => new Queue(name, options));
  const { outbox, items } = queues;
  for (const queue of Object.values(queues)) {
    // Redis coming and going is logged once by its own connection.
    queue.on('error', () => logger.debug({ queue: queue.name }, 'the queue lost its connection'));
  }
  return {
    ...queues,
    async enqueue(job, due) {
      await items.addBulk(
        due.map(({ id, rank }) => ({
          name: job,
          data: { id },
          // The same thing found twice within an hour is one job, so that one whose place was lost bars it no longer than
          // that; each bot's first comes before any bot's second.
          opts: {
            jobId: `${job}-${id}-${Math.floor(Date.now() / HOUR_MS)}`,
            priority: Math.min(rank, MAX_PRIORITY),
          },
        })),
      );
    },
    waker: {
      async wake(due, delayMs = 0) {
        try {
          await outbox.addBulk(
            due.slice(0, MOST_WOKEN).map(({ id, botId }) => ({
              name: 'dispatch' satisfies JobName,
              data: { outboxId: String(id), botId },
              opts: { delay: delayMs },
            })),
          );
        } catch (error) {
          // What is due stands in Postgres; the sweep finds it when Redis is back.
          logger.warn({ err: error, messages: due.length }, 'the dispatcher could not be woken');
        }
      },
    },
    async count() {
      const counts = await Promise.all(
        [outbox, items].map((queue) => queue.getJobCountByTypes('active', 'waiting', 'prioritized')),
      );
      return counts.reduce((sum, one) => sum + one, 0);
    },
    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
    },
  };
}
