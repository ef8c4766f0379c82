import type { FastifyInstance } from 'fastify';
import type { Services } from '../../modules/services.ts';
import type { PlatformReport as Report } from '../../modules/statistics/analytics/reports/platform.ts';
import { type PlatformReport, platformQuery, platformReport } from '../contract/moderator/analytics.ts';
import { addReport } from '../owner/analytics/report-routes.ts';
import { toForecast, toOverview } from '../owner/analytics/report-shapes.ts';
import { platformTable } from '../owner/analytics/report-tables.ts';
import { moderatorOf } from '../session/moderator-guard.ts';
import { toMoney } from '../shapes.ts';

/** What is paid through the platform, and what it earns itself. */
export function platformAnalyticsRoutes(
  app: FastifyInstance,
  { analytics }: Pick<Services, 'analytics'>,
): void {
  addReport(app, analytics, '/analytics', {
    query: platformQuery,
    answer: platformReport,
    read: async (request, _query, months) => analytics.platform(moderatorOf(request), months),
    tell: toPlatform,
    table: platformTable,
    nameFile: () => 'getolog',
  });
}

function toPlatform({ asOf, now, months, bots, own }: Report): PlatformReport {
  const tariffs = toOverview(own.overview, 'UZS');
  const { days, total } = toForecast(own.forecast, 'UZS');
  return {
    asOf: asOf.toISOString(),
    now,
    months: months.map(({ turnover, ...month }) => ({
      ...month,
      turnover: turnover.map(({ method, amount, currency, sales }) => ({
        method,
        amount: toMoney(amount, currency),
        sales,
      })),
    })),
    bots: bots.map(({ telegramBotId, turnover, ...bot }) => ({
      id: String(telegramBotId),
      ...bot,
      turnover: toMoney(turnover),
    })),
    own: { now: tariffs.now, total: tariffs.total, months: tariffs.months, forecast: { days, total } },
  };
}
