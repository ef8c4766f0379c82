import { expect, test } from 'vitest';
import type { SpeedFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportSpeed } from '../../../../src/modules/statistics/analytics/reports/speed.ts';
import { factsOf, noon, TASHKENT } from '../../../support/analytics/facts.ts';

const asOf = noon('2026-04-01');

function decided(bucket: number, n: number, rest: Partial<SpeedFact> = {}): SpeedFact {
  return { day: '2026-04-01', decision: 'approved', bucket, n, ...rest };
}

function reported(speed: SpeedFact[], days = 30) {
  return reportSpeed(factsOf({ asOf, speed }), { days }, TASHKENT);
}

test('shares say who waited less than 15 minutes, an hour and a day', () => {
  const one = Array.from({ length: 10 }, (_, bucket) => decided(bucket, 1));
  expect(reported(one)).toMatchObject({ decided: 10, within: { '15m': 0.3, '1h': 0.4, '24h': 0.8 } });
});

test('half and nine of ten waited at most so long, as evenly as a bucket is filled', () => {
  // Ten within 1 to 5 minutes: the fifth of them after half of that time.
  expect(reported([decided(1, 10)])).toMatchObject({ medianSeconds: 180, p90Seconds: 276 });
  // Of twenty the tenth is the last within a minute, the eighteenth the eighth of ten from 15 minutes to an hour.
  expect(reported([decided(0, 10), decided(3, 10)])).toMatchObject({ medianSeconds: 60, p90Seconds: 3060 });
  expect(reported([decided(0, 1)])).toMatchObject({ medianSeconds: 30, p90Seconds: 54 });
});

test('seconds are whole ones, halves up', () => {
  // One minute, and of the four after it three and 6.2 of seven parts: 162.86 and 272.57 seconds.
  expect(reported([decided(0, 1), decided(1, 7)])).toMatchObject({ medianSeconds: 163, p90Seconds: 273 });
});

test('longer than three days is three days: nobody knows how much longer', () => {
  expect(reported([decided(0, 1), decided(9, 5)])).toMatchObject({
    medianSeconds: 259_200,
    p90Seconds: 259_200,
  });
});

test('rejections are decisions too; each day says how many of either, also where there were none', () => {
  const speed = [decided(0, 2), decided(3, 1, { decision: 'rejected', day: '2026-03-30' })];
  expect(reported(speed, 3)).toMatchObject({
    decided: 3,
    days: [
      { day: '2026-03-30', approved: 0, rejected: 1 },
      { day: '2026-03-31', approved: 0, rejected: 0 },
      { day: '2026-04-01', approved: 2, rejected: 0 },
    ],
  });
});

test('the days end with the present one, and stand beside as many before', () => {
  const speed = [
    decided(0, 9, { day: '2026-03-26' }),
    decided(0, 2, { day: '2026-03-27' }),
    decided(0, 2, { day: '2026-03-29' }),
    decided(0, 3, { day: '2026-03-30' }),
    decided(0, 3, { day: '2026-04-01' }),
  ];
  expect(reported(speed, 3)).toMatchObject({ decided: 6, change: 0.5 });
  expect(reported(speed, 1)).toMatchObject({ decided: 3, change: null });
});

test('where the days before are no longer kept nobody says what changed', () => {
  const speed = [decided(0, 1), decided(0, 1, { day: '2025-09-10' })];
  expect(reported(speed, 200)).toMatchObject({ decided: 1, change: 0 });
  expect(reported(speed, 201)).toMatchObject({ change: null });
});

test('of nothing there is no share and no time', () => {
  expect(reported([])).toMatchObject({
    decided: 0,
    within: { '15m': null, '1h': null, '24h': null },
    medianSeconds: null,
    p90Seconds: null,
    change: null,
  });
});
