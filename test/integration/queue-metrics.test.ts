import { afterEach, beforeEach, expect, test } from 'vitest';
import { readQueueMetrics } from '../../src/jobs/queue-metrics.ts';
import type { Queues } from '../../src/jobs/queues.ts';
import { HOUR_MS } from '../../src/shared/durations.ts';
import { createTestQueues } from '../support/queues.ts';

let queues: Queues;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ queues, close } = await createTestQueues());
});
afterEach(() => close());

const ago = (seconds: number) => Date.now() - seconds * 1000;

async function lagOf(name: 'outbox' | 'schedules' | 'items'): Promise<number> {
  const metrics = await readQueueMetrics(queues);
  return metrics.find(({ queue }) => queue === name)?.lagSeconds ?? Number.NaN;
}

test('empty queues are not late', async () => {
  for (const { jobs, lagSeconds } of await readQueueMetrics(queues)) {
    expect(lagSeconds).toBe(0);
    expect(jobs).toEqual({ waiting: 0, prioritized: 0, delayed: 0, active: 0, failed: 0 });
  }
});

test('the oldest job that could run counts, of whatever rank', async () => {
  await queues.outbox.add('dispatch', {}, { timestamp: ago(100) });
  await queues.outbox.add('dispatch', {}, { timestamp: ago(300) });
  await queues.outbox.add('dispatch', {});
  // The order of coming is what a list keeps: the first is the one that was added first.
  expect(await lagOf('outbox')).toBeCloseTo(100, 0);
  await queues.items.add('warnSubscriber', {}, { priority: 1 });
  await queues.items.add('warnSubscriber', {}, { priority: 900, timestamp: ago(400) });
  expect(await lagOf('items')).toBeCloseTo(400, 0);
});

test('a job of a later time is late only after that time', async () => {
  await queues.outbox.add('dispatch', {}, { delay: 500_000, timestamp: ago(400) });
  expect(await lagOf('outbox')).toBe(0);
  await queues.outbox.add('dispatch', {}, { delay: 100_000, timestamp: ago(400) });
  expect(await lagOf('outbox')).toBeCloseTo(300, 0);
});

test('what becomes due at once in any number takes a bounded place in Redis', async () => {
  const due = Array.from({ length: 1_500 }, (_, index) => ({ id: BigInt(index), botId: 1 }));
  await queues.waker.wake(due);
  expect(await queues.count()).toBe(1_000);
});

test('a schedule that nobody follows is late by the time that has passed since its turn', async () => {
  await queues.schedules.upsertJobScheduler('sweep', { every: HOUR_MS }, { name: 'sweep', data: {} });
  expect(await lagOf('schedules')).toBeLessThan(2);
  const [job] = await queues.schedules.getJobs(['delayed', 'waiting']);
  // Its options remember the delay, also when its time has come.
  expect(job?.opts.delay ?? 0).toBeGreaterThanOrEqual(0);
  expect((job?.timestamp ?? 0) + (job?.opts.delay ?? 0)).toBeGreaterThanOrEqual(ago(2));
});
