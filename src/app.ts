import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createCallbacks } from './http/callbacks/callbacks.ts';
import { createServer } from './http/server.ts';
import { createClickApi } from './infra/click-api.ts';
import { Fernet } from './infra/crypto/fernet.ts';
import { createWebhookSecrets } from './infra/crypto/webhook-secret.ts';
import { createMachine, type Machine } from './infra/observability/machine.ts';
import { createDatabase } from './infra/postgres/prisma.ts';
import { createRedis, untilRedisReady } from './infra/redis/redis.ts';
import { createRedisEntries } from './infra/redis/redis-entries.ts';
import { createRedisFeed } from './infra/redis/redis-feed.ts';
import { warnOfRoom } from './infra/redis/redis-room.ts';
import { isUnavailable } from './infra/unavailable.ts';
import type { FaultReporter } from './instrument.ts';
import { createJobRunner, type JobRunner } from './jobs/job-runner.ts';
import { readQueueMetrics } from './jobs/queue-metrics.ts';
import { createQueues } from './jobs/queues.ts';
import { findLostSchedules } from './jobs/schedulers.ts';
import { createNearWaker } from './kernel/outbox/near-waker.ts';
import { createOutboxClaims } from './kernel/outbox/outbox-claims.ts';
import { createOutboxDispatcher } from './kernel/outbox/outbox-dispatcher.ts';
import { createBroadcastSender } from './modules/broadcasts/sending/broadcast-sender.ts';
import { createOutboxTable } from './modules/index.ts';
import type { HourlyMetrics } from './modules/monitoring/hourly-metrics.ts';
import { createGivenOverTeller } from './modules/notifications/given-over.ts';
import { createPersonHash } from './modules/platform/person-key.ts';
import { claimServedAddress, isServedAddress } from './modules/platform/served-address.ts';
import { requireRightKey } from './modules/platform/stored-secrets.ts';
import { createServices, type Services } from './modules/services.ts';
import { createMonitoring } from './monitoring.ts';
import { createPanel } from './panel/panel.ts';
import { within } from './shared/async/time-limit.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { atStep } from './start-fault.ts';
import { createTelegram } from './telegram/telegram.ts';

/** What the environment leaves open is settled by then: both servers run, and there is a key. */
export interface AppOptions {
  config: Config & { botToken: string };
  databaseUrl: string;
  redisUrl: string;
  encryptionKeys: readonly string[];
  logger: Logger;
  reporter: FaultReporter;
  clock?: Clock;
  machine?: Machine;
}

export interface App {
  /** Where it listens, once started. */
  readonly origin: string;
  readonly services: Services;
  /** What was done and went wrong, by the hour. */
  readonly metrics: HourlyMetrics;
  /** @throws ServedElsewhereError for a copied database. @throws WrongKeyError */
  start(): Promise<void>;
  /** What happens by the clock, at once. */
  readonly jobs: JobRunner['atOnce'] & { watch(): Promise<void> };
  /** Jobs that wait or run. */
  countJobs(): Promise<number>;
  /** Takes nothing new, finishes what is in hand, lets go of what it could not finish in time. */
  close(): Promise<void>;
}

const REDIS_LIMIT_MS = 10_000;
/** The rest of the ten seconds that a stop may take is for closing connections. */
const FINISH_LIMIT_MS = 8_000;
const WORD_LIMIT_MS = 3_000;
const FLUSH_LIMIT_MS = 1_000;

/** Builds every part once and joins them. The one place that knows them all. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, logger, reporter, encryptionKeys, clock = systemClock } = options;
  const processId = randomUUID();
  const report = (error: unknown, tags: Record<string, string>) => {
    // What was in hand comes again by itself, and an outage that lasts is told as one.
    if (isUnavailable(error)) {
      logger.warn({ err: error, ...tags }, 'the database or Redis is unavailable or refuses');
      return;
    }
    logger.error({ err: error, ...tags }, 'a fault');
    monitoring.observeFault();
    reporter.report(error, tags);
  };

  const database = createDatabase({
    url: options.databaseUrl,
    poolSize: config.databasePoolSize,
    // Whoever names another way for migrations has a pooler on this one.
    behindPooler: config.directDatabaseUrl !== config.databaseUrl,
    logger,
  });
  const { prisma, read, write, claim, longTransact } = database;
  const redis = createRedis(options.redisUrl, { logger });
  const jobRedis = createRedis(options.redisUrl, { logger, blocking: true });
  await atStep({ kind: 'redis', url: options.redisUrl }, () => untilRedisReady(redis, REDIS_LIMIT_MS));
  await warnOfRoom(redis, logger);

  const feed = createRedisFeed(redis);
  const queues = createQueues({ redis, logger });
  const fernet = new Fernet(encryptionKeys);
  const hashPerson = createPersonHash({ prisma, clock, fernet });
  const monitoring = createMonitoring({
    config,
    database,
    redis,
    clock,
    machine: options.machine ?? createMachine(),
    hashPerson,
    logger,
    reporter,
    readQueues: () => readQueueMetrics(queues),
    findLostSchedules: () => findLostSchedules(queues, config),
    gateway: () => telegram.alertGateway,
  });
  const secrets = createWebhookSecrets(encryptionKeys);
  const telegram = await createTelegram({
    config,
    clock,
    redis,
    processId,
    secrets,
    logger,
    report,
    observeUpdate: monitoring.observeUpdate,
    observeIgnored: monitoring.observeIgnored,
    observeCall: monitoring.observeCall,
    trace: reporter.trace,
    origin: () => origin,
    isServedHere: () => isServedAddress(prisma, config.serverUrl),
    services: () => services,
  });
  const waker = createNearWaker((message) => dispatcher.dispatch(message), queues.waker);
  const clickApi = createClickApi({ root: config.clickApiRoot, now: clock.now });
  const services: Services = createServices({
    prisma,
    read,
    write,
    longTransact,
    clock,
    waker,
    fernet,
    hashPerson,
    gateway: telegram.botGateway,
    chats: telegram.chatGateway,
    clickApi,
    stars: telegram.starGateway,
    originals: telegram.messageGateway,
    entries: createRedisEntries(redis),
    feed,
    mainBotId: telegram.mainBotId,
    serverUrl: config.serverUrl,
    moderatorIds: config.moderatorIds,
    timeZone: config.timeZone,
    readHealth: monitoring.readHealth,
    readQueues: monitoring.readQueues,
    observeBuild: monitoring.observeBuild,
    report,
    invalidate: telegram.announceChange,
  });
  const tokenDied = async (botId: number) => void (await services.botHealth.checkBot(botId));
  const sender = createBroadcastSender({
    prisma,
    transact: services.transact,
    clock,
    gateway: telegram.messageGateway,
    processId,
    perSecond: config.broadcastPerSecond,
    timeZone: config.timeZone,
    moderatorIds: config.moderatorIds,
    tokenDied: async (botId) => (await services.botHealth.checkBot(botId))?.token === 'alive',
    report,
  });
  const outbox = createOutboxTable({
    prisma,
    transact: services.transact,
    clickReversals: services.clickReversals,
    starRefunds: services.starRefunds,
    starSubscriptions: services.starSubscriptions,
    starReconciliation: services.starReconciliation,
    exports: services.exports,
    sellerBots: services.sellerBots,
    wakeSender: sender.wake,
    confirmations: services.panelConfirmations,
    clock,
    messages: telegram.messageGateway,
    chats: telegram.chatGateway,
    gateway: telegram.botGateway,
    invalidate: telegram.announceChange,
    alerts: telegram.alertGateway,
    metrics: monitoring.hourlyMetrics,
    people: monitoring.people,
    moderators: monitoring.moderators,
    mainBotId: telegram.mainBotId,
    moderatorIds: config.moderatorIds,
    timeZone: config.timeZone,
    fernet,
  });
  const dispatcher = createOutboxDispatcher({
    prisma,
    claims: createOutboxClaims(claim, prisma),
    clock,
    waker,
    processId,
    report,
    trace: reporter.trace,
    givenOver: createGivenOverTeller({ transact: services.transact, outbox }),
    tokenDied,
    table: outbox,
  });
  const jobs = createJobRunner({
    config,
    redis: jobRedis,
    queues,
    services,
    dispatcher,
    clock,
    wakeSender: sender.wake,
    checkSystem: monitoring.checkSystem,
    checkMainBot: telegram.checkMainBot,
    logger,
    report,
    observeFailure: monitoring.observeFailure,
    trace: reporter.trace,
  });

  const takesUpdates = config.role !== 'worker';
  const server = createServer({
    trustProxy: config.trustProxy,
    report,
    webhook: takesUpdates
      ? { secrets, intake: telegram.webhookIntake, observeRefusal: monitoring.observeRefusal }
      : null,
    callbacks: takesUpdates
      ? { endpoints: createCallbacks(services), logger, observe: monitoring.observeCallback }
      : null,
    panel: takesUpdates
      ? createPanel({
          services,
          feed,
          clock,
          botToken: config.botToken,
          timeZone: config.timeZone,
          mainBotUsername: telegram.mainBotUsername,
          openFile: telegram.openFile,
          showPreview: telegram.preview,
          writeExport: telegram.writeExport,
          areLimitsLifted: config.rateLimitPerSecond === 0,
          logger,
          observe: monitoring.observePanel,
          report,
        })
      : null,
    metricsToken: config.metricsToken,
    monitoring,
  });
  let origin = '';

  return {
    services,
    metrics: monitoring.hourlyMetrics,
    jobs: { ...jobs.atOnce, watch: monitoring.watch },
    countJobs: async () => (await queues.count()) + dispatcher.inHand,
    get origin() {
      return origin;
    },
    async start() {
      await telegram.requireToken();
      await requireRightKey({ prisma, clock, fernet });
      await hashPerson();
      await claimServedAddress({ prisma, clock }, config.serverUrl, config.takeOver);
      const { host, port } = config;
      origin = await atStep({ kind: 'listen', host, port }, () => server.listen({ host, port }));
      if (config.role !== 'web') {
        await jobs.start();
        waker.start();
        sender.wake();
      }
      if (takesUpdates) telegram.startListening();
      logger.info({ origin, role: config.role, mode: config.serverUrl ? 'webhooks' : 'polling' }, 'ready');
      await within(WORD_LIMIT_MS, monitoring.started());
    },
    async close() {
      waker.close();
      await Promise.all([
        within(FINISH_LIMIT_MS, server.close()),
        telegram.stopListening(FINISH_LIMIT_MS),
        within(FINISH_LIMIT_MS, jobs.close()),
        dispatcher.close(FINISH_LIMIT_MS),
        sender.close(FINISH_LIMIT_MS),
        within(WORD_LIMIT_MS, monitoring.stopping()),
      ]);
      server.server.closeAllConnections();
      await within(FLUSH_LIMIT_MS, monitoring.close());
      await queues.close();
      await clickApi.close();
      await telegram.close();
      feed.close();
      jobRedis.disconnect();
      redis.disconnect();
      await database.close();
    },
  };
}
