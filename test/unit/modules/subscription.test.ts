import { describe, expect, test } from 'vitest';
import { endOf } from '../../../src/modules/plans/duration.ts';
import { warningFlags } from '../../../src/modules/subscriptions/subscription.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';

const at = (text: string) => new Date(text);

describe('what a sale adds', () => {
  test.each([
    ['a month', '2026-11-21T09:00:00Z', 1, 'Asia/Tashkent', '2026-12-21T09:00:00Z'],
    ['a month from 31 January', '2027-01-31T09:00:00Z', 1, 'Asia/Tashkent', '2027-02-28T09:00:00Z'],
    [
      'a month from 31 January of a leap year',
      '2028-01-31T09:00:00Z',
      1,
      'Asia/Tashkent',
      '2028-02-29T09:00:00Z',
    ],
    ['a clamped day counts on', '2027-02-28T09:00:00Z', 1, 'Asia/Tashkent', '2027-03-28T09:00:00Z'],
    ['a year from 29 February', '2028-02-29T09:00:00Z', 12, 'Asia/Tashkent', '2029-02-28T09:00:00Z'],
    // 22:00 UTC is the next day in Tashkent: the date of the sale is 31 January there.
    ['the date of the time zone', '2027-01-30T22:00:00Z', 1, 'Asia/Tashkent', '2027-02-27T22:00:00Z'],
    ['the date of another time zone', '2027-01-30T22:00:00Z', 1, 'Europe/London', '2027-02-28T22:00:00Z'],
    [
      'a summer time that begins in between',
      '2027-03-01T12:00:00Z',
      1,
      'Europe/London',
      '2027-04-01T11:00:00Z',
    ],
  ])('%s', (_name, from, months, timeZone, end) => {
    expect(endOf({ kind: 'months', months }, at(from), timeZone)).toEqual(at(end));
  });

  test('lifetime has no end', () => {
    expect(endOf({ kind: 'months', months: 0 }, at('2026-11-21T09:00:00Z'), 'Asia/Tashkent')).toBeNull();
  });
});

describe('marks that had passed at the sale are skipped', () => {
  const now = at('2026-11-21T09:00:00Z');
  test.each([
    [73, false, false],
    [72, true, false],
    [25, true, false],
    [24, true, true],
    [1, true, true],
  ])('%i hours before the end', (hours, notified3Day, notified1Day) => {
    const end = new Date(now.getTime() + hours * HOUR_MS);
    expect(warningFlags(end, now)).toEqual({ notified3Day, notified1Day });
  });

  test('lifetime has none', () => {
    expect(warningFlags(null, now)).toEqual({ notified3Day: false, notified1Day: false });
  });
});
