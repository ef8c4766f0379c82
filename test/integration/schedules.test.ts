import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Queues } from '../../src/jobs/queues.ts';
import { findLostSchedules, restoreSchedules, startSchedules } from '../../src/jobs/schedulers.ts';
import { createTestQueues } from '../support/queues.ts';

let queues: Queues;
let redis: Redis;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ queues, redis, close } = await createTestQueues());
});
afterEach(() => close());

const BY_INTERVAL = ['expire', 'warn', 'check-bots', 'check-system', 'sweep'] as const;

function everySeconds(seconds: number): Parameters<typeof startSchedules>[1] {
  return {
    timeZone: 'Asia/Tashkent',
    intervals: {
      expireSeconds: seconds,
      warnSeconds: seconds,
      checkBotsSeconds: seconds,
      checkSystemSeconds: seconds,
      sweepSeconds: seconds,
    },
  };
}

test.each([
  [21_600, 1],
  [600, 7],
  [1, 600],
])('a server that comes with other intervals (%d s, now %d s) keeps those at once', async (before, now) => {
  await startSchedules(queues, everySeconds(before));
  await startSchedules(queues, everySeconds(now));
  for (const id of BY_INTERVAL) {
    const { every, next, offset } = (await queues.schedules.getJobScheduler(id)) ?? {};
    expect(every).toBe(now * 1000);
    expect(next).toBeLessThanOrEqual(Date.now() + now * 1000);
    // What a run that came late is put off by.
    expect(offset ?? 0).toBeLessThan(now * 1000);
  }
});

test('each schedule makes the job of its own, as often as it is set up', async () => {
  await startSchedules(queues, {
    timeZone: 'Asia/Tashkent',
    intervals: {
      expireSeconds: 11,
      warnSeconds: 12,
      checkBotsSeconds: 13,
      checkSystemSeconds: 14,
      sweepSeconds: 15,
    },
  });
  const found = await queues.schedules.getJobSchedulers();
  const made = found.map(({ key, name, every, pattern, tz }) => [key, name, every ?? [pattern, tz]]);
  // These names stand in Redis, where a version before or after this one finds its own again.
  expect(new Set(made)).toEqual(
    new Set([
      ['expire', 'expire', 11_000],
      ['warn', 'warn', 12_000],
      ['check-bots', 'checkBots', 13_000],
      ['check-system', 'checkSystem', 14_000],
      ['sweep', 'sweep', 15_000],
      ['reconcile', 'reconcile', ['30 3 * * *', 'Asia/Tashkent']],
      ['daily-report', 'dailyReport', ['0 10 * * *', 'Asia/Tashkent']],
    ]),
  );
});

test('a schedule of a job that there is no more goes at the start of a version without it', async () => {
  await queues.schedules.upsertJobScheduler('greet', { every: 60_000 }, { name: 'greet', data: {} });
  await startSchedules(queues, everySeconds(600));
  const found = await queues.schedules.getJobSchedulers();
  expect(found.map(({ key }) => key)).not.toContain('greet');
  expect(found).toHaveLength(7);
});

test('a server that comes with the same intervals disturbs no schedule', async () => {
  await startSchedules(queues, everySeconds(600));
  const before = await queues.schedules.getJobSchedulers();
  await startSchedules(queues, everySeconds(600));
  expect(await queues.schedules.getJobSchedulers()).toEqual(before);
});

describe('a schedule whose next job is gone', () => {
  const hourly = everySeconds(3_600);

  beforeEach(async () => {
    await startSchedules(queues, hourly);
    // Their first runs come at once; nobody works here.
    expect(await findLostSchedules(queues, hourly)).toEqual([]);
  });

  async function nextOf(id: string): Promise<Job | undefined> {
    const jobs = await queues.schedules.getJobs(['delayed', 'waiting']);
    return jobs.find(({ repeatJobKey }) => repeatJobKey === id);
  }

  test.each<[string, (key: (name: string) => string, id: string) => Promise<unknown>]>([
    ['its key was deleted', (key, id) => redis.del(key(id))],
    [
      'it was taken out of its lists',
      (key, id) => Promise.all([redis.zrem(key('delayed'), id), redis.lrem(key('wait'), 0, id)]),
    ],
    ['every list was deleted', (key) => redis.del(key('delayed'), key('wait'))],
    ['the schedule itself is unknown', (key) => redis.del(key('repeat'), key('repeat:expire'))],
  ])('is seen and put back: %s', async (_how, lose) => {
    const job = await nextOf('expire');
    await lose((name) => queues.schedules.toKey(name), job?.id ?? '');
    expect(await findLostSchedules(queues, hourly)).toContain('expire');
    expect(await restoreSchedules(queues, hourly)).toContain('expire');
    expect(await findLostSchedules(queues, hourly)).toEqual([]);
    expect(await nextOf('expire')).toBeDefined();
    expect(await restoreSchedules(queues, hourly)).toEqual([]);
  });
});
