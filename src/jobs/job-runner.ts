import { SECOND_MS } from '../shared/durations.ts';
import { mapValues } from '../shared/map-values.ts';
import { JOBS, type Job, type JobDeps, type ScheduleConfig, type ScheduledJobName } from './jobs.ts';
import type { Queues } from './queues.ts';
import { restoreSchedules, startSchedules } from './schedulers.ts';
import { type JobWorkers, type JobWorkersDeps, startJobWorkers } from './worker.ts';

export interface JobRunner {
  /** What the schedules do by themselves, at once. */
  readonly atOnce: Readonly<Record<ScheduledJobName, () => Promise<void>>>;
  /** Works at jobs from then on, and keeps the schedules. */
  start(): Promise<void>;
  /** Takes no new job and waits for those in hand. */
  close(): Promise<void>;
}

export interface JobRunnerDeps extends Omit<JobDeps, 'enqueue' | 'waker'>, Omit<JobWorkersDeps, 'run'> {
  config: ScheduleConfig;
  queues: Queues;
}

const BY_NAME = new Map(Object.values(JOBS).flatMap((jobs) => Object.entries<Job>(jobs)));

/** This edge as a whole: does jobs that others made, and those that come by the clock. */
export function createJobRunner(given: JobRunnerDeps): JobRunner {
  const { config, queues, logger } = given;
  const deps: JobDeps = { ...given, enqueue: queues.enqueue, waker: queues.waker };
  let workers: JobWorkers | undefined;
  let restoring: NodeJS.Timeout | undefined;

  async function run(name: string, payload: unknown): Promise<void> {
    const job = BY_NAME.get(name);
    if (!job) throw new Error(`No processor for the job ${name}`);
    await job.run(payload, deps);
  }

  async function restore(): Promise<void> {
    try {
      const schedules = await restoreSchedules(queues, config);
      if (schedules.length > 0) logger.warn({ schedules }, 'schedules had lost their next job');
    } catch (error) {
      logger.warn({ err: error }, 'the schedules could not be looked at');
    }
  }

  return {
    atOnce: mapValues(JOBS.schedules, (_job: Job, name: ScheduledJobName) => () => run(name, {})),
    async start() {
      workers = startJobWorkers({ ...given, run });
      await startSchedules(queues, config);
      restoring = setInterval(() => void restore(), config.intervals.sweepSeconds * SECOND_MS);
    },
    async close() {
      clearInterval(restoring);
      await workers?.close();
    },
  };
}
