import type { FastifyInstance, FastifyRequest } from 'fastify';
import { translator } from '../../infra/i18n/i18n.ts';
import type { Services } from '../../modules/services.ts';
import type { PlatformReport as Report } from '../../modules/statistics/analytics/reports/platform.ts';
import { computing } from '../contract/analytics.ts';
import {
  type PlatformQuery,
  type PlatformReport,
  platformQuery,
  platformReport,
} from '../contract/moderator/analytics.ts';
import { AS_FILE, requirePeriod, sendTable } from '../owner/analytics/analytics-routes.ts';
import { toForecast, toOverview } from '../owner/analytics/report-shapes.ts';
import { platformTable } from '../owner/analytics/report-tables.ts';
import { moderatorOf } from '../session/moderator-guard.ts';
import { sessionOf } from '../session/session-guard.ts';
import { toMoney } from '../shapes.ts';

/** What is paid through the platform, and what it earns itself. */
export function platformAnalyticsRoutes(
  app: FastifyInstance,
  { analytics }: Pick<Services, 'analytics'>,
): void {
  const read = async (
    request: FastifyRequest,
    query: PlatformQuery,
  ): Promise<PlatformReport | 'computing'> => {
    const report = await analytics.platform(moderatorOf(request), requirePeriod(analytics.periodOf(query)));
    return report === 'computing' ? report : toPlatform(report);
  };

  app.get<{ Querystring: PlatformQuery }>(
    '/analytics',
    { schema: { querystring: platformQuery, response: { 200: platformReport, 202: computing } } },
    async (request, reply) => {
      const report = await read(request, request.query);
      return report === 'computing' ? reply.code(202).send({ state: report }) : report;
    },
  );

  app.get<{ Querystring: PlatformQuery }>(
    '/analytics.csv',
    { ...AS_FILE, schema: { querystring: platformQuery, response: { 202: computing } } },
    async (request, reply) => {
      const report = await read(request, request.query);
      if (report === 'computing') return reply.code(202).send({ state: report });
      const { language } = sessionOf(request).person;
      return sendTable(reply, platformTable(report, translator(language)), language, 'getolog');
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
