import { describe, expect, it } from 'vitest';
import { addMonths, dateOf, formatDate } from '../../../src/shared/calendar.ts';
import { DAY_MS, HOUR_MS } from '../../../src/shared/durations.ts';
import { Random } from '../../support/random.ts';

const TASHKENT = 'Asia/Tashkent';

describe('calendar months', () => {
  it.each([
    ['2027-01-31T10:00:00Z', 1, TASHKENT, '2027-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00Z', 1, TASHKENT, '2028-02-29T10:00:00.000Z'],
    ['2027-02-28T10:00:00Z', 1, TASHKENT, '2027-03-28T10:00:00.000Z'],
    ['2028-02-29T10:00:00Z', 12, TASHKENT, '2029-02-28T10:00:00.000Z'],
    ['2026-12-15T10:00:00Z', 6, TASHKENT, '2027-06-15T10:00:00.000Z'],
    // In Tashkent it is the 31st already.
    ['2027-01-30T20:00:00Z', 1, TASHKENT, '2027-02-27T20:00:00.000Z'],
    ['2027-01-30T20:00:00Z', 1, 'UTC', '2027-02-28T20:00:00.000Z'],
    // The same time of day, although summer time has begun.
    ['2027-03-10T12:00:00Z', 1, 'Europe/Berlin', '2027-04-10T11:00:00.000Z'],
  ])('%s + %d in %s', (from, months, timeZone, end) => {
    expect(addMonths(new Date(from), months, timeZone).toISOString()).toBe(end);
  });
});

describe('the date of a moment', () => {
  const ZONES = [
    TASHKENT,
    'UTC',
    'Europe/Berlin',
    'Asia/Kathmandu',
    'America/Havana',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  ];

  it.each(ZONES)('is what clocks in %s show, in whatever order it is asked for', (timeZone) => {
    const onClocks = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    const random = new Random(20_261_129);
    const ask = (at: Date) => {
      expect(dateOf(at, timeZone).toISOString()).toBe(`${onClocks.format(at)}T00:00:00.000Z`);
    };
    for (let turn = 0; turn < 60; turn += 1) {
      const at = Date.UTC(2025, 0, 1) + random.int(3 * 365) * DAY_MS;
      // Every hour's edge of a day and the next one, forwards and back.
      for (let hour = 0; hour <= 36; hour += 1) {
        for (const near of [-1, 0, 1]) ask(new Date(at + hour * HOUR_MS + near));
        ask(new Date(at - hour * HOUR_MS));
      }
    }
  });
});

describe('dates on the screen', () => {
  it.each([
    ['uz', '2027-yil 31-yanvar, soat 14:05'],
    ['en', '31 January 2027, 14:05'],
    ['ru', '31 января 2027 в 14:05'],
  ] as const)('in %s', (language, text) => {
    expect(formatDate(new Date('2027-01-31T09:05:00Z'), language, TASHKENT)).toBe(text);
  });
});
