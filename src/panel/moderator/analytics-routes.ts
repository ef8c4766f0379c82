import type { FastifyInstance } from 'fastify';
import type { Services } from '../../modules/services.ts';
import type { PlatformReport as Report } from '../../modules/statistics/analytics/reports/platform.ts';
import { computing } from '../contract/analytics.ts';
import {
  type PlatformQuery,
  type PlatformReport,
  platformQuery,
  platformReport,
} from '../contract/moderator/analytics.ts';
import { requirePeriod } from '../owner/analytics/analytics-routes.ts';
import { toForecast, toOverview } from '../owner/analytics/report-shapes.ts';
import { moderatorOf } from '../session/moderator-guard.ts';
import { toMoney } from '../shapes.ts';

/** What is paid through the platform, and what it earns itself. */
export function platformAnalyticsRoutes(
  app: FastifyInstance,
  { analytics }: Pick<Services, 'analytics'>,
): void {
  app.get<{ Querystring: PlatformQuery }>(
    '/analytics',
    { schema: { querystring: platformQuery, response: { 200: platformReport, 202: computing } } },
    async (request, reply) => {
      const actor = moderatorOf(request);
      const report = await analytics.platform(actor, requirePeriod(analytics.periodOf(request.query)));
      return report === 'computing' ? reply.code(202).send({ state: report }) : toPlatform(report);
    },
  );
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
