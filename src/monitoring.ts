import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Machine } from './infra/observability/machine.ts';
import { createMetrics, type QueueMetrics } from './infra/observability/metrics.ts';
import type { Database } from './infra/postgres/prisma.ts';
import { probeRedis } from './infra/redis/redis.ts';
import { createRedisAlertBoard } from './infra/redis/redis-alert-board.ts';
import { readRedisRoom } from './infra/redis/redis-room.ts';
import type { FaultReporter } from './instrument.ts';
import { type AlertWord, severityOf } from './modules/monitoring/alert.ts';
import { createDatabaseBoard, createSafeBoard } from './modules/monitoring/alert-board.ts';
import type { AlertGateway } from './modules/monitoring/alert-gateway.ts';
import { createAlertService } from './modules/monitoring/alert-service.ts';
import { createAlerts } from './modules/monitoring/alerts.ts';
import { createCheckHistory } from './modules/monitoring/check-history.ts';
import { createDailyPeople } from './modules/monitoring/daily-people.ts';
import { createHealthService } from './modules/monitoring/health-service.ts';
import { createHourlyMetrics } from './modules/monitoring/hourly-metrics.ts';
import { readDatabaseMetrics, readOldestMessageSeconds } from './modules/monitoring/metrics-queries.ts';
import { createModerators } from './modules/monitoring/moderators.ts';
import { createRecentUpdates, RECENT_MINUTES } from './modules/monitoring/recent-updates.ts';
import { createSystemCheck } from './modules/monitoring/system-check.ts';
import type { HashPerson } from './modules/platform/person-key.ts';
import { cached } from './shared/async/cached.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { MINUTE_MS } from './shared/durations.ts';
import type { ReceivedUpdate } from './telegram/intake/update-receiver.ts';

export interface MonitoringDeps {
  config: Pick<Config, 'moderatorIds' | 'timeZone'>;
  database: Database;
  redis: Redis;
  /** Names this process among those that share the stores. */
  clock: Clock;
  machine: Machine;
  hashPerson: () => Promise<HashPerson>;
  logger: Logger;
  /** Critical alerts go there too. */
  reporter: FaultReporter;
  readQueues: () => Promise<QueueMetrics[]>;
  /** Names of schedules that would never run again. */
  findLostSchedules: () => Promise<readonly string[]>;
  /** Made later, because Telegram is watched by this in turn. */
  gateway: () => AlertGateway;
}

/** Often enough to notice what lasts five minutes; seldom enough to cost nothing. */
const WATCH_MS = 30_000;
const FLUSH_MS = 10_000;
/** Scrapes come further apart. */
const DATABASE_FRESH_MS = 10_000;
const QUEUES_FRESH_MS = 3_000;
const ACTIVE_FRESH_MS = MINUTE_MS;

/** Everything that watches the platform, and tells operators of it. */
export function createMonitoring(deps: MonitoringDeps) {
  const { database, redis, clock, logger } = deps;
  const { prisma } = database;
  const metrics = createMetrics();
  const recent = createRecentUpdates(clock);
  const hourly = createHourlyMetrics({ prisma, clock, hashPerson: deps.hashPerson });
  const people = createDailyPeople({
    prisma,
    clock,
    timeZone: deps.config.timeZone,
    hashPerson: deps.hashPerson,
  });
  const alerts = createAlerts();
  const moderators = createModerators(prisma, deps.config.moderatorIds);
  const health = createHealthService({
    clock,
    probes: {
      database: database.probe,
      redis: () => probeRedis(redis),
      redisRoom: () => readRedisRoom(redis),
      telegram: () => deps.gateway().probe(),
      queues: deps.readQueues,
      oldestMessageSeconds: () => readOldestMessageSeconds(prisma, clock.now()),
      lostSchedules: deps.findLostSchedules,
    },
  });
  const service = createAlertService({
    alerts,
    board: createSafeBoard(createDatabaseBoard(prisma), createRedisAlertBoard(redis)),
    gateway: deps.gateway,
    moderators,
    clock,
    log: (word) => logWord(deps, word),
    logLost: (error) => logger.warn({ err: error }, 'a moderator could not be told'),
  });
  const system = createSystemCheck({
    health,
    machine: deps.machine,
    recent,
    metrics: hourly,
    people,
    history: createCheckHistory(prisma),
    alerts,
    service,
    moderators,
    clock,
    logger,
  });

  const readDatabase = cached(() => orNull(readDatabaseMetrics(prisma, clock.now())), DATABASE_FRESH_MS);
  const readQueues = cached(() => orNull(deps.readQueues()), QUEUES_FRESH_MS);
  const readActive = cached(() => orNull(hourly.countActive(clock.now())), ACTIVE_FRESH_MS);

  async function flush(): Promise<void> {
    try {
      await hourly.flush();
    } catch (error) {
      logger.warn({ err: error }, 'metrics could not be written now');
    }
  }

  const timers = [
    // A clock that somebody moves leaps over what is due, which would be told as late.
    ...(clock === systemClock ? [setInterval(() => void system.watch(), WATCH_MS).unref()] : []),
    setInterval(() => void flush(), FLUSH_MS).unref(),
  ];
  let starting: Promise<void> | undefined;

  /** A word that cannot be said now is not worth a start or a stop. */
  async function say(word: () => Promise<void>): Promise<void> {
    try {
      // Their languages as they were known before will do.
      await moderators.refresh().catch(() => undefined);
      await word();
    } catch (error) {
      logger.warn({ err: error }, 'moderators could not be told');
    }
  }

  return {
    hourlyMetrics: hourly,
    people,
    moderators,
    watch: system.watch,
    checkSystem: system.check,
    observeUpdate({ outcome, telegramUserId, seconds }: ReceivedUpdate): void {
      metrics.updateEnded(outcome);
      hourly.countUpdate(outcome, telegramUserId);
      if (outcome === 'seen-before') return;
      metrics.updateTook(seconds);
      recent.count(outcome !== 'handled', seconds);
    },
    observeIgnored: () => metrics.updateEnded('ignored'),
    observeRefusal: () => metrics.updateEnded('refused'),
    observeCall: metrics.callEnded,
    observeCallback: metrics.callbackEnded,
    observePanel: { ended: metrics.panelRequestEnded, holds: metrics.panelHolds },
    observeBuild: metrics.buildEnded,
    observeFailure: metrics.jobFailed,
    observeFault: hourly.countFault,
    metricsType: metrics.contentType,
    async renderMetrics() {
      const [queues, database] = await Promise.all([readQueues(), readDatabase()]);
      return metrics.render({ queues, database });
    },
    readHealth: health.current,
    readQueues,
    async readHealthMetrics() {
      const { updates, errors, p50, p95, p99 } = recent.read();
      const [active, database] = await Promise.all([readActive(), readDatabase()]);
      return {
        active_users_24h: active,
        requests_per_minute: updates / RECENT_MINUTES,
        error_rate: updates === 0 ? 0 : errors / updates,
        response_time_p50_ms: p50,
        response_time_p95_ms: p95,
        response_time_p99_ms: p99,
        live_bots: database?.liveBots ?? null,
        live_subscriptions: database?.liveSubscriptions ?? null,
        outbox_due: database?.outboxDue ?? null,
      };
    },
    started(): Promise<void> {
      starting = say(service.started);
      return starting;
    },
    /** Says that the platform stops; of one that never started there is nothing to say. */
    async stopping() {
      for (const timer of timers) clearInterval(timer);
      if (!starting) return;
      await starting;
      await say(service.stopped);
    },
    /** Writes what was counted, when nothing is counted any more. */
    close: flush,
  };
}

function logWord({ logger, reporter }: Pick<MonitoringDeps, 'logger' | 'reporter'>, word: AlertWord): void {
  if (word.what !== 'trouble') {
    logger.info({ word }, 'moderators are told');
    return;
  }
  logger.error({ alert: word.kind, ...word.facts }, 'alert');
  if (severityOf([word]) === 'critical') {
    reporter.report(new Error(`Alert: ${word.kind}`), { part: 'alert', alert: word.kind });
  }
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch {
    // That a store is unavailable is told by its own check; here a metric is missing, and no more.
    return null;
  }
}
