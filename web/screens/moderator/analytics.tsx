import '../../styles/analytics.css';
import type { PlatformReport } from '../../../src/panel/contract/moderator/analytics.ts';
import { amountsIn, COUNTED } from '../../charts/measures.ts';
import { RowChart } from '../../charts/row-chart.tsx';
import { addAmounts, type Series } from '../../charts/series.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { money } from '../../ui/basics.tsx';
import { METHODS } from '../../ui/payment-options.ts';
import { Figure, Screen } from '../../ui/screen.tsx';
import { named, t } from '../../words/words.ts';
import { Period } from '../analytics/filters.tsx';
import { EndingCharts } from '../analytics/forecast.tsx';
import { MonthCharts } from '../analytics/month-charts.tsx';
import { placeOf, thisMonth } from '../analytics/months.ts';
import { Standing } from '../analytics/overview.tsx';
import { NothingYet, Report } from '../analytics/report.tsx';

type Currency = 'UZS' | 'XTR';

/** What goes through the platform, and what Getolog itself earns. */
export default function PlatformAnalytics() {
  return (
    <Screen name="mod-analytics" title={t('panel.screen.mod-analytics')} wide>
      <div class="analytics">
        <Report<PlatformReport>
          name="platform"
          at="/mod/analytics"
          takes={['from', 'to']}
          filters={<Period />}
        >
          {(report) => (isEmpty(report) ? <Nothing /> : <Whole report={report} />)}
        </Report>
      </div>
    </Screen>
  );
}

function isEmpty({ now, months, own }: PlatformReport): boolean {
  return (
    now.live + now.newOwners + own.now.paying === 0 &&
    months.every(({ turnover, newOwners }) => turnover.length + newOwners === 0) &&
    own.months.every(({ turnover }) => Number(turnover.amount) === 0)
  );
}

function Nothing() {
  return (
    <NothingYet
      text={t('panel.analytics.empty.platform')}
      href="/panel/mod/owners"
      step={t('panel.analytics.toOwners')}
    />
  );
}

function Whole({ report }: { report: PlatformReport }) {
  const { now, months, own } = report;
  return (
    <>
      <div class="figures">
        {(['live', 'sellingBots', 'newOwners'] as const).map((name) => (
          <Figure
            key={name}
            name={`platform-${name}`}
            label={t(`panel.analytics.${name}`)}
            value={now[name]}
            shown={COUNTED.write(now[name])}
          />
        ))}
      </div>
      <div class="charts">
        <Turnover months={months} currency="UZS" />
        {months.some(({ turnover }) => turnover.some(({ amount }) => amount.currency === 'XTR')) && (
          <Turnover months={months} currency="XTR" />
        )}
        <TimeChart
          name="newOwners"
          kind="stacked"
          title={t('panel.analytics.newOwnersByMonth')}
          places={months.map(({ month }) => placeOf(month, month === thisMonth()))}
          series={[
            {
              name: 'newOwners',
              label: t('panel.analytics.newOwnersByMonth'),
              measure: COUNTED,
              values: months.map(({ newOwners }) => newOwners),
            },
          ]}
          empty={t('panel.analytics.missing.newOwners')}
        />
      </div>
      <TopBots report={report} />
      <h2 class="part">{t('panel.analytics.tariffs')}</h2>
      <Standing now={own.now} total={own.total} months={own.months.length} />
      <div class="charts">
        <MonthCharts months={own.months} currency="UZS" prefix="own-" />
        <EndingCharts days={own.forecast.days} total={own.forecast.total} currency="UZS" />
      </div>
    </>
  );
}

/** Through all bots, by method: of one currency, for they are never added up. */
function Turnover({ months, currency }: Pick<PlatformReport, 'months'> & { currency: Currency }) {
  const used = METHODS.filter((method) =>
    months.some(({ turnover }) =>
      turnover.some((each) => each.method === method && each.amount.currency === currency),
    ),
  );
  const series = used.map(
    (of): Series => ({
      name: of,
      label: named('paymentMethod', of),
      measure: amountsIn(currency),
      values: months.map(({ turnover }) => sumOf(turnover, currency, of)),
    }),
  );
  return (
    <TimeChart
      name={currency === 'UZS' ? 'turnover' : 'turnover-stars'}
      kind="stacked"
      title={t(currency === 'UZS' ? 'panel.analytics.revenueBy.method' : 'panel.analytics.turnoverInStars')}
      places={months.map(({ month }) => placeOf(month, month === thisMonth()))}
      series={series}
      empty={t('panel.analytics.missing.turnover')}
    />
  );
}

function sumOf(turnover: PlatformReport['months'][0]['turnover'], currency: Currency, of: string): string {
  const amounts = turnover.filter(({ method, amount }) => method === of && amount.currency === currency);
  return addAmounts(
    amounts.map(({ amount }) => amount.amount),
    currency,
  );
}

function TopBots({ report: { bots } }: { report: PlatformReport }) {
  return (
    <RowChart
      name="bots"
      title={t('panel.analytics.topBots')}
      rows={bots.map(({ id, username, turnover }) => ({
        key: id,
        label: `@${username}`,
        value: turnover.amount,
      }))}
      measure={amountsIn('UZS')}
      sentence={bots.map(({ username, turnover }) => `@${username}: ${money(turnover)}`).join('. ')}
      empty={t('panel.analytics.missing.topBots')}
      table={{
        of: t('panel.screen.bot'),
        columns: [
          {
            name: 'turnover',
            label: t('panel.analytics.turnover'),
            measure: amountsIn('UZS'),
            values: bots.map(({ turnover }) => turnover.amount),
          },
          {
            name: 'sales',
            label: t('panel.analytics.sales'),
            measure: COUNTED,
            values: bots.map(({ sales }) => sales),
          },
        ],
      }}
    />
  );
}
