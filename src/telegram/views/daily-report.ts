import type { DailyReport } from '../../modules/monitoring/daily-report.ts';
import { MOD } from '../routes.ts';
import { button, type Screen } from '../screen.ts';
import { date, money, type Reader } from './common.ts';

/** @param hasDesk whether the bot that sends it is the one with the moderators' desk */
export function dailyReportScreen(reader: Reader, report: DailyReport, hasDesk: boolean): Screen {
  const { t } = reader;
  const { failingBots, failingCount, until, turnover, ...figures } = report;
  const more = failingCount > failingBots.length ? '…' : '';
  return {
    text: [
      t('dailyReport.title', { until: date(reader, until) }),
      t('dailyReport.figures', { ...figures, turnover: money(reader, turnover) }),
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
