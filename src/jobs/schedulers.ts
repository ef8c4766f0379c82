import type { Config } from '../config.ts';
import { LEASE_SECONDS } from '../modules/promises/promise.ts';
import type { Queues } from './queues.ts';
import type { JobName } from './registry.ts';

type ScheduleConfig = Pick<Config, 'intervals' | 'timeZone'>;

interface Schedule {
  id: string;
  job: JobName;
  when: { every: number } | { pattern: string; tz: string };
}

const seconds = (count: number) => ({ every: count * 1000 });
/** When the fewest people are awake. */
const AT_NIGHT = '30 3 * * *';
/** Ten o'clock. */
const IN_THE_MORNING = '0 10 * * *';

/** What happens by the clock, and how often. The ids are fixed: any number of processes keep one schedule. */
function schedules({ intervals, timeZone }: ScheduleConfig): Schedule[] {
  return [
    { id: 'sweep', job: 'sweep', when: seconds(intervals.sweepSeconds) },
    { id: 'expire', job: 'expire', when: seconds(intervals.expireSeconds) },
    { id: 'warn', job: 'warn', when: seconds(intervals.warnSeconds) },
    { id: 'check-bots', job: 'checkBots', when: seconds(intervals.checkBotsSeconds) },
    { id: 'check-system', job: 'checkSystem', when: seconds(intervals.checkSystemSeconds) },
    { id: 'reconcile', job: 'reconcile', when: { pattern: AT_NIGHT, tz: timeZone } },
    { id: 'daily-report', job: 'dailyReport', when: { pattern: IN_THE_MORNING, tz: timeZone } },
  ];
}

/** What a process that died had in hand is free by then. */
const LEASES_END_MS = (LEASE_SECONDS + 1) * 1000;

/** At start: the schedules, and a look at once, because a start often follows a crash. */
export async function startSchedules(queues: Queues, config: ScheduleConfig): Promise<void> {
  await Promise.all([
    ...schedules(config).map((schedule) => install(queues, schedule)),
    queues.schedules.add('sweep', {}),
    queues.schedules.add('sweep', {}, { delay: LEASES_END_MS }),
  ]);
}

/** Puts back what is missing: a Redis that was emptied has forgotten every schedule. */
export async function restoreSchedules(queues: Queues, config: ScheduleConfig): Promise<void> {
  const wanted = schedules(config);
  if ((await queues.schedules.getJobSchedulersCount()) >= wanted.length) return;
  const present = await queues.schedules.getJobSchedulers();
  const missing = wanted.filter(({ id }) => !present.some(({ key }) => key === id));
  await Promise.all(missing.map((schedule) => install(queues, schedule)));
}

/**
 * BullMQ keeps the phase of a scheduler's first interval when the interval changes: one of a second after one of six
 * hours would then, whenever a run came late, wait for hours again.
 */
async function keepsItsPace({ schedules: queue }: Queues, { id, when }: Schedule): Promise<boolean> {
  const present = await queue.getJobScheduler(id);
  if (present === undefined || !('every' in when)) return true;
  return present.every === when.every && (present.offset ?? 0) < when.every;
}

async function install(queues: Queues, schedule: Schedule): Promise<void> {
  const { id, job, when } = schedule;
  if (!(await keepsItsPace(queues, schedule))) await queues.schedules.removeJobScheduler(id);
  await queues.schedules.upsertJobScheduler(id, when, { name: job, data: {} });
}
