import type { Forecast as ForecastShape } from '../../../src/panel/contract/analytics.ts';
import { amountsIn, COUNTED } from '../../charts/measures.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { money } from '../../ui/basics.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure } from '../../ui/screen.tsx';
import { t } from '../../words/words.ts';
import { Choice, Narrowed } from './filters.tsx';
import { placeOf } from './months.ts';
import { NothingYet, Report } from './report.tsx';

const DAYS = [30, 90];

/** Which subscriptions end on which day, and what their renewals may bring. */
export function Forecast() {
  return (
    <Report<ForecastShape>
      name="forecast"
      takes={['days', 'chat', 'plan', 'method', 'currency']}
      filters={
        <>
          <Choice
            name="days"
            label={t('panel.analytics.period')}
            fallback="30"
            options={DAYS.map((count) => [String(count), t('panel.analytics.nextDays', { count })])}
          />
          <Narrowed by={['chat', 'plan', 'method', 'currency']} />
        </>
      }
    >
      {(report) => (report.total.due === 0 ? <Nothing /> : <Whole report={report} />)}
    </Report>
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet
      text={t('panel.analytics.empty.forecast')}
      href={`${page}/plans`}
      step={t('panel.analytics.toPlans')}
    />
  );
}

function Whole({ report: { days, total, currency } }: { report: ForecastShape }) {
  return (
    <>
      <div class="figures">
        <Figure
          name="due"
          label={t('panel.analytics.ending')}
          value={total.due}
          shown={COUNTED.write(total.due)}
        />
        <Figure
          name="value"
          label={t('panel.analytics.value')}
          value={total.value.amount}
          shown={money(total.value)}
        />
        <Figure
          name="expected"
          label={t('panel.analytics.expected')}
          value={total.expected?.amount ?? null}
          shown={total.expected ? money(total.expected) : '—'}
          note={total.expected ? undefined : t('panel.analytics.expectedUnknown')}
        />
      </div>
      <div class="charts">
        <EndingCharts days={days} total={total} currency={currency} />
      </div>
    </>
  );
}

/** What ends on which day, and what it may bring. */
export function EndingCharts({ days, total, currency }: Pick<ForecastShape, 'days' | 'total' | 'currency'>) {
  const amounts = amountsIn(currency);
  const places = days.map(({ day }) => placeOf(day));
  const value = {
    name: 'value',
    label: t('panel.analytics.value'),
    measure: amounts,
    values: days.map((each) => each.value.amount),
  };
  const expected = {
    name: 'expected',
    label: t('panel.analytics.expected'),
    measure: amounts,
    values: days.map((each) => each.expected?.amount ?? null),
  };
  const due = {
    name: 'due',
    label: t('panel.analytics.ending'),
    measure: COUNTED,
    values: days.map((each) => each.due),
  };
  return (
    <>
      <TimeChart
        name="forecast"
        kind="within"
        picks="first"
        title={t('panel.analytics.forecast')}
        places={places}
        series={total.expected === null ? [value] : [value, expected]}
        note={t(total.expected === null ? 'panel.analytics.expectedUnknown' : 'panel.analytics.forecastNote')}
        empty={t('panel.analytics.missing.forecast')}
      />
      <TimeChart
        name="ending"
        kind="stacked"
        picks="first"
        title={t('panel.analytics.ending')}
        places={places}
        series={[due]}
        empty={t('panel.analytics.missing.forecast')}
      />
    </>
  );
}
