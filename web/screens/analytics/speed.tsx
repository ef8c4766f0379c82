import type { Speed as SpeedShape } from '../../../src/panel/contract/analytics.ts';
import { COUNTED, decimal, percent } from '../../charts/measures.ts';
import { TimeChart } from '../../charts/time-chart.tsx';
import { useBot } from '../../ui/place.ts';
import { Figure } from '../../ui/screen.tsx';
import { t } from '../../words/words.ts';
import { Choice } from './filters.tsx';
import { placeOf } from './months.ts';
import { Change } from './overview.tsx';
import { NothingYet, Report } from './report.tsx';

const DAYS = [7, 30, 90, 365];
const WITHIN = ['15m', '1h', '24h'] as const;

/** How long people wait for a decision about their receipt. */
export function Speed() {
  return (
    <Report<SpeedShape>
      name="speed"
      takes={['days']}
      filters={
        <Choice
          name="days"
          label={t('panel.analytics.period')}
          fallback="30"
          options={DAYS.map((count) => [String(count), t('panel.analytics.lastDays', { count })])}
        />
      }
    >
      {(report) => (report.decided === 0 ? <Nothing /> : <Whole report={report} />)}
    </Report>
  );
}

function Nothing() {
  const { page } = useBot();
  return (
    <NothingYet
      text={t('panel.analytics.empty.speed')}
      href={`${page}/receipts`}
      step={t('panel.analytics.toReceipts')}
    />
  );
}

function Whole({ report }: { report: SpeedShape }) {
  const { decided, within, medianSeconds, p90Seconds, change, days } = report;
  const series = (['approved', 'rejected'] as const).map((name) => ({
    name,
    label: t(`panel.analytics.decision.${name}`),
    measure: COUNTED,
    values: days.map((each) => each[name]),
  }));
  return (
    <>
      <div class="figures">
        <Figure
          name="decided"
          label={t('panel.analytics.decided')}
          value={decided}
          shown={COUNTED.write(decided)}
          note={<Change of={change} />}
        />
        <Figure
          name="median"
          label={t('panel.analytics.median')}
          value={medianSeconds}
          shown={lasting(medianSeconds)}
        />
        <Figure name="p90" label={t('panel.analytics.p90')} value={p90Seconds} shown={lasting(p90Seconds)} />
        {WITHIN.map((span) => {
          const share = within[span];
          return (
            <Figure
              key={span}
              name={`within-${span}`}
              label={t(`panel.analytics.within.${span}`)}
              value={share}
              shown={share === null ? '—' : percent(share)}
            />
          );
        })}
      </div>
      <TimeChart
        name="speed"
        kind="stacked"
        title={t('panel.analytics.decisions')}
        places={days.map(({ day }) => placeOf(day))}
        series={series}
        empty={t('panel.analytics.empty.speed')}
      />
    </>
  );
}

/** `40 s`, `12 min`, `1.5 h`, `2.3 d`. */
function lasting(seconds: number | null): string {
  if (seconds === null) return '—';
  if (seconds < 60) return t('panel.analytics.seconds', { number: seconds });
  if (seconds < 3_600) return t('panel.analytics.minutes', { number: Math.round(seconds / 60) });
  const hours = seconds / 3_600;
  if (hours < 48) return t('panel.analytics.hours', { number: decimal(Math.round(hours * 10) / 10) });
  return t('panel.analytics.daysLong', { number: decimal(Math.round(hours / 2.4) / 10) });
}
