import { expect, test } from 'vitest';
import { reportForecast } from '../../../../src/modules/statistics/analytics/reports/forecast.ts';
import { reportFunnel } from '../../../../src/modules/statistics/analytics/reports/funnel.ts';
import { reportOverview } from '../../../../src/modules/statistics/analytics/reports/overview.ts';
import { reportRetention } from '../../../../src/modules/statistics/analytics/reports/retention.ts';
import { reportRevenue } from '../../../../src/modules/statistics/analytics/reports/revenue.ts';
import { reportSources } from '../../../../src/modules/statistics/analytics/reports/sources.ts';
import { reportSpeed } from '../../../../src/modules/statistics/analytics/reports/speed.ts';
import {
  toForecast,
  toFunnel,
  toOverview,
  toRetention,
  toRevenue,
  toSources,
  toSpeed,
} from '../../../../src/panel/owner/analytics/report-shapes.ts';
import { HOUR_MS } from '../../../../src/shared/durations.ts';
import { countFacts } from '../../../support/analytics/counted-facts.ts';
import { makeHistory } from '../../../support/analytics/random-history.ts';
import { reckonOverview } from '../../../support/analytics/reckoned-overview.ts';
import { reckonFunnel, reckonRetention, reckonSources } from '../../../support/analytics/reckoned-people.ts';
import { reckonRevenue } from '../../../support/analytics/reckoned-revenue.ts';
import { reckonForecast, reckonSpeed } from '../../../support/analytics/reckoned-time.ts';
import { dayOf, daySpan, monthOf, monthSpan } from '../../../support/analytics/reckoning.ts';
import { Random } from '../../../support/random.ts';

const SHOPS = Number(process.env['SEEDS'] ?? 5);
const QUESTIONS = 4;

/** A shop’s history, when it is looked at, and what was counted of it. */
function openShop(seed: number) {
  const random = new Random(seed);
  const zone = random.pick(['Asia/Tashkent', 'America/New_York']);
  const midnight = daySpan(
    random.pick(['2026-03-01', '2026-05-31', '2027-01-02', '2028-02-29']),
    zone,
  ).begins;
  const now = new Date(midnight.getTime() + random.int(24) * HOUR_MS);
  const history = makeHistory(random, now, zone);
  return { random, zone, now, history, facts: countFacts(history, now, zone) };
}

/** Months of the last years, up to the present one. */
function somePeriod(random: Random, now: Date, zone: string) {
  const ago = random.int(30);
  const name = (months: number) => monthSpan(monthOf(now, zone), zone, -months).name;
  return { from: name(ago), to: name(random.int(ago + 1)) };
}

function someSales(random: Random) {
  return {
    chat: random.pick([undefined, undefined, 1, 2]),
    plan: random.pick([undefined, undefined, undefined, 1, 4, 6]),
    method: random.pick([undefined, undefined, undefined, 'card', 'stars']),
    currency: random.pick(['UZS', 'UZS', 'XTR'] as const),
  };
}

const byKey = (one: { key: string }, other: { key: string }) => one.key.localeCompare(other.key);

const seeds = Array.from({ length: SHOPS }, (_, index) => index + 1);

test.each(seeds)('sales and money are what the history says line by line: shop %i', (seed) => {
  const { random, zone, now, history, facts } = openShop(seed);
  for (let question = 0; question < QUESTIONS; question += 1) {
    const asked = { ...somePeriod(random, now, zone), ...someSales(random) };
    expect(toOverview(reportOverview(facts, asked, zone), asked.currency), JSON.stringify(asked)).toEqual(
      reckonOverview(history, asked, now, zone),
    );
    const grouped = {
      ...asked,
      by: random.pick(['plan', 'method', 'chat', 'source'] as const),
      step: random.pick(['day', 'month'] as const),
    };
    const { groups, ...told } = toRevenue(reportRevenue(facts, grouped, zone, new Map()), asked.currency);
    const reckoned = reckonRevenue(history, grouped, now, zone);
    expect({ ...told, groups: groups.toSorted(byKey) }, JSON.stringify(grouped)).toEqual({
      ...reckoned,
      groups: reckoned.groups.map((group) => ({ ...group, label: group.key })).toSorted(byKey),
    });
  }
});

test.each(seeds)('and so are those who stay and whoever is due: shop %i', (seed) => {
  const { random, zone, now, history, facts } = openShop(seed);
  for (let question = 0; question < QUESTIONS; question += 1) {
    const { currency, ...sales } = someSales(random);
    const cohorts = { ...somePeriod(random, now, zone), ...sales, currency };
    expect(toRetention(reportRetention(facts, cohorts, zone), currency), JSON.stringify(cohorts)).toEqual(
      reckonRetention(history, cohorts, now, zone),
    );
    const due = { days: random.pick([30, 90]), ...sales, currency };
    expect(toForecast(reportForecast(facts, due, zone), currency), JSON.stringify(due)).toEqual(
      reckonForecast(history, due, now, zone),
    );
  }
});

test.each(seeds)('and whoever came, from where, and how long they waited: shop %i', (seed) => {
  const { random, zone, now, history, facts } = openShop(seed);
  const today = dayOf(now, zone);
  for (let question = 0; question < QUESTIONS; question += 1) {
    const ago = random.int(300);
    const days = {
      since: daySpan(today, zone, -ago).name,
      until: daySpan(today, zone, -random.int(ago + 1)).name,
      source: random.pick([undefined, 0, 1, 2]),
    };
    expect(toFunnel(reportFunnel(facts, days, zone)), JSON.stringify(days)).toEqual(
      reckonFunnel(history, days, now, zone),
    );
    const period = { ...somePeriod(random, now, zone), ...someSales(random) };
    const { asOf, items } = reckonSources(history, period, now, zone);
    const told = toSources(reportSources(facts, period, history.sources), period.currency);
    expect({ asOf: told.asOf, items: told.items.toSorted(byId) }, JSON.stringify(period)).toEqual({
      asOf,
      items: items.toSorted(byId),
    });
    const window = { days: 1 + random.int(365) };
    expect(toSpeed(reportSpeed(facts, window, zone)), JSON.stringify(window)).toEqual(
      reckonSpeed(history, window, now, zone),
    );
  }
});

function byId(one: { id: number | null }, other: { id: number | null }): number {
  return (one.id ?? 0) - (other.id ?? 0);
}
