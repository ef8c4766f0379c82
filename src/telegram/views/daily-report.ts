import { judgeUsers } from '../../modules/monitoring/conditions.ts';
import type { DailyReport } from '../../modules/monitoring/daily-report.ts';
import { MOD } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { date, money, type Viewer } from './common.ts';
import { takingsLine } from './takings.ts';

/** @param hasDesk whether the bot that sends it is the one with the moderators' desk */
export function dailyReportScreen(viewer: Viewer, report: DailyReport, hasDesk: boolean): Screen {
  const { t } = viewer;
  const { failingBots, failingCount, until, turnover, weekAverage, retention, takings, ...metrics } = report;
  const more = failingCount > failingBots.length ? '…' : '';
  return {
    text: [
      t('dailyReport.title', { until: date(viewer, until) }),
      t('dailyReport.figures', { ...metrics, turnover: money(viewer, turnover) }),
      takingsLine(viewer, takings),
      [trendLine(viewer, metrics.activeUsers, weekAverage), retentionLine(viewer, retention)]
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
function trendLine({ t }: Viewer, activeUsers: number, weekAverage: number | null): string {
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

function retentionLine({ t }: Viewer, retention: DailyReport['retention']): string {
  if (!retention) return '';
  const { newcomers, returned } = retention;
  return t('dailyReport.retention', {
    percent: Math.round((returned / newcomers) * 100),
    returned,
    newcomers,
  });
}
