import { expect, test } from 'vitest';
import type { DueFact, UpcomingFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportForecast } from '../../../../src/modules/statistics/analytics/reports/forecast.ts';
import { factsOf, noon, SOLD, som, TASHKENT } from '../../../support/analytics/facts.ts';

const asOf = noon('2026-04-01');

function ends(day: string, rest: Partial<UpcomingFact> = {}): UpcomingFact {
  return { ...SOLD, day, n: 1, sum: som(50_000), ...rest };
}

function wasDue(due: number, renewed: number, rest: Partial<DueFact> = {}): DueFact {
  return { ...SOLD, at: '2026-03-15', due, renewed, ...rest };
}

function reported(
  upcoming: UpcomingFact[],
  due: DueFact[],
  query: Partial<Parameters<typeof reportForecast>[1]> = {},
) {
  return reportForecast(factsOf({ asOf, upcoming, due }), { days: 30, currency: 'UZS', ...query }, TASHKENT);
}

test('a day says what ends on it, and what of it will be renewed as of late', () => {
  const { days, total } = reported(
    [ends('2026-04-03', { n: 2, sum: som(100_000) }), ends('2026-04-04')],
    [wasDue(20, 15)],
  );
  expect(days).toHaveLength(30);
  expect(days.slice(0, 4)).toEqual([
    { day: '2026-04-01', due: 0, value: 0n, expected: 0n },
    { day: '2026-04-02', due: 0, value: 0n, expected: 0n },
    { day: '2026-04-03', due: 2, value: som(100_000), expected: som(75_000) },
    { day: '2026-04-04', due: 1, value: som(50_000), expected: som(37_500) },
  ]);
  expect(total).toEqual({ due: 3, value: som(150_000), expected: som(112_500) });
});

test('it begins today and ends after thirty days, or ninety', () => {
  const upcoming = ['2026-03-31', '2026-04-01', '2026-04-30', '2026-05-01', '2026-06-29', '2026-06-30'].map(
    (day) => ends(day),
  );
  const thirty = reported(upcoming, []);
  expect([thirty.days[0]?.day, thirty.days.at(-1)?.day, thirty.total.due]).toEqual([
    '2026-04-01',
    '2026-04-30',
    2,
  ]);
  const ninety = reported(upcoming, [], { days: 90 });
  expect([ninety.days[0]?.day, ninety.days.at(-1)?.day, ninety.total.due]).toEqual([
    '2026-04-01',
    '2026-06-29',
    4,
  ]);
});

test('a plan of which fewer than twenty came due is reckoned as the whole bot', () => {
  const due = [wasDue(20, 20), wasDue(19, 0, { plan: 2 })];
  expect(reported([ends('2026-04-02', { plan: 2, sum: som(39) })], due).total.expected).toBe(som(20));
  const one = wasDue(1, 0, { plan: 2 });
  expect(reported([ends('2026-04-02', { plan: 2, sum: som(39) })], [...due, one]).total.expected).toBe(0n);
});

test('of a bot of which fewer than twenty came due nobody says what will be renewed', () => {
  const { days, total } = reported([ends('2026-04-02')], [wasDue(19, 19)]);
  expect(days[1]).toEqual({ day: '2026-04-02', due: 1, value: som(50_000), expected: null });
  expect(total).toEqual({ due: 1, value: som(50_000), expected: null });
});

test('what came due more than ninety days ago says nothing of the next ones', () => {
  const old = [wasDue(100, 0, { at: '2026-01-01' }), wasDue(100, 0, { at: '2025-02' })];
  expect(reported([ends('2026-04-02')], [...old, wasDue(20, 20, { at: '2026-01-02' })]).total.expected).toBe(
    som(50_000),
  );
  expect(reported([ends('2026-04-02')], old).total.expected).toBeNull();
});

test('of several plans the day is added up before it is rounded', () => {
  const due = [wasDue(30, 10), wasDue(30, 10, { plan: 2 })];
  const upcoming = [ends('2026-04-02', { sum: 1n }), ends('2026-04-02', { plan: 2, sum: 1n })];
  expect(reported(upcoming, due).days[1]?.expected).toBe(1n);
  expect(reported([...upcoming, ends('2026-04-03', { sum: 1n })], due).total.expected).toBe(1n);
});

test('one chat, one plan, one method and one currency can be asked for; the rate is that of all', () => {
  const upcoming = [
    ends('2026-04-02', { sum: 100n }),
    ends('2026-04-02', { chat: 2, sum: 200n }),
    ends('2026-04-02', { plan: 2, sum: 400n }),
    ends('2026-04-02', { method: 'payme', sum: 1_600n }),
    ends('2026-04-02', { currency: 'XTR', sum: 800n }),
  ];
  const due = [wasDue(20, 10, { chat: 9, currency: 'XTR', method: 'stars' })];
  const worth = (query: Parameters<typeof reported>[2]) => {
    const { value, expected } = reported(upcoming, due, query).total;
    return [value, expected];
  };
  expect(worth({})).toEqual([2_300n, 1_150n]);
  expect(worth({ chat: 2 })).toEqual([200n, 100n]);
  expect(worth({ plan: 2 })).toEqual([400n, 200n]);
  expect(worth({ method: 'payme' })).toEqual([1_600n, 800n]);
  expect(worth({ currency: 'XTR' })).toEqual([800n, 400n]);
});
