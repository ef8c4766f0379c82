import { describe, expect, it } from 'vitest';
import { addsTo, type Duration, endOf, offeredUntil } from '../../../src/modules/plans/duration.ts';
import { readPlanName, readTerm } from '../../../src/modules/plans/new-plan.ts';

const WEEK: Duration = { kind: 'days', days: 7 };
const QUARTER: Duration = { kind: 'months', months: 3 };
const NEW_YEAR: Duration = { kind: 'until', endsOn: '2026-12-31' };

/** In both zones: the last and the first moment of a day, a month's last day, and where the clocks change. */
describe.each<[zone: string, cases: [Duration, from: string, end: string][]]>([
  [
    'Asia/Tashkent',
    [
      [WEEK, '2026-11-21T18:59:59.000Z', '2026-11-28T18:59:59.000Z'],
      [WEEK, '2026-11-21T19:00:00.000Z', '2026-11-28T19:00:00.000Z'],
      [QUARTER, '2026-11-30T18:59:59.000Z', '2027-02-28T18:59:59.000Z'],
      [QUARTER, '2026-11-30T19:00:00.000Z', '2027-02-28T19:00:00.000Z'],
      [NEW_YEAR, '2026-11-21T09:00:00.000Z', '2026-12-31T19:00:00.000Z'],
      [NEW_YEAR, '2026-12-31T18:59:59.999Z', '2026-12-31T19:00:00.000Z'],
      [NEW_YEAR, '2026-12-31T19:00:00.001Z', '2026-12-31T19:00:00.001Z'],
    ],
  ],
  [
    'America/New_York',
    [
      // Clocks go back on 1 November 2026 and forward on 14 March 2027: the time of day stays.
      [WEEK, '2026-10-28T12:00:00.000Z', '2026-11-04T13:00:00.000Z'],
      [WEEK, '2027-03-10T12:00:00.000Z', '2027-03-17T11:00:00.000Z'],
      [QUARTER, '2026-11-30T17:00:00.000Z', '2027-02-28T17:00:00.000Z'],
      [QUARTER, '2026-12-31T12:00:00.000Z', '2027-03-31T11:00:00.000Z'],
      [NEW_YEAR, '2026-10-28T12:00:00.000Z', '2027-01-01T05:00:00.000Z'],
      [NEW_YEAR, '2027-01-01T04:59:59.999Z', '2027-01-01T05:00:00.000Z'],
    ],
  ],
])('in %s', (zone, cases) => {
  it.each(cases)('%o from %s ends at %s', (duration, from, end) => {
    expect(endOf(duration, new Date(from), zone)?.toISOString()).toBe(end);
  });
});

describe('a plan to a date', () => {
  it.each([
    ['Asia/Tashkent', '2026-12-30T19:00:00.000Z', '2027-01-01'],
    ['Asia/Tashkent', '2026-12-30T18:59:59.999Z', '2026-12-31'],
    ['Asia/Tashkent', '2026-12-29T19:00:00.000Z', '2026-12-31'],
    ['Asia/Tashkent', '2026-12-29T18:59:59.999Z', '2026-12-30'],
    ['America/New_York', '2026-12-31T05:00:00.000Z', '2027-01-01'],
    ['America/New_York', '2026-12-31T04:59:59.999Z', '2026-12-31'],
  ])('in %s at %s: the first that is offered ends on %s', (zone, now, first) => {
    expect(offeredUntil(new Date(now), zone)).toBe(first);
  });

  it('gives nothing to whoever has longer, and as much as it can to everybody else', () => {
    const end = Date.parse('2026-12-31T19:00:00Z');
    expect(addsTo(undefined, NEW_YEAR, 'Asia/Tashkent')).toBe(true);
    expect(addsTo(new Date(end - 1), NEW_YEAR, 'Asia/Tashkent')).toBe(true);
    expect(addsTo(new Date(end), NEW_YEAR, 'Asia/Tashkent')).toBe(false);
    expect(addsTo(null, NEW_YEAR, 'Asia/Tashkent')).toBe(false);
    expect(addsTo(new Date(end), WEEK, 'Asia/Tashkent')).toBe(true);
    expect(addsTo(null, WEEK, 'Asia/Tashkent')).toBe(false);
  });
});

describe('what an owner types', () => {
  const read = (kind: 'days' | 'months' | 'until' | 'trial', text: string) =>
    readTerm(kind, text, new Date('2026-11-21T09:00:00Z'), 'Asia/Tashkent');

  it.each([
    ['days', '7', { kind: 'days', days: 7 }],
    ['days', ' 3650 ', { kind: 'days', days: 3650 }],
    ['days', '٧', { kind: 'days', days: 7 }],
    ['months', '60', { kind: 'months', months: 60 }],
    ['trial', '30', { kind: 'days', days: 30 }],
    ['until', '23.11.2026', { kind: 'until', endsOn: '2026-11-23' }],
    ['until', '1.1.2027', { kind: 'until', endsOn: '2027-01-01' }],
  ] as const)('%s: %s is read', (kind, text, duration) => {
    expect(read(kind, text)).toEqual(duration);
  });

  it.each([
    ['days', '0'],
    ['days', '3651'],
    ['days', '-7'],
    ['days', '7.5'],
    ['months', '0'],
    ['months', '61'],
    ['trial', '31'],
    ['until', '30.02.2027'],
    ['until', '2027'],
    ['until', '21.11.2026'],
    ['until', '01.01.2037'],
  ] as const)('%s: %s is not', (kind, text) => {
    expect(() => read(kind, text)).toThrow(/^planTerm\./);
  });

  it('names a plan in at most 32 characters, or by its duration again', () => {
    expect(readPlanName('  Kecha \n va kunduz ')).toBe('Kecha va kunduz');
    expect(readPlanName('-')).toBeNull();
    expect(readPlanName('🌿'.repeat(32))).toBe('🌿'.repeat(32));
    expect(() => readPlanName('x'.repeat(33))).toThrow('planName.tooLong');
    expect(() => readPlanName(' ')).toThrow('planName.empty');
  });
});
