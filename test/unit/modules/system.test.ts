import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cpuShare, createMachine } from '../../../src/infra/observability/machine.ts';
import {
  conditionsOf,
  judgeUsers,
  type Observation,
  unavailableConditions,
} from '../../../src/modules/monitoring/conditions.ts';
import { createDurationHistogram } from '../../../src/modules/monitoring/duration-histogram.ts';
import { createRecentUpdates } from '../../../src/modules/monitoring/recent-updates.ts';
import { MINUTE_MS } from '../../../src/shared/durations.ts';

const calm: Observation = {
  unavailable: { database: false, redis: false, telegram: false },
  lateSeconds: 0,
  redisShare: 0.5,
  isMainBotRefused: false,
  disk: 0.5,
  memory: 0.5,
  cpu: 0.5,
  updates: 1_000,
  errors: 0,
  p95: 80,
};
const found = (changes: Partial<Observation>) =>
  Object.fromEntries(Object.entries(conditionsOf({ ...calm, ...changes })).filter(([, facts]) => facts));

describe('what is judged', () => {
  test('a calm system gives no trouble', () => {
    expect(found({})).toEqual({});
    expect(Object.values(unavailableConditions(calm.unavailable))).toEqual([null, null, null]);
  });

  test.each<[string, Partial<Observation>, object]>([
    ['a disk at its limit', { disk: 0.85 }, {}],
    ['a disk beyond it', { disk: 0.86 }, { diskFull: { percent: 86 } }],
    ['memory at its limit', { memory: 0.9 }, {}],
    ['memory beyond it', { memory: 0.934 }, { memoryFull: { percent: 93 } }],
    ['a main bot that Telegram refuses', { isMainBotRefused: true }, { mainBotRefused: {} }],
    ['Redis at its limit', { redisShare: 0.8 }, {}],
    ['Redis beyond it', { redisShare: 0.83 }, { redisFull: { percent: 83 } }],
    ['a processor at its limit', { cpu: 0.9 }, {}],
    ['a processor beyond it', { cpu: 0.99 }, { cpuBusy: { percent: 99 } }],
    ['a job two minutes late', { lateSeconds: 120 }, {}],
    ['a job later than that', { lateSeconds: 181 }, { queueLate: { late: 3 } }],
    ['five errors in a hundred', { updates: 100, errors: 5 }, {}],
    ['six', { updates: 100, errors: 6 }, { manyErrors: { percent: 6, errors: 6, updates: 100 } }],
    ['answers at their limit', { p95: 500 }, {}],
    ['answers beyond it', { p95: 525 }, { slowUpdates: { ms: 525 } }],
    ['slow answers, and few', { updates: 19, p95: 9_000 }, {}],
    ['nothing but errors, and few', { updates: 19, errors: 19 }, {}],
  ])('%s', (_, changes, troubles) => {
    expect(found(changes)).toEqual(troubles);
  });

  test('what cannot be told is not said to be well either', () => {
    const conditions = conditionsOf({
      ...calm,
      lateSeconds: null,
      redisShare: null,
      isMainBotRefused: null,
      disk: null,
      memory: null,
      cpu: null,
    });
    expect(Object.keys(conditions)).toEqual(['manyErrors', 'slowUpdates']);
  });

  test('errors and lateness while something is unavailable are its own', () => {
    const unavailable = { database: true, redis: false, telegram: false };
    const conditions = conditionsOf({ ...calm, unavailable, lateSeconds: 900, errors: 900 });
    expect(Object.keys(conditions)).toEqual([
      'mainBotRefused',
      'redisFull',
      'diskFull',
      'memoryFull',
      'cpuBusy',
    ]);
    expect(unavailableConditions(unavailable)).toEqual({
      databaseUnavailable: {},
      redisUnavailable: null,
      telegramUnavailable: null,
    });
  });

  test.each([
    [100, 81, null],
    [100, 80, null],
    [100, 79, { percent: 21, today: 79, yesterday: 100 }],
    [49, 0, null],
  ])('users: %i yesterday, %i today', (yesterday, today, facts) => {
    expect(judgeUsers(today, yesterday)).toEqual(facts);
  });
});

test('errors are those of the last five minutes', () => {
  let now = new Date('2026-11-21T09:00:00Z');
  const recent = createRecentUpdates({ now: () => now });
  const passes = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  recent.count(true, 0.01);
  passes(200);
  recent.count(false, 0.01);
  recent.count(true, 0.01);
  expect(recent.read()).toMatchObject({ updates: 3, errors: 2 });
  passes(100);
  expect(recent.read()).toMatchObject({ updates: 2, errors: 1 });
  recent.forget();
  expect(recent.read()).toMatchObject({ updates: 0, errors: 0 });
});

describe('how long updates took', () => {
  test('is told in percentiles, a twentieth too much at most', () => {
    const durations = createDurationHistogram();
    for (let ms = 1; ms <= 1_000; ms += 1) durations.add(ms);
    for (const percent of [50, 95, 99]) {
      const told = durations.percentile(percent) ?? 0;
      expect(told).toBeGreaterThanOrEqual(percent * 10 - 1);
      expect(told).toBeLessThanOrEqual(percent * 10 * 1.05 + 1);
    }
  });

  test('at the limit is not told as over it', () => {
    const durations = createDurationHistogram();
    durations.add(500);
    expect(durations.percentile(95)).toBe(500);
    durations.add(501);
    expect(durations.percentile(95)).toBeGreaterThan(500);
  });

  test.each([0, 0.0001, 60_000, 9_000_000])('of %d ms is told too', (ms) => {
    const durations = createDurationHistogram();
    durations.add(ms);
    expect(durations.percentile(50)).toBeGreaterThanOrEqual(0);
  });

  test('is that of the last five minutes, and of nothing there is nothing to tell', () => {
    let now = new Date('2026-11-21T09:00:00Z');
    const recent = createRecentUpdates({ now: () => now });
    expect(recent.read()).toMatchObject({ p50: null, p95: null, p99: null });
    for (let count = 0; count < 97; count += 1) recent.count(false, 0.1);
    for (let count = 0; count < 3; count += 1) recent.count(false, 3);
    const { p50, p95, p99 } = recent.read();
    expect([p50, p95].every((ms) => ms !== null && ms >= 100 && ms <= 105)).toBe(true);
    expect(p99).toBeGreaterThanOrEqual(3_000);
    now = new Date(now.getTime() + 5 * MINUTE_MS);
    expect(recent.read().p95).toBe(null);
  });
});

describe('the machine', () => {
  test('tells a share of each', async () => {
    const { disk, memory, cpu } = await createMachine().read();
    for (const share of [disk, memory]) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(cpu).toBeNull();
  });

  test('is the control group where that has a limit; cached files are no use of memory', async () => {
    const cgroups = await mkdtemp(join(tmpdir(), 'getolog-cgroup-'));
    const ownCgroup = join(cgroups, 'own');
    const write = (file: string, text: string) => writeFile(join(cgroups, file), text);
    try {
      await write('own', '0::/docker/somewhere\n');
      await write('memory.max', '1000\n');
      await write('memory.current', '800\n');
      await write('memory.stat', 'anon 1\ninactive_file 300\nactive_file 7\n');
      expect((await createMachine({ cgroups, ownCgroup }).read()).memory).toBe(0.5);
      await write('memory.max', 'max\n');
      expect((await createMachine({ cgroups, ownCgroup }).read()).memory).not.toBe(0.5);
    } finally {
      await rm(cgroups, { recursive: true });
    }
  });

  test('is as busy as the time used of the time there was', () => {
    expect(cpuShare({ used: 100, available: 1_000 }, { used: 550, available: 1_500 })).toBe(0.9);
    expect(cpuShare({ used: 100, available: 1_000 }, { used: 100, available: 1_000 })).toBeNull();
    expect(cpuShare({ used: 0, available: 0 }, { used: 3_000, available: 1_000 })).toBe(1);
  });
});
