import { judgeUsers } from '../../modules/monitoring/conditions.ts';
import type { DailyReport } from '../../modules/monitoring/daily-report.ts';
import { MOD } from '../routes.ts';
import { button, type Screen } from '../screen.ts';
import { date, money, type Reader } from './common.ts';

/** @param hasDesk whether the bot that sends it is the one with the moderators' desk */
export function dailyReportScreen(reader: Reader, report: DailyReport, hasDesk: boolean): Screen {
  const { t } = reader;
  const { failingBots, failingCount, until, turnover, weekAverage, retention, ...figures } = report;
  const more = failingCount > failingBots.length ? '…' : '';
  return {
    text: [
      t('dailyReport.title', { until: date(reader, until) }),
      t('dailyReport.figures', { ...figures, turnover: money(reader, turnover) }),
      [trendLine(reader, figures.activeUsers, weekAverage), retentionLine(reader, retention)]
        .filter(Boolean)
        .join('\n'),
      failingCount === 0
        ? ''
        : t('dailyReport.failing', {
            count: failingCount,
            bots: failingBots.map((username) => `@${username}`).join(', ') + more,
          }),
    ]
      .filter(Boolean)
      .join('\n\n'),
    ...(hasDesk ? { buttons: [[button(t('mod.title'), MOD.data())]] } : {}),
  };
}

/** An arrow, and a word of it where so many are gone that moderators are told of it at other times, too. */
function trendLine({ t }: Reader, activeUsers: number, weekAverage: number | null): string {
  if (weekAverage === null || weekAverage === 0) return '';
  const percent = Math.round((activeUsers / weekAverage - 1) * 100);
  const values = { change: `${arrowOf(percent)} ${Math.abs(percent)}%`, average: Math.round(weekAverage) };
  return judgeUsers(activeUsers, weekAverage)
    ? t('dailyReport.drop', values)
    : t('dailyReport.trend', values);
}

function arrowOf(percent: number): string {
  if (percent === 0) return '→';
  return percent > 0 ? '↑' : '↓';
}

function retentionLine({ t }: Reader, retention: DailyReport['retention']): string {
  if (!retention) return '';
  const { newcomers, returned } = retention;
  return t('dailyReport.retention', {
    percent: Math.round((returned / newcomers) * 100),
    returned,
    newcomers,
  });
}
