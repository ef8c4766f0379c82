import { expect, test } from 'vitest';
import type { Facts, PeriodFact } from '../../../../src/modules/statistics/analytics/facts.ts';
import { reportOverview } from '../../../../src/modules/statistics/analytics/reports/overview.ts';
import { factsOf, monthly, noon, SOLD, som, TASHKENT } from '../../../support/analytics/facts.ts';

const MONTHS = { from: '2026-01', to: '2026-04', currency: 'UZS' } as const;
const STARS = { currency: 'XTR', method: 'stars' } as const;

function overviewOf(known: Partial<Facts>, query: Partial<Parameters<typeof reportOverview>[1]> = {}) {
  return reportOverview(factsOf(known), { ...MONTHS, ...query }, TASHKENT);
}

function monthOf(month: string, ...asked: Parameters<typeof overviewOf>) {
  return overviewOf(...asked).months.find((told) => told.month === month);
}

const sale = (at: string, rest: object = {}) => ({
  ...SOLD,
  at,
  kind: 'new' as const,
  n: 1,
  sum: som(10),
  ...rest,
});
const period = (from: string, to: string | null, rest: Partial<PeriodFact> = {}): PeriodFact => ({
  ...SOLD,
  from,
  to,
  isLifetime: false,
  n: 1,
  value: monthly(10),
  ...rest,
});
const running = (rest: object = {}) => ({ ...SOLD, isLifetime: false, n: 1, value: monthly(10), ...rest });

test('sales of days and of months long past are of the months they lie in, by what was sold', () => {
  const sales = [
    sale('2026-01', { n: 3, sum: som(30) }),
    sale('2026-01-31', { kind: 'renewal' }),
    sale('2026-02-01', { chat: 2 }),
    sale('2026-02-02', { plan: 2 }),
    sale('2026-02-03', { method: 'payme', kind: 'return' }),
    sale('2026-02-04', { ...STARS, sum: 7n }),
  ];
  expect(monthOf('2026-01', { sales })).toMatchObject({
    turnover: som(40),
    sales: { new: 3, renewal: 1, return: 0 },
  });
  const february = (query: object) => monthOf('2026-02', { sales }, query)?.turnover;
  expect(
    [{}, { chat: 2 }, { plan: 2 }, { method: 'payme' }, { currency: 'XTR' as const }].map(february),
  ).toEqual([som(30), som(10), som(10), som(10), 7n]);
});

test('what runs at the last moment of a month had begun in it or before, and ended in none of these', () => {
  const periods = [
    period('2025-06', '2026-02'),
    period('2026-01', '2026-01'),
    period('2026-02', '2026-03', { n: 2, value: monthly(30) }),
    period('2026-02', null),
  ];
  const told = overviewOf({ periods }).months.map(({ mrr, paying }) => [mrr, paying]);
  expect(told.slice(0, 3)).toEqual([
    [som(10), 1],
    [som(40), 3],
    [som(10), 1],
  ]);
});

test('of the present month it is what runs now, whatever begins or ends later in it', () => {
  const known = { periods: [period('2026-04', '2026-05')], running: [running({ n: 2, value: monthly(50) })] };
  const { now, months } = overviewOf(known);
  expect(now).toMatchObject({ mrr: som(50), paying: 2, arpu: som(25) });
  expect(months.at(-1)).toMatchObject({ mrr: som(50), paying: 2, arpu: som(25) });
});

test('lifetimes in force stand beside: in neither those who pay, nor what a month brings', () => {
  const lifetime = { isLifetime: true, value: 0n };
  const known = {
    periods: [period('2026-01', null, lifetime), period('2026-01', '2026-02', lifetime)],
    running: [running(lifetime)],
  };
  expect(monthOf('2026-01', known)).toMatchObject({ mrr: 0n, paying: 0, lifetime: 2, arpu: null });
  expect(monthOf('2026-03', known)).toMatchObject({ lifetime: 1 });
  expect(overviewOf(known).now).toMatchObject({ mrr: 0n, paying: 0, lifetime: 1, arpu: null, ltv: null });
});

test('monthly values are added up before they are rounded, halves up, to tiyin or to whole Stars', () => {
  const half = { value: 5_000n };
  expect(overviewOf({ running: [running(half)] }).now).toMatchObject({ mrr: 1n, arpu: 1n });
  expect(overviewOf({ running: [running(half), running(half)] }).now).toMatchObject({ mrr: 1n, arpu: 1n });
  expect(overviewOf({ running: [running({ value: 4_999n })] }).now).toMatchObject({ mrr: 0n, arpu: 0n });
  const stars = [running({ ...STARS, n: 3, value: 100_500_000n })];
  expect(overviewOf({ running: stars }, { currency: 'XTR' }).now).toMatchObject({ mrr: 101n, arpu: 34n });
  expect(overviewOf({ running: stars }).now).toMatchObject({ mrr: 0n, paying: 0 });
});

test('subscriptions that run are those that began without those that ended, of old too; now they are counted', () => {
  const known: Partial<Facts> = {
    starts: [
      { month: '2024-05', chat: 1, n: 10 },
      { month: '2026-02', chat: 1, n: 4 },
      { month: '2026-02', chat: 2, n: 3 },
    ],
    ends: [
      { month: '2025-01', chat: 1, isLost: true, n: 2 },
      { month: '2026-02', chat: 1, isLost: true, n: 1 },
      { month: '2026-02', chat: 1, isLost: false, n: 2 },
      { month: '2026-03', chat: 2, isLost: false, n: 1 },
    ],
    live: [
      { chat: 1, n: 9 },
      { chat: 2, n: 2 },
    ],
  };
  expect(overviewOf(known).months.map(({ live }) => live)).toEqual([8, 12, 11, 11]);
  expect(monthOf('2026-02', known)).toMatchObject({ started: 7, ended: 3, lost: 1 });
  expect(overviewOf(known, { chat: 2 }).months.map(({ live }) => live)).toEqual([0, 3, 2, 2]);
  expect(monthOf('2026-02', known, { chat: 2 })).toMatchObject({ started: 3, ended: 0, lost: 0 });
  expect(monthOf('2026-02', known, { currency: 'XTR' })).toMatchObject({ live: 12, started: 7 });
});

test.each([
  ['plan', { plan: 1 }],
  ['method', { method: 'card' }],
])('subscriptions have no %s: nothing is told of them where one is asked for', (_what, query) => {
  const known = {
    periods: [period('2025-12', '2026-02')],
    running: [running()],
    ends: [{ month: '2026-03', chat: 1, isLost: true, n: 1 }],
    live: [{ chat: 1, n: 1 }],
  };
  expect(overviewOf(known, query).now).toMatchObject({ paying: 1, live: null, ltv: null });
  expect(monthOf('2026-01', known, query)).toMatchObject({
    paying: 1,
    live: null,
    started: null,
    ended: null,
    lost: null,
    churn: null,
  });
});

test('churn is of those who paid when the month began, in whatever currency', () => {
  const known = {
    periods: [period('2025-12', '2026-02', { n: 4 }), period('2025-12', '2026-02', { ...STARS, n: 2 })],
    ends: [{ month: '2026-01', chat: 1, isLost: true, n: 1 }],
  };
  expect(monthOf('2026-01', known)).toMatchObject({ paying: 4, lost: 1, churn: 0.1667 });
  expect(monthOf('2026-01', known, { currency: 'XTR' })).toMatchObject({ paying: 2, churn: 0.1667 });
  expect(monthOf('2026-03', known)?.churn).toBeNull();
});

test('what came due lies in the months in which its time was up', () => {
  const due = [
    { ...SOLD, at: '2026-02', due: 5, renewed: 2 },
    { ...SOLD, at: '2026-02-28', due: 1, renewed: 1 },
    { ...SOLD, plan: 2, at: '2026-03-01', due: 3, renewed: 0 },
    { ...SOLD, ...STARS, at: '2026-03-01', due: 9, renewed: 9 },
  ];
  expect(monthOf('2026-02', { due })).toMatchObject({ due: 6, renewed: 3, renewalRate: 0.5 });
  expect(monthOf('2026-03', { due })).toMatchObject({ due: 3, renewed: 0, renewalRate: 0 });
  expect(monthOf('2026-03', { due }, { plan: 1 })).toMatchObject({ due: 0, renewed: 0, renewalRate: null });
});

test('what a subscriber brings is reckoned of the last three full months and of nothing else', () => {
  const lostIn = (month: string, n: number) => ({ month, chat: 1, isLost: true, n });
  const known = {
    // Of three who paid before each of January, February and March, ten soʻm a month each.
    periods: [period('2025-12', '2026-04', { n: 3, value: monthly(30) })],
    running: [running({ n: 50, value: monthly(5_000) })],
    ends: [lostIn('2025-12', 7), lostIn('2026-01', 1), lostIn('2026-03', 1), lostIn('2026-04', 5)],
  };
  expect(overviewOf(known).now.ltv).toEqual({ amount: som(45), lost: 2, base: 9 });
  expect(overviewOf({ ...known, ends: [lostIn('2026-04', 5)] }).now.ltv).toBeNull();
  expect(overviewOf(known, { currency: 'XTR' }).now.ltv).toBeNull();
  expect(overviewOf(known, { chat: 2 }).now.ltv).toBeNull();
});

test('where nobody paid as any of these months began, nothing is said of what a subscriber brings', () => {
  const known = {
    periods: [period('2026-03', '2026-04')],
    ends: [{ month: '2026-03', chat: 1, isLost: true, n: 1 }],
  };
  expect(monthOf('2026-03', known)).toMatchObject({ paying: 1, lost: 1, churn: null });
  expect(overviewOf(known).now.ltv).toBeNull();
});

test('a month can change while it runs, and for seven days more', () => {
  const provisional = (asOf: Date) =>
    overviewOf({ asOf })
      .months.filter((month) => month.provisional)
      .map(({ month }) => month);
  expect(provisional(noon('2026-04-01'))).toEqual(['2026-03', '2026-04']);
  expect(provisional(new Date('2026-04-07T18:59:59.999Z'))).toEqual(['2026-03', '2026-04']);
  expect(provisional(new Date('2026-04-07T19:00:00Z'))).toEqual(['2026-04']);
});

test('months that are still to come are not told', () => {
  const told = (query: object) => overviewOf({}, query).months.map(({ month }) => month);
  expect(told({ from: '2026-03', to: '2026-12' })).toEqual(['2026-03', '2026-04']);
  expect(overviewOf({}, { from: '2026-05', to: '2026-06' })).toMatchObject({
    total: { turnover: 0n, change: null },
    months: [],
  });
});

test('the months that are told stand beside as many before', () => {
  const sales = [
    sale('2025-10-31', { sum: som(1_000) }),
    sale('2025-11-01'),
    sale('2025-12'),
    sale('2026-01-01', { sum: som(7) }),
    sale('2026-02-28', { sum: som(8), n: 2 }),
    sale('2026-03-01', { sum: som(1_000) }),
  ];
  expect(overviewOf({ sales }, { to: '2026-02' }).total).toEqual({
    turnover: som(15),
    sales: { new: 3, renewal: 0, return: 0 },
    change: -0.25,
  });
});

test('the month that runs is the one that the shop’s clock shows', () => {
  const asOf = new Date('2026-03-31T19:00:00Z');
  const last = (timeZone: string) => reportOverview(factsOf({ asOf }), MONTHS, timeZone).months.at(-1)?.month;
  expect([last(TASHKENT), last('UTC')]).toEqual(['2026-04', '2026-03']);
});
