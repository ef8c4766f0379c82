import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Queues } from '../../src/jobs/queues.ts';
import { startSchedules } from '../../src/jobs/schedulers.ts';
import { createTestQueues } from '../support/queues.ts';

let queues: Queues;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ queues, close } = await createTestQueues());
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

test('a server that comes with the same intervals disturbs no schedule', async () => {
  await startSchedules(queues, everySeconds(600));
  const before = await queues.schedules.getJobSchedulers();
  await startSchedules(queues, everySeconds(600));
  expect(await queues.schedules.getJobSchedulers()).toEqual(before);
});
