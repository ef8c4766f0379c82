import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Services } from '../../../modules/services.ts';
import type { NamedPlan } from '../../../modules/statistics/analytics/names.ts';
import { formatTypedDate } from '../../../shared/calendar.ts';
import { say } from '../../answers.ts';
import {
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
import { tenantOf } from '../../session/scope-guard.ts';
import { addReport } from './report-routes.ts';
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
} from './report-tables.ts';

/** How a bot sells, month by month. */
export function analyticsRoutes(app: FastifyInstance, { analytics }: Pick<Services, 'analytics'>): void {
  const below = (name: string) => [app, analytics, `/analytics/${name}`] as const;
  const called = (name: string) => ({
    nameFile: (request: FastifyRequest) => `${tenantOf(request).scope.botUsername}-${name}`,
  });

  addReport(...below('overview'), {
    ...called('overview'),
    query: overviewQuery,
    answer: overview,
    read: async (request, query, months) => {
      const { scope, actor } = tenantOf(request);
      return analytics.overview(scope, actor, { ...query, ...months });
    },
    tell: (report, { currency }) => toOverview(report, currency),
    table: overviewTable,
  });
  addReport(...below('revenue'), {
    ...called('revenue'),
    query: revenueQuery,
    answer: revenue,
    read: async (request, query, months) => {
      const { scope, actor } = tenantOf(request);
      return analytics.revenue(scope, actor, { ...query, ...months }, (plan) => namePlan(request, plan));
    },
    tell: (report, { currency }) => toRevenue(report, currency),
    table: (report, words, { by }) => revenueTable(report, words, by),
  });
  addReport(...below('retention'), {
    ...called('retention'),
    query: retentionQuery,
    answer: retention,
    read: async (request, query, months) => {
      const { scope, actor } = tenantOf(request);
      return analytics.retention(scope, actor, { ...query, ...months });
    },
    tell: (report, { currency }) => toRetention(report, currency),
    table: retentionTable,
  });
  addReport(...below('funnel'), {
    ...called('funnel'),
    query: funnelQuery,
    answer: funnel,
    read: async (request, { since, until, source, from, to }, months) => {
      const { scope, actor } = tenantOf(request);
      const asked = from === undefined && to === undefined ? undefined : months;
      return analytics.funnel(scope, actor, { since, until, source, months: asked });
    },
    tell: toFunnel,
    table: funnelTable,
  });
  addReport(...below('sources'), {
    ...called('sources'),
    query: sourcesQuery,
    answer: sourcesReport,
    read: async (request, query, months) => {
      const { scope, actor } = tenantOf(request);
      return analytics.sources(scope, actor, { ...query, ...months });
    },
    tell: (report, { currency }) => toSources(report, currency),
    table: sourcesTable,
  });
  addReport(...below('speed'), {
    ...called('speed'),
    query: speedQuery,
    answer: speed,
    read: async (request, { days }) => {
      const { scope, actor } = tenantOf(request);
      return analytics.speed(scope, actor, { days });
    },
    tell: toSpeed,
    table: speedTable,
  });
  addReport(...below('forecast'), {
    ...called('forecast'),
    query: forecastQuery,
    answer: forecast,
    read: async (request, { days, ...query }) => {
      const { scope, actor } = tenantOf(request);
      return analytics.forecast(scope, actor, { ...query, days: Number(days) });
    },
    tell: (report, { currency }) => toForecast(report, currency),
    table: forecastTable,
  });
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
