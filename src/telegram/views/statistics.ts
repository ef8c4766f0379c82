import type { TimeChart } from '../../infra/chart.ts';
import { type DayFigures, PERIODS, type Statistics } from '../../modules/statistics/statistics.ts';
import { formatShortDay } from '../../shared/calendar.ts';
import { button, type Screen } from '../screen.ts';
import { money, type Reader } from './common.ts';

/** Where a screen of figures leads: to its picture, and back. */
export interface FiguresPlace {
  title: string;
  chart: string;
  back: string;
}

export function statisticsScreen(reader: Reader, place: FiguresPlace, statistics: Statistics): Screen {
  const { t } = reader;
  return {
    text: `${place.title}\n\n${figuresText(reader, statistics)}`,
    buttons: [[button(t('statistics.chart'), place.chart)], [button(t('button.back'), place.back)]],
  };
}

/** What there is now, what happened in each period, and what became of the payments. */
export function figuresText(
  reader: Reader,
  { endUsers, liveSubscribers, payments, periods }: Statistics,
): string {
  const { t } = reader;
  return [
    t('statistics.now', { endUsers, subscribers: liveSubscribers, waiting: payments.pending }),
    ...PERIODS.map((period) => {
      const { started, renewed, ended, turnover } = periods[period];
      return t('statistics.period', {
        period: t(`statistics.${period}`),
        turnover: money(reader, turnover),
        started,
        renewed,
        ended,
      });
    }),
    t('statistics.payments', payments),
  ].join('\n\n');
}

const TIYIN = 100;

/** The same days as a picture: turnover as bars, live subscribers as a line. */
export function daysChart({ t, timeZone }: Reader, title: string, days: readonly DayFigures[]): TimeChart {
  return {
    title,
    labels: days.map(({ day }) => formatShortDay(day, timeZone)),
    bars: {
      name: t.plain('statistics.chartTurnover'),
      values: days.map(({ turnover }) => Number(turnover) / TIYIN),
    },
    line: {
      name: t.plain('statistics.chartSubscribers'),
      values: days.map(({ subscribers }) => subscribers),
    },
    language: t.language,
  };
}

export function chartScreen({ t }: Reader, title: string, back: string): Screen {
  return { text: title, buttons: [[button(t('button.back'), back)]] };
}
