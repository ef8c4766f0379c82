import { expect, test } from 'vitest';
import { JOBS } from '../../../src/jobs/jobs.ts';
import { mapValues } from '../../../src/shared/map-values.ts';

test('jobs that wait in Redis while a server is updated are found by the version that comes', () => {
  const names = mapValues(JOBS, (jobs: object) => Object.keys(jobs));
  expect(names.outbox).toEqual(expect.arrayContaining(['dispatch']));
  expect(names.schedules).toEqual(
    expect.arrayContaining([
      'sweep',
      'expire',
      'warn',
      'checkBots',
      'checkSystem',
      'reconcile',
      'dailyReport',
    ]),
  );
  expect(names.items).toEqual(
    expect.arrayContaining(['endSubscription', 'warnSubscriber', 'settleTariff', 'lookAtMember', 'checkBot']),
  );
});

test('a worker finds one job by a name, whatever queue it comes from', () => {
  const names = Object.values(JOBS).flatMap((jobs) => Object.keys(jobs));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
