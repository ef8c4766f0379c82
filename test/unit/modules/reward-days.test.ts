import { describe, expect, test } from 'vitest';
import type { Duration } from '../../../src/modules/plans/duration.ts';
import { rewardDays } from '../../../src/modules/referrals/referral.ts';

const ZONE = 'Asia/Tashkent';
const at = new Date('2026-01-31T12:00:00Z');

const daysFor = (value: number, duration: Duration, zone = ZONE) =>
  rewardDays({ value }, { duration, at }, zone);

describe('A reward in days', () => {
  test.each<[string, number, Duration, number]>([
    ['one day bought', 30, { kind: 'days', days: 1 }, 1],
    ['as many days as are promised', 30, { kind: 'days', days: 30 }, 30],
    ['more days than are promised', 7, { kind: 'days', days: 30 }, 7],
    ['fewer days than are promised', 90, { kind: 'days', days: 45 }, 45],
    ['a month that is short', 90, { kind: 'months', months: 1 }, 28],
    ['six months', 90, { kind: 'months', months: 6 }, 90],
    ['a lifetime', 90, { kind: 'months', months: 0 }, 90],
    ['more than a lifetime counts as', 400, { kind: 'months', months: 0 }, 365],
    ['until a date', 90, { kind: 'until', endsOn: '2026-02-09' }, 9],
    ['until the end of this day', 90, { kind: 'until', endsOn: '2026-01-31' }, 1],
    ['until a day that is over', 90, { kind: 'until', endsOn: '2026-01-01' }, 1],
  ])('%s: never more than was bought', (_, value, duration, days) => {
    expect(daysFor(value, duration)).toBe(days);
  });

  test('is counted in days of the calendar, also over a change of the clock', () => {
    const march = new Date('2026-03-20T12:00:00Z');
    const month = { duration: { kind: 'months', months: 1 } as const, at: march };
    expect(rewardDays({ value: 90 }, month, 'Europe/Berlin')).toBe(31);
    expect(rewardDays({ value: 90 }, month, 'Asia/Tashkent')).toBe(31);
  });
});
