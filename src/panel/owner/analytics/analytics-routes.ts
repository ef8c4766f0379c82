import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { csvOf } from '../../../infra/csv.ts';
import { translator } from '../../../infra/i18n/i18n.ts';
import type { Services } from '../../../modules/services.ts';
import type { NamedPlan } from '../../../modules/statistics/analytics/names.ts';
import type { Period } from '../../../modules/statistics/analytics/reports/months.ts';
import { formatTypedDate } from '../../../shared/calendar.ts';
import type { Language } from '../../../shared/languages.ts';
import { say } from '../../answers.ts';
import {
  computing,
  forecast,
  forecastQuery,
  funnel,
  funnelQuery,
  overview,
  overviewQuery,
  retention,
  retentionQuery,
  revenue,
  revenueQuery,
  sourcesQuery,
  sourcesReport,
  speed,
  speedQuery,
} from '../../contract/analytics.ts';
import { type Tenant, tenantOf } from '../../session/scope-guard.ts';
import { sessionOf } from '../../session/session-guard.ts';
import {
  toForecast,
  toFunnel,
  toOverview,
  toRetention,
  toRevenue,
  toSources,
  toSpeed,
} from './report-shapes.ts';
import {
  forecastTable,
  funnelTable,
  overviewTable,
  retentionTable,
  revenueTable,
  sourcesTable,
  speedTable,
  type Table,
  writeRows,
} from './report-tables.ts';

/** What is asked, and what is told: to a page, and as a spreadsheet. */
interface Report<Query extends z.ZodType, Answer extends z.ZodType> {
  query: Query;
  answer: Answer;
  table: (answer: z.output<Answer>, words: ReturnType<typeof translator>, query: z.output<Query>) => Table;
  read: (
    tenant: Tenant,
    query: z.output<Query>,
    request: FastifyRequest,
  ) => Promise<z.input<Answer> | 'computing'>;
}

/** A GET that gives a file. */
export const AS_FILE = { config: { gives: 'export' }, exposeHeadRoute: false } as const;

/** How a bot sells, month by month. While nothing has been counted yet, an answer says so. */
export function analyticsRoutes(app: FastifyInstance, { analytics }: Pick<Services, 'analytics'>): void {
  function add<Query extends z.ZodType, Answer extends z.ZodType>(
    name: string,
    { query, answer, read, table }: Report<Query, Answer>,
  ): void {
    app.get(
      `/analytics/${name}`,
      { schema: { querystring: query, response: { 200: answer, 202: computing } } },
      async (request, reply) => {
        const report = await read(tenantOf(request), request.query as z.output<Query>, request);
        return report === 'computing' ? reply.code(202).send({ state: report }) : report;
      },
    );
    app.get(
      `/analytics/${name}.csv`,
      { ...AS_FILE, schema: { querystring: query, response: { 202: computing } } },
      async (request, reply) => {
        const tenant = tenantOf(request);
        const asked = request.query as z.output<Query>;
        const report = await read(tenant, asked, request);
        if (report === 'computing') return reply.code(202).send({ state: report });
        const { language } = sessionOf(request).person;
        const cells = table(answer.parse(report), translator(language), asked);
        return sendTable(reply, cells, language, `${tenant.scope.botUsername}-${name}`);
      },
    );
  }
  const inMonths = <Query extends { from?: string | undefined; to?: string | undefined }>(query: Query) => ({
    ...query,
    ...requirePeriod(analytics.periodOf(query)),
  });

  add('overview', {
    query: overviewQuery,
    answer: overview,
    table: overviewTable,
    read: async ({ scope, actor }, query) => {
      const report = await analytics.overview(scope, actor, inMonths(query));
      return report === 'computing' ? report : toOverview(report, query.currency);
    },
  });
  add('revenue', {
    query: revenueQuery,
    answer: revenue,
    table: (report, words, { by }) => revenueTable(report, words, by),
    read: async ({ scope, actor }, query, request) => {
      const report = await analytics.revenue(scope, actor, inMonths(query), (plan) =>
        namePlan(request, plan),
      );
      return report === 'computing' ? report : toRevenue(report, query.currency);
    },
  });
  add('retention', {
    query: retentionQuery,
    answer: retention,
    table: retentionTable,
    read: async ({ scope, actor }, query) => {
      const report = await analytics.retention(scope, actor, inMonths(query));
      return report === 'computing' ? report : toRetention(report, query.currency);
    },
  });
  add('funnel', {
    query: funnelQuery,
    answer: funnel,
    table: funnelTable,
    read: async ({ scope, actor }, query) => {
      const report = await analytics.funnel(scope, actor, query);
      return report === 'computing' ? report : toFunnel(report);
    },
  });
  add('sources', {
    query: sourcesQuery,
    answer: sourcesReport,
    table: sourcesTable,
    read: async ({ scope, actor }, query) => {
      const report = await analytics.sources(scope, actor, inMonths(query));
      return report === 'computing' ? report : toSources(report);
    },
  });
  add('speed', {
    query: speedQuery,
    answer: speed,
    table: speedTable,
    read: async ({ scope, actor }, query) => {
      const report = await analytics.speed(scope, actor, query);
      return report === 'computing' ? report : toSpeed(report);
    },
  });
  add('forecast', {
    query: forecastQuery,
    answer: forecast,
    table: forecastTable,
    read: async ({ scope, actor }, { days, ...query }) => {
      const report = await analytics.forecast(scope, actor, { ...query, days: Number(days) });
      return report === 'computing' ? report : toForecast(report, query.currency);
    },
  });
}

/** @param name without its ending */
export function sendTable(reply: FastifyReply, table: Table, language: Language, name: string): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(csvOf(writeRows(table, language), language));
}

/** @throws ZodError of months that are none, or more than anybody can read */
export function requirePeriod(period: Period | null): Period {
  if (period) return period;
  throw new z.ZodError([
    { code: 'custom', path: ['to'], input: null, message: 'from 1 to 60 months after it began' },
  ]);
}

function namePlan(request: FastifyRequest, { name, duration, chat }: NamedPlan): string {
  const called = name ?? nameDuration(request, duration);
  return chat === null ? called : `${called} · ${chat}`;
}

function nameDuration(request: FastifyRequest, duration: NamedPlan['duration']): string {
  switch (duration.kind) {
    case 'months':
      return duration.months === 0
        ? say(request, 'duration.lifetime')
        : say(request, 'duration.months', { count: duration.months });
    case 'days':
      return say(request, 'duration.days', { count: duration.days });
    case 'until':
      return say(request, 'duration.until', { date: formatTypedDate(duration.endsOn) });
  }
}
