import { expect, test } from 'vitest';
import type { Facts, SaleFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportRevenue } from '../../../../src/modules/statistics/analytics/reports/revenue.ts';
import { factsOf, noon, SOLD, som, TASHKENT } from '../../../support/analytics/facts.ts';

const QUERY = { from: '2026-03', to: '2026-04', currency: 'UZS', by: 'plan', step: 'month' } as const;

const sale = (at: string, amount: number, rest: Partial<SaleFact> = {}): SaleFact => ({
  ...SOLD,
  at,
  kind: 'new',
  n: 1,
  sum: som(amount),
  ...rest,
});

function revenueOf(
  known: Partial<Facts>,
  query: Partial<Parameters<typeof reportRevenue>[1]> = {},
  labels = new Map<string, string>(),
) {
  return reportRevenue(factsOf(known), { ...QUERY, ...query }, TASHKENT, labels);
}

function sums(...asked: Parameters<typeof revenueOf>): [string, bigint][] {
  return revenueOf(...asked).groups.map(({ key, turnover }) => [key, turnover]);
}

const SALES = [
  sale('2026-03-01', 10, { chat: 5 }),
  sale('2026-03-02', 20, { plan: 2, kind: 'renewal' }),
  sale('2026-04-01', 30, { method: 'payme', kind: 'return', n: 2 }),
  sale('2026-04-01', 500, { currency: 'XTR', method: 'stars' }),
];

test('the same sales are told by plan, by method and by chat, what brought the most first', () => {
  expect(sums({ sales: SALES })).toEqual([
    ['1', som(40)],
    ['2', som(20)],
  ]);
  expect(sums({ sales: SALES }, { by: 'method' })).toEqual([
    ['card', som(30)],
    ['payme', som(30)],
  ]);
  expect(sums({ sales: SALES }, { by: 'chat' })).toEqual([
    ['1', som(50)],
    ['5', som(10)],
  ]);
  expect(sums({ sales: SALES }, { by: 'method', currency: 'XTR' })).toEqual([['stars', som(500)]]);
  expect(sums({ sales: SALES }, { by: 'chat', plan: 2 })).toEqual([['1', som(20)]]);
});

test('by source they say who came by none, and by a name where there is one', () => {
  const salesBySource = [
    { ...sale('2026-03', 10), source: 7 },
    { ...sale('2026-04-01', 30), source: null },
  ];
  const labels = new Map([
    ['7', 'Bloggers'],
    ['none', 'By none'],
  ]);
  const told = revenueOf({ salesBySource }, { by: 'source' }, labels);
  expect(told.groups.map(({ key, label }) => [key, label])).toEqual([
    ['none', 'By none'],
    ['7', 'Bloggers'],
  ]);
  expect(told.total).toMatchObject({ turnover: som(40), sales: { new: 2 } });
  expect(told.series).toEqual([
    { at: '2026-03', values: { 7: som(10) } },
    { at: '2026-04', values: { none: som(30) } },
  ]);
});

test('each has its share, its kinds and its change; what sold before and sells no more is not told', () => {
  const before = [sale('2026-02-10', 20), sale('2026-01-10', 30), sale('2026-02-11', 60, { plan: 3 })];
  const { total, groups } = revenueOf({ sales: [...SALES, ...before, sale('2025-12-31', 999)] });
  expect(total).toEqual({
    turnover: som(60),
    sales: { new: 1, renewal: 1, return: 2 },
    change: -0.4545,
  });
  expect(groups).toEqual([
    {
      key: '1',
      label: '1',
      turnover: som(40),
      sales: { new: 1, renewal: 0, return: 2 },
      share: 0.6667,
      change: -0.2,
    },
    {
      key: '2',
      label: '2',
      turnover: som(20),
      sales: { new: 0, renewal: 1, return: 0 },
      share: 0.3333,
      change: null,
    },
  ]);
});

test('what was given for nothing is a sale and no share', () => {
  const [group] = revenueOf({ sales: [sale('2026-04-01', 0)] }).groups;
  expect(group).toMatchObject({ turnover: 0n, sales: { new: 1 }, share: 0, change: null });
});

test('by days it is the last ninety, whatever the months, beside the ninety before', () => {
  const sales = [
    sale('2025-10-03', 999),
    sale('2025-10-04', 3),
    sale('2026-01-01', 1),
    sale('2026-01-02', 5),
    sale('2026-04-01', 1),
  ];
  const { total, series } = revenueOf({ sales }, { step: 'day', from: '2026-04' });
  expect([series.length, series[0], series.at(-1)]).toEqual([
    90,
    { at: '2026-01-02', values: { 1: som(5) } },
    { at: '2026-04-01', values: { 1: som(1) } },
  ]);
  expect(series[1]).toEqual({ at: '2026-01-03', values: {} });
  expect(total).toMatchObject({ turnover: som(6), change: 0.5 });
});

test('no month is told that is still to come', () => {
  const asOf = noon('2026-03-31');
  expect(revenueOf({ asOf, sales: SALES }).series.map(({ at }) => at)).toEqual(['2026-03']);
});
