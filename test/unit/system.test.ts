import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cpuShare, createMachine } from '../../src/infra/machine.ts';
import {
  awayConditions,
  conditionsOf,
  judgeUsers,
  type Observation,
} from '../../src/modules/monitoring/conditions.ts';
import { createRecentUpdates } from '../../src/modules/monitoring/recent-updates.ts';

const calm: Observation = {
  away: { database: false, redis: false, telegram: false },
  lateSeconds: 0,
  redisShare: 0.5,
  isMainBotRefused: false,
  disk: 0.5,
  memory: 0.5,
  cpu: 0.5,
  updates: 1_000,
  errors: 0,
};
const found = (changes: Partial<Observation>) =>
  Object.fromEntries(Object.entries(conditionsOf({ ...calm, ...changes })).filter(([, facts]) => facts));

describe('what is judged', () => {
  test('a calm system gives no trouble', () => {
    expect(found({})).toEqual({});
    expect(Object.values(awayConditions(calm.away))).toEqual([null, null, null]);
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
    expect(Object.keys(conditions)).toEqual(['manyErrors']);
  });

  test('errors and lateness while something is away are its own', () => {
    const away = { database: true, redis: false, telegram: false };
    const conditions = conditionsOf({ ...calm, away, lateSeconds: 900, errors: 900 });
    expect(Object.keys(conditions)).toEqual([
      'mainBotRefused',
      'redisFull',
      'diskFull',
      'memoryFull',
      'cpuBusy',
    ]);
    expect(awayConditions(away)).toEqual({ databaseAway: {}, redisAway: null, telegramAway: null });
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
  recent.count(true);
  passes(200);
  recent.count(false);
  recent.count(true);
  expect(recent.read()).toEqual({ updates: 3, errors: 2 });
  passes(100);
  expect(recent.read()).toEqual({ updates: 2, errors: 1 });
  recent.forget();
  expect(recent.read()).toEqual({ updates: 0, errors: 0 });
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
