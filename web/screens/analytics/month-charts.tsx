import type { Overview as OverviewShape } from '../../../src/panel/contract/analytics.ts';
import { amountsIn, COUNTED, SHARE } from '../../charts/measures.ts';
import type { Measure, Series } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { t } from '../../words/words.ts';
import { placeOf, thisMonth } from './months.ts';

type Month = OverviewShape['months'][number];

/** What months say of sales and of subscriptions. @param prefix of the charts' names, where others stand beside them */
export function MonthCharts({
  months,
  currency,
  prefix = '',
}: Pick<OverviewShape, 'months' | 'currency'> & { prefix?: string }) {
  const amounts = amountsIn(currency);
  const places = months.map(({ month, provisional }) => placeOf(month, provisional));
  // Money that came in is final; only the month that still runs grows.
  const sold = months.map(({ month }) => placeOf(month, month === thisMonth()));
  const one = <K extends keyof Month>(name: K, label: string, measure: Measure): Series => ({
    name,
    label,
    measure,
    values: months.map((month) => rawOf(month[name])),
  });
  const kind = (name: keyof Month['sales']): Series => ({
    name,
    label: t(`panel.analytics.sale.${name}`),
    measure: COUNTED,
    values: months.map(({ sales }) => sales[name]),
  });
  const hasSubscriptions = months.some(({ live }) => live !== null);
  return (
    <>
      <TimeChart
        name={`${prefix}turnover`}
        kind="stacked"
        title={t('panel.analytics.turnover')}
        places={sold}
        series={[one('turnover', t('panel.analytics.turnover'), amounts)]}
        empty={t('panel.analytics.missing.turnover')}
      />
      <TimeChart
        name={`${prefix}sales`}
        kind="stacked"
        title={t('panel.analytics.sales')}
        places={sold}
        series={[kind('new'), kind('renewal'), kind('return')]}
        empty={t('panel.analytics.missing.turnover')}
      />
      <TimeChart
        name={`${prefix}mrr`}
        kind="lines"
        title={t('panel.analytics.mrr')}
        places={places}
        series={[one('mrr', t('panel.analytics.mrr'), amounts)]}
        note={t('panel.analytics.mrrNote')}
        empty={t('panel.analytics.missing.paying')}
      />
      <TimeChart
        name={`${prefix}paying`}
        kind="lines"
        title={t('panel.analytics.subscribers')}
        places={places}
        series={[
          ...(hasSubscriptions ? [one('live', t('panel.analytics.live'), COUNTED)] : []),
          one('paying', t('panel.analytics.paying'), COUNTED),
          one('lifetime', t('panel.analytics.lifetime'), COUNTED),
        ]}
        empty={t('panel.analytics.missing.paying')}
      />
      <TimeChart
        name={`${prefix}arpu`}
        kind="lines"
        title={t('panel.analytics.arpu')}
        places={places}
        series={[one('arpu', t('panel.analytics.arpu'), amounts)]}
        empty={t('panel.analytics.missing.paying')}
      />
      <TimeChart
        name={`${prefix}due`}
        kind="within"
        title={t('panel.analytics.renewals')}
        places={places}
        series={[
          one('due', t('panel.analytics.due'), COUNTED),
          one('renewed', t('panel.analytics.renewed'), COUNTED),
        ]}
        empty={t('panel.analytics.missing.due')}
      />
      <TimeChart
        name={`${prefix}renewalRate`}
        kind="lines"
        title={t('panel.analytics.renewalRate')}
        places={places}
        series={[one('renewalRate', t('panel.analytics.renewalRate'), SHARE)]}
        note={t('panel.analytics.renewalNote')}
        empty={t('panel.analytics.missing.due')}
      />
      {hasSubscriptions && (
        <>
          <TimeChart
            name={`${prefix}churn`}
            kind="lines"
            title={t('panel.analytics.churn')}
            places={places}
            series={[one('churn', t('panel.analytics.churn'), SHARE)]}
            note={t('panel.analytics.churnNote')}
            empty={t('panel.analytics.missing.churn')}
          />
          <TimeChart
            name={`${prefix}movement`}
            kind="beside"
            title={t('panel.analytics.movement')}
            places={places}
            series={[
              one('started', t('panel.analytics.started'), COUNTED),
              one('ended', t('panel.analytics.ended'), COUNTED),
              one('lost', t('panel.analytics.lost'), COUNTED),
            ]}
            empty={t('panel.analytics.missing.movement')}
          />
        </>
      )}
    </>
  );
}

function rawOf(value: Month[keyof Month]): string | number | null {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'object' && 'amount' in value ? value.amount : null;
}
