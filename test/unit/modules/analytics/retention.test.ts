import { expect, test } from 'vitest';
import type { CohortFact, Facts, SpellFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportRetention } from '../../../../src/modules/statistics/analytics/reports/retention.ts';
import { factsOf, noon, SOLD, som, TASHKENT } from '../../../support/analytics/facts.ts';

const JANUARY = { month: '2026-01', chat: 1 } as const;
const QUERY = { from: '2025-01', to: '2026-12', currency: 'UZS' } as const;

const cohort = (size: number, lastStart: string, rest: Partial<CohortFact> = {}): CohortFact => ({
  ...JANUARY,
  size,
  lastStart: noon(lastStart),
  ...rest,
});
const spell = (a: number, z: number | null, n: number, rest: Partial<SpellFact> = {}): SpellFact => ({
  ...JANUARY,
  a,
  z,
  n,
  ...rest,
});

function cohortsOf(known: Partial<Facts>, query: Partial<Parameters<typeof reportRetention>[1]> = {}) {
  return reportRetention(factsOf(known), { ...QUERY, ...query }, TASHKENT).cohorts;
}

test('who left and came back counts for the months in which they were there', () => {
  const spells = [spell(0, null, 1), spell(0, 1, 2), spell(2, null, 1)];
  expect(cohortsOf({ cohorts: [cohort(3, '2026-01-31')], spells })).toMatchObject([
    { size: 3, retained: [1, 0.3333, 0.6667, null] },
  ]);
});

test('who began and left between two such moments was there at neither', () => {
  const spells = [spell(0, 0, 1), spell(0, null, 1)];
  expect(cohortsOf({ cohorts: [cohort(2, '2026-01-01')], spells })[0]?.retained[0]).toBe(0.5);
});

test('a month says nothing until the last of them has been here so long, to the moment', () => {
  const known = { cohorts: [cohort(1, '2026-01-31')], spells: [spell(0, null, 1)] };
  // A month after 31 January is 28 February.
  const asOf = noon('2026-02-28');
  expect(cohortsOf({ ...known, asOf })[0]?.retained).toEqual([1, 1]);
  const justBefore = new Date(asOf.getTime() - 1);
  expect(cohortsOf({ ...known, asOf: justBefore })[0]?.retained).toEqual([1, null]);
});

test('who began on the 30th at night is waited for in February, though another began on the 31st', () => {
  const evening = new Date('2026-01-30T23:00:00+05:00');
  const known = {
    cohorts: [cohort(1, '2026-01-31'), { ...JANUARY, size: 1, lastStart: evening }],
    spells: [spell(0, null, 2)],
  };
  const retainedAt = (asOf: string) => cohortsOf({ ...known, asOf: new Date(asOf) })[0]?.retained;
  expect(retainedAt('2026-02-28T22:59:59+05:00')).toEqual([1, null]);
  expect(retainedAt('2026-02-28T23:00:00+05:00')).toEqual([1, 1]);
});

test('all chats are the sums of each, and of them the last to begin is waited for', () => {
  const known = {
    cohorts: [cohort(1, '2026-01-01'), cohort(2, '2026-01-20', { chat: 2 })],
    spells: [spell(0, 1, 1), spell(0, null, 2, { chat: 2 })],
    cohortSales: [
      { ...SOLD, ...JANUARY, sum: som(10) },
      { ...SOLD, ...JANUARY, chat: 2, sum: som(40) },
      { ...SOLD, ...JANUARY, currency: 'XTR' as const, sum: 100n },
    ],
    asOf: noon('2026-03-10'),
  };
  const all = { month: '2026-01', size: 3, retained: [1, 0.6667, null], turnoverPerSubscriber: 1667n };
  expect(cohortsOf(known)).toEqual([all]);
  const first = { month: '2026-01', size: 1, retained: [1, 0, 0], turnoverPerSubscriber: som(10) };
  expect(cohortsOf(known, { chat: 1 })).toEqual([first]);
  expect(cohortsOf(known, { currency: 'XTR' })[0]?.turnoverPerSubscriber).toBe(33n);
  expect(cohortsOf(known, { chat: 3 })).toEqual([]);
});

test('one plan and one method narrow what was paid, and not who stayed: a subscription has neither', () => {
  const known = {
    cohorts: [cohort(2, '2026-01-31')],
    spells: [spell(0, null, 1), spell(0, 1, 1)],
    cohortSales: [
      { ...SOLD, ...JANUARY, sum: 100n },
      { ...SOLD, ...JANUARY, plan: 2, sum: 200n },
      { ...SOLD, ...JANUARY, plan: 2, method: 'payme', sum: 400n },
    ],
  };
  const told = (query: Parameters<typeof cohortsOf>[1]) => cohortsOf(known, query)[0];
  expect(told({})?.turnoverPerSubscriber).toBe(350n);
  expect(told({ plan: 2 })).toEqual({ ...told({}), turnoverPerSubscriber: 300n });
  expect(told({ plan: 2, method: 'card' })).toEqual({ ...told({}), turnoverPerSubscriber: 100n });
});

test('only months that are asked for are told, the oldest first, and none in which nobody came', () => {
  const cohorts = ['2026-03', '2025-12', '2026-01', '2026-02'].map((month) =>
    cohort(month === '2026-02' ? 0 : 1, `${month}-10`, { month }),
  );
  expect(cohortsOf({ cohorts }, { from: '2026-01' }).map(({ month }) => month)).toEqual([
    '2026-01',
    '2026-03',
  ]);
});

test('of many the last 24, each over its first 24 months', () => {
  const cohorts = Array.from({ length: 36 }, (_, index) => {
    const month = `${2023 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
    return cohort(1, `${month}-10`, { month });
  });
  const told = cohortsOf({ cohorts, asOf: noon('2026-12-31') }, { from: '2023-01' });
  expect([told.length, told[0]?.month, told[0]?.retained.length]).toEqual([24, '2024-01', 24]);
  expect(told.at(-1)?.retained).toHaveLength(13);
});
