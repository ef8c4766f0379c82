import type { Currency } from '../../../modules/payments/payment.ts';
import type { reportForecast } from '../../../modules/statistics/analytics/reports/forecast.ts';
import type { reportFunnel } from '../../../modules/statistics/analytics/reports/funnel.ts';
import type { reportOverview } from '../../../modules/statistics/analytics/reports/overview.ts';
import type { reportRetention } from '../../../modules/statistics/analytics/reports/retention.ts';
import type { reportRevenue } from '../../../modules/statistics/analytics/reports/revenue.ts';
import type { reportSources } from '../../../modules/statistics/analytics/reports/sources.ts';
import type { reportSpeed } from '../../../modules/statistics/analytics/reports/speed.ts';
import { mapValues } from '../../../shared/map-values.ts';
import type {
  Forecast,
  Funnel,
  Overview,
  Retention,
  Revenue,
  SourcesReport,
  Speed,
} from '../../contract/analytics.ts';
import { toMoney } from '../../shapes.ts';

export type OverviewReport = ReturnType<typeof reportOverview>;
export type ForecastReport = ReturnType<typeof reportForecast>;

export function toOverview(report: OverviewReport, currency: Currency): Overview {
  const { asOf, now, total, months } = report;
  const inMoney = <T extends { mrr: bigint; arpu: bigint | null }>(standing: T) => ({
    ...standing,
    mrr: toMoney(standing.mrr, currency),
    arpu: standing.arpu === null ? null : toMoney(standing.arpu, currency),
  });
  return {
    asOf: asOf.toISOString(),
    currency,
    now: { ...inMoney(now), ltv: now.ltv && { ...now.ltv, amount: toMoney(now.ltv.amount, currency) } },
    total: { ...total, turnover: toMoney(total.turnover, currency) },
    months: months.map((month) => ({ ...inMoney(month), turnover: toMoney(month.turnover, currency) })),
  };
}

export function toRevenue(
  { asOf, total, groups, series }: ReturnType<typeof reportRevenue>,
  currency: Currency,
): Revenue {
  return {
    asOf: asOf.toISOString(),
    currency,
    total: { ...total, turnover: toMoney(total.turnover, currency) },
    groups: groups.map((group) => ({
      ...group,
      turnover: toMoney(group.turnover, currency),
    })),
    series: series.map(({ at, values }) => ({
      at,
      values: mapValues(values, (sum) => toMoney(sum, currency).amount),
    })),
  };
}

export function toRetention(
  { asOf, cohorts }: ReturnType<typeof reportRetention>,
  currency: Currency,
): Retention {
  return {
    asOf: asOf.toISOString(),
    currency,
    cohorts: cohorts.map((cohort) => ({
      ...cohort,
      turnoverPerSubscriber: toMoney(cohort.turnoverPerSubscriber, currency),
    })),
  };
}

export function toFunnel({ asOf, steps }: ReturnType<typeof reportFunnel>): Funnel {
  return { asOf: asOf.toISOString(), steps };
}

export function toSources(
  { asOf, items }: ReturnType<typeof reportSources>,
  currency: Currency,
): SourcesReport {
  return {
    asOf: asOf.toISOString(),
    items: items.map(({ turnover, cost, costPerBuyer, ...item }) => ({
      ...item,
      turnover: toMoney(turnover, currency),
      cost: cost === null ? null : toMoney(cost),
      costPerBuyer: costPerBuyer === null ? null : toMoney(costPerBuyer),
    })),
  };
}

export function toSpeed({ asOf, ...report }: ReturnType<typeof reportSpeed>): Speed {
  return { asOf: asOf.toISOString(), ...report };
}

export function toForecast({ asOf, days, total }: ForecastReport, currency: Currency): Forecast {
  const inMoney = <T extends { value: bigint; expected: bigint | null }>(expectation: T) => ({
    ...expectation,
    value: toMoney(expectation.value, currency),
    expected: expectation.expected === null ? null : toMoney(expectation.expected, currency),
  });
  return { asOf: asOf.toISOString(), currency, days: days.map(inMoney), total: inMoney(total) };
}
