import type { Machine } from '../../infra/observability/machine.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS } from '../../shared/durations.ts';
import type { AlertKind, Facts } from './alert.ts';
import type { AlertService } from './alert-service.ts';
import type { Alerts } from './alerts.ts';
import type { CheckHistory } from './check-history.ts';
import { type Conditions, conditionsOf, judgeUsers, unavailableConditions } from './conditions.ts';
import type { DailyPeople } from './daily-people.ts';
import type { HealthService } from './health-service.ts';
import type { HourlyMetrics } from './hourly-metrics.ts';
import type { Moderators } from './moderators.ts';
import type { RecentUpdates } from './recent-updates.ts';

const UNAVAILABLE: readonly AlertKind[] = ['databaseUnavailable', 'redisUnavailable', 'telegramUnavailable'];

export interface SystemCheck {
  /**
   * Looks at what this process and its machine stand on. Leans on nothing that may be unavailable itself, so that each process
   * does it by a timer of its own.
   */
  watch(): Promise<void>;
  /** The same, and what the database alone can say; by schedule, in one process of all. */
  check(): Promise<void>;
}

export function createSystemCheck(deps: {
  health: HealthService;
  machine: Machine;
  recent: RecentUpdates;
  metrics: Pick<HourlyMetrics, 'countActive' | 'prune'>;
  people: Pick<DailyPeople, 'closeDays'>;
  history: CheckHistory;
  alerts: Alerts;
  service: Pick<AlertService, 'tell'>;
  moderators: Pick<Moderators, 'refresh'>;
  clock: Clock;
  logger: { warn(fields: object, message: string): void };
}): SystemCheck {
  const { alerts, clock, recent } = deps;
  let looking = Promise.resolve();

  function apply(conditions: Conditions): void {
    const now = clock.now();
    for (const [kind, facts] of Object.entries(conditions) as [AlertKind, Facts | null][]) {
      if (facts) alerts.raise(kind, facts, now);
      // What failed in an outage that was told is told with it.
      else if (alerts.clear(kind, now) && UNAVAILABLE.includes(kind)) recent.forget();
    }
  }

  async function lookOnce(): Promise<void> {
    const [health, machine] = await Promise.all([deps.health.look(), deps.machine.read()]);
    const { database, redis, telegram_api: telegram } = health.components;
    const unavailable = {
      database: database.status === 'unhealthy',
      redis: redis.status === 'unhealthy',
      telegram: telegram.status === 'unhealthy',
    };
    deps.history.note(health);
    // The end of an outage explains the errors in it, which are judged after it.
    apply(unavailableConditions(unavailable));
    const { lateSeconds, redisShare, isMainBotRefused } = health;
    apply(
      conditionsOf({ unavailable, lateSeconds, redisShare, isMainBotRefused, ...machine, ...recent.read() }),
    );
    if (!unavailable.database) await deps.moderators.refresh().catch(complain);
    if (!unavailable.telegram) await deps.service.tell();
    if (!unavailable.database) await deps.history.flush();
  }

  function complain(error: unknown): void {
    deps.logger.warn({ err: error }, 'the system could not be looked at');
  }

  /** One after the other: what was read last is what is said last. */
  function inTurn(look: () => Promise<void>): Promise<void> {
    looking = looking.then(look).catch(complain);
    return looking;
  }

  const watch = () => inTurn(lookOnce);

  return {
    watch,
    check() {
      void inTurn(compareDays);
      return watch();
    },
  };

  async function compareDays(): Promise<void> {
    const now = clock.now();
    const [today, yesterday] = await Promise.all([
      deps.metrics.countActive(now),
      deps.metrics.countActive(new Date(now.getTime() - DAY_MS)),
    ]);
    apply({ fewerUsers: judgeUsers(today, yesterday) });
    await deps.people.closeDays();
    await deps.metrics.prune();
  }
}
