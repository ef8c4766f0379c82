import type { Job, Queue } from 'bullmq';
import type { QueueMetrics } from '../infra/observability/metrics.ts';
import { SECOND_MS } from '../shared/durations.ts';
import type { Queues } from './queues.ts';

const STATES = ['waiting', 'prioritized', 'delayed', 'active', 'failed'] as const;

/** How long each queue is, and how long its oldest job has waited. @throws while Redis is unavailable */
export function readQueueMetrics({ outbox, schedules, items }: Queues): Promise<QueueMetrics[]> {
  return Promise.all([outbox, schedules, items].map(readQueue));
}

async function readQueue(queue: Queue): Promise<QueueMetrics> {
  const [jobs, ...heads] = await Promise.all([
    queue.getJobCounts(...STATES),
    queue.getJobs(['waiting'], 0, 0, true),
    // By rank first: the oldest is the first or the last of these, or near them.
    queue.getJobs(['prioritized'], 0, 0, true),
    queue.getJobs(['prioritized'], 0, 0, false),
    // One that nobody makes run although its time has come.
    queue.getJobs(['delayed'], 0, 0, true),
  ]);
  const now = Date.now();
  const lags = heads.flat().map((job: Job | undefined) => (job ? now - dueAt(job) : 0));
  return { queue: queue.name, jobs, lagSeconds: Math.max(0, ...lags) / SECOND_MS };
}

/** `job.delay` is forgotten when the time has come, the options are not. */
function dueAt(job: Job): number {
  return job.timestamp + (job.opts.delay ?? 0);
}
