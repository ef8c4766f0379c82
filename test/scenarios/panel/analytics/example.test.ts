import { afterAll, beforeAll, expect, test } from 'vitest';
import { tellExample } from '../../../support/analytics/example.ts';
import { askReport, askTable, soums } from '../../../support/analytics/story.ts';
import { openPanel } from '../../../support/panel/signed-in.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import type { Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await tellExample(platform);
});
afterAll(() => platform.closesClean());

const months = 'from=2027-01&to=2027-03';

test('every figure of three months is what its definition says', async () => {
  const { now, total, months: told } = await askReport(platform, shop, `overview?${months}`);
  expect(told).toEqual([
    {
      month: '2027-01',
      turnover: soums(530_000),
      sales: { new: 2, renewal: 0, return: 0 },
      mrr: soums(90_000),
      paying: 2,
      lifetime: 0,
      live: 2,
      arpu: soums(45_000),
      started: 2,
      ended: 0,
      lost: 0,
      churn: null,
      due: 0,
      renewed: 0,
      renewalRate: null,
      provisional: false,
    },
    {
      month: '2027-02',
      turnover: soums(1_000_000),
      sales: { new: 2, renewal: 1, return: 0 },
      mrr: soums(140_000),
      paying: 3,
      lifetime: 1,
      live: 4,
      arpu: soums(46_666, 67),
      started: 3,
      ended: 1,
      lost: 0,
      churn: 0,
      due: 1,
      renewed: 1,
      renewalRate: 1,
      provisional: false,
    },
    {
      month: '2027-03',
      turnover: soums(50_000),
      sales: { new: 0, renewal: 0, return: 1 },
      mrr: soums(90_000),
      paying: 2,
      lifetime: 1,
      live: 3,
      arpu: soums(45_000),
      started: 1,
      ended: 2,
      lost: 1,
      churn: 0.3333,
      due: 2,
      renewed: 1,
      renewalRate: 0.5,
      provisional: true,
    },
  ]);
  expect(now).toEqual({
    mrr: soums(90_000),
    paying: 2,
    lifetime: 1,
    live: 3,
    arpu: soums(45_000),
    ltv: { amount: soums(225_000), lost: 1, base: 5 },
  });
  expect(total).toEqual({
    turnover: soums(1_580_000),
    sales: { new: 4, renewal: 1, return: 1 },
    change: null,
  });
});

test('who stayed is told by the month of their first payment, and not before all of them can have', async () => {
  const { cohorts } = await askReport(platform, shop, `retention?${months}`);
  expect(cohorts).toEqual([
    { month: '2027-01', size: 2, retained: [1, 1, 0.5, null], turnoverPerSubscriber: soums(290_000) },
    { month: '2027-02', size: 2, retained: [1, 0.5, null], turnoverPerSubscriber: soums(500_000) },
  ]);
});

test('money is told by what it was paid for, and adds up', async () => {
  const { groups, total, series } = await askReport(platform, shop, `revenue?by=plan&${months}`);
  const told = groups.map((group: { label: string; turnover: unknown }) => [group.label, group.turnover]);
  expect(told).toEqual([
    ['lifetime', soums(900_000)],
    ['12 months', soums(480_000)],
    ['1 month', soums(200_000)],
  ]);
  expect(total.turnover).toEqual(soums(1_580_000));
  expect(series.map(({ at }: { at: string }) => at)).toEqual(['2027-01', '2027-02', '2027-03']);
});

test('money is told by plans where nobody says by what', async () => {
  expect(await askReport(platform, shop, `revenue?${months}`)).toEqual(
    await askReport(platform, shop, `revenue?by=plan&${months}`),
  );
});

test('a file says the same as the screen, for a spreadsheet', async () => {
  const [head, ...rows] = await askTable(platform, shop, `overview.csv?${months}`);
  expect(head?.slice(0, 3)).toEqual(['Period', 'Turnover', 'Currency']);
  expect(rows.map((row) => row.slice(0, 6))).toEqual([
    ['2027-01', '530000', 'UZS', '2', '0', '0'],
    ['2027-02', '1000000', 'UZS', '2', '1', '0'],
    ['2027-03', '50000', 'UZS', '0', '0', '1'],
  ]);
  expect(rows.map((row) => row.at(-4))).toEqual(['', '0', '0.3333']);
  expect(await askTable(platform, shop, `retention.csv?${months}`)).toMatchObject(
    [
      ['First paid', 'Subscribers', 'Turnover per subscriber', 'Currency'],
      ['2027-01', '2', '290000', 'UZS', '1', '1', '0.5', ''],
      ['2027-02', '2', '500000', 'UZS', '1', '0.5', '', ''],
    ].map((row) => expect.arrayContaining(row)),
  );
  expect(await askTable(platform, shop, `revenue.csv?by=method&${months}`)).toEqual([
    [
      'Method',
      'Turnover',
      'Currency',
      'Share',
      'New',
      'Renewals',
      'Returns',
      '2027-01',
      '2027-02',
      '2027-03',
    ],
    ['card', '1580000', 'UZS', '1', '4', '1', '1', '530000', '1000000', '50000'],
  ]);
  for (const [path, lines] of [
    ['funnel.csv', 6],
    ['sources.csv', 2],
    ['speed.csv?days=7', 8],
    ['forecast.csv?days=90', 91],
  ] as const) {
    expect(await askTable(platform, shop, path), path).toHaveLength(lines);
  }
});

test('every report may be asked with every filter, and uses what is about what it tells', async () => {
  const { plans } = await platform.database.channel.findFirstOrThrow({ include: { plans: true } });
  const year = plans.find(({ durationMonths }) => durationMonths === 12);
  const filter = `${months}&chat=${year?.channelId}&plan=${year?.id}&method=card&currency=UZS`;
  const ask = (path: string) => askReport(platform, shop, path);

  expect((await ask(`overview?${filter}`)).total.turnover).toEqual(soums(480_000));
  expect((await ask(`revenue?by=chat&${filter}`)).total.turnover).toEqual(soums(480_000));
  expect((await ask(`retention?${filter}`)).cohorts).toEqual([
    { month: '2027-01', size: 2, retained: [1, 1, 0.5, null], turnoverPerSubscriber: soums(240_000) },
    { month: '2027-02', size: 2, retained: [1, 0.5, null], turnoverPerSubscriber: soums(0) },
  ]);
  const started = (report: { steps: { people: number }[] }) => report.steps[0]?.people;
  // Of these months, and not of the last thirty days.
  expect(started(await ask(`funnel?${filter}`))).toBe(5);
  expect(started(await ask(`funnel?${filter}&to=2027-01`.replace('&to=2027-03', '')))).toBe(2);
  const [noSource] = (await ask(`sources?${filter}`)).items;
  expect(noSource).toMatchObject({ people: 5, buyers: 4, turnover: soums(480_000) });
  expect((await ask(`speed?days=90&${filter}`)).decided).toBe((await ask('speed?days=90')).decided);
  const due = async (query: string) => (await ask(`forecast?${query}`)).total.due;
  expect([await due('days=30'), await due(`days=30&${filter}`)]).toEqual([1, 0]);
});

test('what nobody can mean is refused', async () => {
  const panel = (await openPanel(platform, shop.owner)).of(shop.shop);
  for (const path of [
    'overview?from=2027-13',
    'overview?from=2027-03&to=2027-01',
    'overview?from=2021-01&to=2027-01',
    'overview?since=2027-01-01',
    'revenue?by=person',
    'funnel?to=2027-00',
    'funnel?source=',
    'funnel?source=1e1',
    'speed?from=2027-03&to=2027-01',
    'forecast?method=cash',
    'funnel?since=2027-02-30',
    'funnel?since=2027-02-02&until=2027-02-01',
    'speed?days=0',
    'forecast?days=31',
  ]) {
    const { status, body } = await panel.get(`/analytics/${path}`);
    expect([path, status, body.error?.code]).toEqual([path, 400, 'request']);
  }
});
