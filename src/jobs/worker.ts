import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Trace } from '../instrument.ts';
import type { JobKind, JobName } from './jobs.ts';
import { QUEUE_NAMES } from './queues.ts';

/** A job only puts its message into a lane. */
const MESSAGES_AT_ONCE = 10;

/** Ends and warnings are a few statements each; the rest of the pool is for people. */
const ITEMS_AT_ONCE = 4;

export interface JobWorkers {
  /** Takes no new job and waits for those in hand. */
  close(): Promise<void>;
}

export interface JobWorkersDeps {
  /** For waiting on jobs: `createRedis(url, { blocking: true })`. */
  redis: Redis;
  kinds: Record<JobName, JobKind>;
  logger: Logger;
  report: (error: unknown, tags: Record<string, string>) => void;
  observeFailure: (queue: string) => void;
  trace: Trace;
}

export function startJobWorkers({ redis, logger, report, trace, ...deps }: JobWorkersDeps): JobWorkers {
  const kinds = new Map<string, JobKind>(Object.entries(deps.kinds));

  async function process(job: Job): Promise<void> {
    const kind = kinds.get(job.name);
    if (!kind) throw new Error(`No processor for the job ${job.name}`);
    await trace('job', job.name, { job: job.name }, () => kind(job.data));
  }

  const workers = [
    new Worker(QUEUE_NAMES.outbox, process, {
      ...OPTIONS,
      connection: redis,
      concurrency: MESSAGES_AT_ONCE,
    }),
    new Worker(QUEUE_NAMES.items, process, { ...OPTIONS, connection: redis, concurrency: ITEMS_AT_ONCE }),
    new Worker(QUEUE_NAMES.schedules, process, { ...OPTIONS, connection: redis }),
  ];
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
