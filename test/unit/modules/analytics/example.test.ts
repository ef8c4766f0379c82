import { expect, test } from 'vitest';
import type { Facts, PeriodFact, SaleFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportOverview } from '../../../../src/modules/statistics/analytics/reports/overview.ts';
import { reportRetention } from '../../../../src/modules/statistics/analytics/reports/retention.ts';
import { reportRevenue } from '../../../../src/modules/statistics/analytics/reports/revenue.ts';
import { factsOf, monthly, noon, SOLD, som, TASHKENT } from '../../../support/analytics/facts.ts';

const [MONTH, YEAR, LIFETIME] = [1, 2, 3];

function sale(at: string, plan: number, kind: SaleFact['kind'], amount: number): SaleFact {
  return { ...SOLD, plan, at, kind, n: 1, sum: som(amount) };
}

function period(from: string, to: string | null, plan: number, value: number): PeriodFact {
  return { ...SOLD, plan, from, to, isLifetime: plan === LIFETIME, n: 1, value: monthly(value) };
}

/**
 * Ali pays for a month on 10 January and once more on 9 February, and leaves on 10 March. Bek takes a year on
 * 20 January, Zilola a lifetime on 5 February. Dilnoza's month of 15 February is taken back five days later. Erkin's
 * ends on 25 March, and he is here again on the 28th. All at noon, and seen on 1 April.
 */
const SHOP: Facts = factsOf({
  asOf: noon('2026-04-01'),
  sales: [
    sale('2026-01-10', MONTH, 'new', 50_000),
    sale('2026-01-20', YEAR, 'new', 480_000),
    sale('2026-02-05', LIFETIME, 'new', 900_000),
    sale('2026-02-09', MONTH, 'renewal', 50_000),
    sale('2026-02-25', MONTH, 'new', 50_000),
    sale('2026-03-28', MONTH, 'return', 50_000),
  ],
  periods: [
    period('2026-01', '2026-02', MONTH, 50_000),
    period('2026-02', '2026-03', MONTH, 50_000),
    period('2026-01', '2027-01', YEAR, 40_000),
    period('2026-02', null, LIFETIME, 0),
    period('2026-02', '2026-03', MONTH, 50_000),
    period('2026-03', '2026-04', MONTH, 50_000),
  ],
  running: [
    { ...SOLD, plan: MONTH, isLifetime: false, n: 1, value: monthly(50_000) },
    { ...SOLD, plan: YEAR, isLifetime: false, n: 1, value: monthly(40_000) },
    { ...SOLD, plan: LIFETIME, isLifetime: true, n: 1, value: 0n },
  ],
  due: [
    { ...SOLD, at: '2026-02-10', due: 1, renewed: 1 },
    { ...SOLD, at: '2026-03-10', due: 1, renewed: 0 },
    { ...SOLD, at: '2026-03-25', due: 1, renewed: 1 },
  ],
  starts: [
    { month: '2026-01', chat: 1, n: 2 },
    { month: '2026-02', chat: 1, n: 3 },
    { month: '2026-03', chat: 1, n: 1 },
  ],
  ends: [
    { month: '2026-02', chat: 1, isLost: false, n: 1 },
    { month: '2026-03', chat: 1, isLost: false, n: 1 },
    { month: '2026-03', chat: 1, isLost: true, n: 1 },
  ],
  live: [{ chat: 1, n: 3 }],
  cohorts: [
    { month: '2026-01', chat: 1, size: 2, lastStart: noon('2026-01-20') },
    { month: '2026-02', chat: 1, size: 2, lastStart: noon('2026-02-25') },
  ],
  cohortSales: [
    { ...SOLD, month: '2026-01', sum: som(580_000) },
    { ...SOLD, month: '2026-02', sum: som(1_000_000) },
  ],
  spells: [
    { month: '2026-01', chat: 1, a: 0, z: 2, n: 1 },
    { month: '2026-01', chat: 1, a: 0, z: null, n: 1 },
    { month: '2026-02', chat: 1, a: 0, z: null, n: 1 },
    { month: '2026-02', chat: 1, a: 0, z: 1, n: 1 },
    { month: '2026-02', chat: 1, a: 2, z: null, n: 1 },
  ],
});

const MONTHS = { from: '2026-01', to: '2026-04', currency: 'UZS' } as const;

test('each month of a shop says what its owner would reckon by hand', () => {
  const [january, february, march, april] = reportOverview(SHOP, MONTHS, TASHKENT).months;
  expect(january).toEqual({
    month: '2026-01',
    turnover: som(530_000),
    sales: { new: 2, renewal: 0, return: 0 },
    mrr: som(90_000),
    paying: 2,
    lifetime: 0,
    live: 2,
    arpu: som(45_000),
    started: 2,
    ended: 0,
    lost: 0,
    churn: null,
    due: 0,
    renewed: 0,
    renewalRate: null,
    provisional: false,
  });
  expect(february).toEqual({
    month: '2026-02',
    turnover: som(1_000_000),
    sales: { new: 2, renewal: 1, return: 0 },
    mrr: som(140_000),
    paying: 3,
    lifetime: 1,
    live: 4,
    arpu: som(46_666.67),
    started: 3,
    ended: 1,
    lost: 0,
    churn: 0,
    due: 1,
    renewed: 1,
    renewalRate: 1,
    provisional: false,
  });
  expect(march).toEqual({
    month: '2026-03',
    turnover: som(50_000),
    sales: { new: 0, renewal: 0, return: 1 },
    mrr: som(90_000),
    paying: 2,
    lifetime: 1,
    live: 3,
    arpu: som(45_000),
    started: 1,
    ended: 2,
    lost: 1,
    churn: 0.3333,
    due: 2,
    renewed: 1,
    renewalRate: 0.5,
    provisional: true,
  });
  expect(april).toEqual({
    month: '2026-04',
    turnover: 0n,
    sales: { new: 0, renewal: 0, return: 0 },
    mrr: som(90_000),
    paying: 2,
    lifetime: 1,
    live: 3,
    arpu: som(45_000),
    started: 0,
    ended: 0,
    lost: 0,
    churn: 0,
    due: 0,
    renewed: 0,
    renewalRate: null,
    provisional: true,
  });
});

test('and now, and in all: with what a subscriber brings until they leave', () => {
  const { asOf, now, total } = reportOverview(SHOP, MONTHS, TASHKENT);
  expect(asOf).toEqual(noon('2026-04-01'));
  expect(now).toEqual({
    mrr: som(90_000),
    paying: 2,
    lifetime: 1,
    live: 3,
    arpu: som(45_000),
    ltv: { amount: som(225_000), lost: 1, base: 5 },
  });
  expect(total).toEqual({
    turnover: som(1_580_000),
    sales: { new: 4, renewal: 1, return: 1 },
    change: null,
  });
});

test('of those who came in a month it says who stayed, until the last of them has been here so long', () => {
  const { cohorts } = reportRetention(SHOP, MONTHS, TASHKENT);
  expect(cohorts).toEqual([
    { month: '2026-01', size: 2, retained: [1, 1, 0.5, null], turnoverPerSubscriber: som(290_000) },
    { month: '2026-02', size: 2, retained: [1, 0.5, null], turnoverPerSubscriber: som(500_000) },
  ]);
});

test('and its money by what was sold', () => {
  const labels = new Map([
    ['1', 'A month'],
    ['3', 'For ever'],
  ]);
  const query = { ...MONTHS, by: 'plan', step: 'month' } as const;
  const { groups, series } = reportRevenue(SHOP, query, TASHKENT, labels);
  expect(groups).toEqual([
    {
      key: '3',
      label: 'For ever',
      turnover: som(900_000),
      sales: { new: 1, renewal: 0, return: 0 },
      share: 0.5696,
      change: null,
    },
    {
      key: '2',
      label: '2',
      turnover: som(480_000),
      sales: { new: 1, renewal: 0, return: 0 },
      share: 0.3038,
      change: null,
    },
    {
      key: '1',
      label: 'A month',
      turnover: som(200_000),
      sales: { new: 2, renewal: 1, return: 1 },
      share: 0.1266,
      change: null,
    },
  ]);
  expect(series).toEqual([
    { at: '2026-01', values: { 1: som(50_000), 2: som(480_000) } },
    { at: '2026-02', values: { 1: som(100_000), 3: som(900_000) } },
    { at: '2026-03', values: { 1: som(50_000) } },
    { at: '2026-04', values: {} },
  ]);
});
