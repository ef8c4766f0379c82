import type { Config } from '../config.ts';
import { LEASE_SECONDS } from '../modules/promises/promise.ts';
import type { Queues } from './queues.ts';
import type { JobName } from './registry.ts';

interface Schedule {
  id: string;
  job: JobName;
  everySeconds: number;
}

/** What happens by the clock, and how often. The ids are fixed: any number of processes keep one schedule. */
function schedules({ intervals }: Pick<Config, 'intervals'>): Schedule[] {
  return [
    { id: 'sweep', job: 'sweep', everySeconds: intervals.sweepSeconds },
    { id: 'expire', job: 'expire', everySeconds: intervals.expireSeconds },
    { id: 'warn', job: 'warn', everySeconds: intervals.warnSeconds },
    { id: 'check-bots', job: 'checkBots', everySeconds: intervals.checkBotsSeconds },
  ];
}

/** What a process that died had in hand is free by then. */
const LEASES_END_MS = (LEASE_SECONDS + 1) * 1000;

export async function installSchedules(queues: Queues, config: Pick<Config, 'intervals'>): Promise<void> {
  await Promise.all([
    ...schedules(config).map(({ id, job, everySeconds }) =>
      queues.schedules.upsertJobScheduler(id, { every: everySeconds * 1000 }, { name: job, data: {} }),
    ),
    // A start often follows a crash: people should not wait for the next round.
    queues.schedules.add('sweep', {}),
    queues.schedules.add('sweep', {}, { delay: LEASES_END_MS }),
  ]);
}
