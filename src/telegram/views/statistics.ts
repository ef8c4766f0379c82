import type { TimeChart } from '../../infra/chart.ts';
import { type MonthMetrics, PERIODS, type Statistics } from '../../modules/statistics/statistics.ts';
import { formatShortMonth } from '../../shared/calendar.ts';
import { button, type Screen } from '../common/screen.ts';
import { money, type Viewer } from './common.ts';
import { takingsLine } from './takings.ts';

/** Where a screen of statistics leads: to its picture, and back. */
export interface StatisticsPlace {
  title: string;
  chart: string;
  back: string;
}

export function statisticsScreen(viewer: Viewer, place: StatisticsPlace, statistics: Statistics): Screen {
  const { t } = viewer;
  return {
    text: `${place.title}\n\n${statisticsText(viewer, statistics)}`,
    buttons: [[button(t('statistics.chart'), place.chart)], [button(t('button.back'), place.back)]],
  };
}

/** What there is now, what happened in each period, and what became of the payments. */
export function statisticsText(
  viewer: Viewer,
  { endUsers, liveSubscribers, inGrace, trials, payments, periods, takings }: Statistics,
): string {
  const { t } = viewer;
  return [
    [
      t('statistics.now', { endUsers, subscribers: liveSubscribers, waiting: payments.pending }),
      ...(inGrace > 0 ? [t('grace.count', { members: inGrace })] : []),
      ...(trials.given > 0 ? [t('trial.count', trials)] : []),
    ].join('\n'),
    ...PERIODS.map((period) => {
      const { started, renewed, ended, turnover } = periods[period];
      const metrics = t('statistics.period', {
        period: t(`statistics.${period}`),
        turnover: money(viewer, turnover),
        started,
        renewed,
        ended,
      });
      return [metrics, takingsLine(viewer, takings[period])].filter(Boolean).join('\n');
    }),
    t('statistics.payments', payments),
  ].join('\n\n');
}

const TIYIN = 100;

/** The last months as a picture: turnover and monthly revenue as bars, live subscribers as a line. */
export function monthsChart(
  { t, timeZone }: Viewer,
  title: string,
  months: readonly MonthMetrics[],
): TimeChart {
  const soums = (amounts: readonly bigint[]) => amounts.map((amount) => Number(amount) / TIYIN);
  return {
    title,
    labels: months.map(({ month }) => formatShortMonth(month, timeZone)),
    bars: [
      { name: t.plain('statistics.chartTurnover'), values: soums(months.map(({ turnover }) => turnover)) },
      {
        name: t.plain('statistics.chartMonthlyRevenue'),
        values: soums(months.map(({ monthlyRevenue }) => monthlyRevenue)),
      },
    ],
    line: {
      name: t.plain('statistics.chartSubscribers'),
      values: months.map(({ subscribers }) => subscribers),
    },
    language: t.language,
  };
}

export function chartScreen({ t }: Viewer, title: string, back: string): Screen {
  return { text: title, buttons: [[button(t('button.back'), back)]] };
}
