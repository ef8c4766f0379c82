import type { Job } from 'bullmq';
import { LEASE_SECONDS } from '../kernel/outbox/outbox-message.ts';
import { SECOND_MS } from '../shared/durations.ts';
import { type Every, JOBS, type ScheduleConfig, type ScheduledJob, type ScheduledJobName } from './jobs.ts';
import type { Queues } from './queues.ts';

interface Schedule {
  id: string;
  job: string;
  when: Every;
}

/** What happens by the clock. The ids are fixed: any number of processes keep one schedule. */
function schedules(config: ScheduleConfig): Schedule[] {
  return Object.entries<ScheduledJob>(JOBS.schedules).map(([job, { every }]) => ({
    id: inKebabCase(job),
    job,
    when: every(config),
  }));
}

/** `check-bots` of `checkBots`. */
function inKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A start often follows a crash. */
const AT_START: ScheduledJobName = 'sweep';
/** What a process that died had in hand is free by then. */
const LEASES_END_MS = (LEASE_SECONDS + 1) * SECOND_MS;

/** At start: the schedules, and a look at once. */
export async function startSchedules(queues: Queues, config: ScheduleConfig): Promise<void> {
  await removeUnknown(queues, config);
  await Promise.all([
    ...schedules(config).map((schedule) => install(queues, schedule)),
    queues.schedules.add(AT_START, {}),
    queues.schedules.add(AT_START, {}, { delay: LEASES_END_MS }),
  ]);
}

/**
 * Schedules of jobs that this version does not have would fail at each run. Those of a newer process that runs beside it
 * come back by themselves: it restores what was lost.
 */
async function removeUnknown({ schedules: queue }: Queues, config: ScheduleConfig): Promise<void> {
  const ids = new Set(schedules(config).map(({ id }) => id));
  const unknown = (await queue.getJobSchedulers()).filter(({ key }) => !ids.has(key));
  await Promise.all(unknown.map(({ key }) => queue.removeJobScheduler(key)));
}

/** Where a schedule's next job waits, or its present one runs. */
const LIVE = ['delayed', 'waiting', 'prioritized', 'active'] as const;

/**
 * BullMQ makes a schedule's next job when it begins the one before: whose next job is gone runs never again, as one runs
 * that a Redis which was emptied has forgotten altogether.
 */
async function lookForLost({ schedules: queue }: Queues, config: ScheduleConfig): Promise<Schedule[]> {
  const [known, jobs] = await Promise.all([queue.getJobSchedulers(), queue.getJobs([...LIVE])]);
  // A job whose own key is gone stands in its list all the same.
  const alive = new Set(jobs.map((job: Job | undefined) => job?.repeatJobKey));
  return schedules(config).filter(({ id }) => !alive.has(id) || !known.some(({ key }) => key === id));
}

/** Looks twice, because a job that ends between two questions of one look is found nowhere. */
async function findLost(queues: Queues, config: ScheduleConfig): Promise<Schedule[]> {
  const first = await lookForLost(queues, config);
  if (first.length === 0) return [];
  const second = await lookForLost(queues, config);
  return first.filter(({ id }) => second.some((schedule) => schedule.id === id));
}

/** Names of the schedules that would never run again. @throws while Redis is unavailable */
export async function findLostSchedules(queues: Queues, config: ScheduleConfig): Promise<string[]> {
  return (await findLost(queues, config)).map(({ id }) => id);
}

/** Puts back what was lost. @returns the names of that */
export async function restoreSchedules(queues: Queues, config: ScheduleConfig): Promise<string[]> {
  const lost = await findLost(queues, config);
  for (const schedule of lost) {
    await clear(queues, schedule);
    await install(queues, schedule);
  }
  return lost.map(({ id }) => id);
}

/** What is left of a schedule: the next job would have the name of one that stands somewhere still. */
async function clear({ schedules: queue }: Queues, { id }: Schedule): Promise<void> {
  const [scheduler, jobs] = await Promise.all([queue.getJobScheduler(id), queue.getJobs([...LIVE])]);
  await queue.removeJobScheduler(id);
  const left = jobs.flatMap((job: Job | undefined) => (job?.repeatJobKey === id ? [job.id ?? ''] : []));
  // One that runs stays: BullMQ removes none that is locked.
  for (const jobId of [`repeat:${id}:${scheduler?.next}`, ...left]) await queue.remove(jobId);
}

/**
 * BullMQ keeps the phase of a scheduler's first interval when the interval changes: one of a second after one of six
 * hours would then, whenever a run came late, wait for hours again.
 */
async function keepsItsInterval({ schedules: queue }: Queues, { id, when }: Schedule): Promise<boolean> {
  const present = await queue.getJobScheduler(id);
  if (present === undefined || !('every' in when)) return true;
  return present.every === when.every && (present.offset ?? 0) < when.every;
}

async function install(queues: Queues, schedule: Schedule): Promise<void> {
  const { id, job, when } = schedule;
  if (!(await keepsItsInterval(queues, schedule))) await queues.schedules.removeJobScheduler(id);
  await queues.schedules.upsertJobScheduler(id, when, { name: job, data: {} });
}
