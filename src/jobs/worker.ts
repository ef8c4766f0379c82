import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Trace } from '../instrument.ts';
import type { QueueName } from './jobs.ts';

/** How many jobs of a queue a process has in hand. */
const AT_ONCE: Readonly<Record<QueueName, number>> = {
  // A job only puts its message into a lane.
  outbox: 10,
  schedules: 1,
  // Ends and warnings are a few statements each; the rest of the pool is for people.
  items: 4,
};

export interface JobWorkers {
  /** Takes no new job and waits for those in hand. */
  close(): Promise<void>;
}

export interface JobWorkersDeps {
  /** For waiting on jobs: `createRedis(url, { blocking: true })`. */
  redis: Redis;
  /** Does the job of that name. */
  run: (name: string, payload: unknown) => Promise<unknown>;
  logger: Logger;
  report: (error: unknown, tags: Record<string, string>) => void;
  observeFailure: (queue: string) => void;
  trace: Trace;
}

export function startJobWorkers({ redis, logger, report, trace, ...deps }: JobWorkersDeps): JobWorkers {
  async function process(job: Job): Promise<void> {
    await trace('job', job.name, { job: job.name }, () => deps.run(job.name, job.data));
  }

  const workers = Object.entries(AT_ONCE).map(
    ([queue, concurrency]) => new Worker(queue, process, { ...OPTIONS, connection: redis, concurrency }),
  );
  for (const worker of workers) {
    worker.on('error', () => logger.debug({ queue: worker.name }, 'the worker lost its connection'));
    worker.on('failed', (job, error) => {
      deps.observeFailure(worker.name);
      report(error, tagsOf(job));
    });
  }
  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function tagsOf(job: Job | undefined): Record<string, string> {
  const item: unknown = Reflect.get(Object(job?.data), 'id');
  return {
    part: 'job',
    job: job?.name ?? 'unknown',
    ...(typeof item === 'number' && { item: String(item) }),
  };
}

/** After Redis refused or was unavailable: BullMQ's own fifteen seconds are long for who waits for a link. */
const RETRY_MS = 1_000;

const OPTIONS = {
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
  skipVersionCheck: true,
  runRetryDelay: RETRY_MS,
} as const;
