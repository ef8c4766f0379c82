import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../../kernel/actor.ts';
import { requireMayRead } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Facts } from './facts.ts';
import type { FactsStore } from './facts-store.ts';
import { type NamedPlan, readNames, readSources } from './names.ts';
import { PLATFORM, type PlatformFacts } from './platform-facts.ts';
import { readSellers } from './platform-queries.ts';
import { type ForecastQuery, reportForecast } from './reports/forecast.ts';
import { type FunnelQuery, reportFunnel } from './reports/funnel.ts';
import { type Period, resolvePeriod } from './reports/months.ts';
import { reportOverview } from './reports/overview.ts';
import { type PlatformReport, reportPlatform } from './reports/platform.ts';
import { reportRetention } from './reports/retention.ts';
import { type RevenueQuery, reportRevenue } from './reports/revenue.ts';
import type { SoldQuery } from './reports/sold.ts';
import { reportSources } from './reports/sources.ts';
import { reportSpeed } from './reports/speed.ts';

/**
 * How a bot does over the months: reports of what was counted last, which may be some seconds old, and hours where it takes
 * long to count. `computing`: there is nothing yet, and the feed tells when there is.
 */
export function createAnalyticsService(deps: {
  factsStore: FactsStore<Facts>;
  platformStore: FactsStore<PlatformFacts>;
  prisma: PrismaClient;
  clock: Clock;
  timeZone: string;
  moderatorIds: readonly bigint[];
}) {
  const { factsStore, platformStore, prisma, clock, timeZone } = deps;

  /** @throws AppError `notFound` */
  async function report<T>(
    scope: TenantScope,
    actor: Actor,
    make: (facts: Facts) => T | Promise<T>,
  ): Promise<T | 'computing'> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const facts = await factsStore.read(scope.botId);
    return facts === 'computing' ? facts : make(facts);
  }

  return {
    /** The months asked for, up to the present one where it is not said; null: none, or more than anybody can read. */
    periodOf: (asked: Parameters<typeof resolvePeriod>[0]): Period | null =>
      resolvePeriod(asked, clock.now(), timeZone),

    overview: (scope: TenantScope, actor: Actor, query: SoldQuery) =>
      report(scope, actor, (facts) => reportOverview(facts, query, timeZone)),

    /** @param nameOf what a plan is called, where groups are plans */
    revenue: (scope: TenantScope, actor: Actor, query: RevenueQuery, nameOf: (plan: NamedPlan) => string) =>
      report(scope, actor, async (facts) =>
        reportRevenue(facts, query, timeZone, await readNames(prisma, scope, query.by, nameOf)),
      ),

    retention: (scope: TenantScope, actor: Actor, query: SoldQuery) =>
      report(scope, actor, (facts) => reportRetention(facts, query, timeZone)),

    funnel: (scope: TenantScope, actor: Actor, query: FunnelQuery) =>
      report(scope, actor, (facts) => reportFunnel(facts, query, timeZone)),

    sources: (scope: TenantScope, actor: Actor, query: SoldQuery) =>
      report(scope, actor, async (facts) => reportSources(facts, query, await readSources(prisma, scope))),

    speed: (scope: TenantScope, actor: Actor, query: { days: number }) =>
      report(scope, actor, (facts) => reportSpeed(facts, query, timeZone)),

    forecast: (scope: TenantScope, actor: Actor, query: ForecastQuery) =>
      report(scope, actor, (facts) => reportForecast(facts, query, timeZone)),

    /** What is paid through the platform, and what Getolog earns itself. @throws AppError `notFound` */
    async platform(actor: Actor, query: Period): Promise<PlatformReport | 'computing'> {
      requireModerator(actor, deps.moderatorIds);
      const facts = await platformStore.read(PLATFORM);
      if (facts === 'computing') return facts;
      return reportPlatform(facts, query, await readSellers(prisma, facts.bots), timeZone);
    },
  };
}
