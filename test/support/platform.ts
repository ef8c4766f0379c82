import { expect } from 'vitest';
import {
  type Sandbox,
  type SandboxBot,
  type SandboxOptions,
  type SandboxPerson,
  startSandbox,
} from '../../sandbox/sandbox.ts';
import { type App, createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { generateFernetKey } from '../../src/infra/crypto/fernet.ts';
import { recordFault } from '../../src/infra/observability/fault-record.ts';
import { createLogger } from '../../src/infra/observability/logger.ts';
import type { MachineReading } from '../../src/infra/observability/machine.ts';
import { createDatabase, type Database } from '../../src/infra/postgres/prisma.ts';
import { SILENT } from '../../src/instrument.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/shared/durations.ts';
import { createTestDatabase, createTestRedis } from './database/database.ts';
import { eventually } from './eventually.ts';
import { panelSecrets } from './panel/ask-panel.ts';
import { expectKeptSecrets } from './secrecy.ts';
import { freePort } from './servers/free-port.ts';
import { type ServerProxy, startProxy } from './servers/proxy.ts';
import { linesWrittenOn } from './servers/server-process.ts';
import { startSplit } from './servers/split.ts';

/** Time that only a test moves. Starts on a Saturday afternoon in Tashkent. */
class TestClock {
  #now = new Date('2026-11-21T09:00:00Z');

  now = (): Date => new Date(this.#now);

  /**
   * People here act as fast as machines, so the pauses between messages into one chat pass faster as well:
   * otherwise what is small came whole seconds after what it tells of.
   */
  ticks = (): number => performance.now() * 1_000;

  passes({
    days = 0,
    hours = 0,
    minutes = 0,
    milliseconds = 0,
  }: {
    days?: number;
    hours?: number;
    minutes?: number;
    milliseconds?: number;
  }): void {
    const more = days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + milliseconds;
    this.#now = new Date(this.#now.getTime() + more);
  }
}

/** `ROLES=split`: every platform is two web and two worker servers instead of one that does everything. */
const SPLIT = process.env['ROLES'] === 'split';

/** The whole of Getolog on real servers, with a Telegram of its own. */
export interface Platform extends Ground {
  clock: TestClock;
  /** How full and busy the machine is said to be. */
  machine: MachineReading;
  readonly app: App;
  /** What the servers stand behind, with `outages`. */
  postgres: ServerProxy | null;
  redis: ServerProxy | null;
  /** Every log line so far. */
  log: string[];
  /** What was reported as a fault of ours. */
  faults: unknown[];
  /** Waits until what was done has had all that follows from it now: no update, no job, and nothing of the outbox is in hand. */
  quiet(): Promise<void>;
  /** Ends the server; `restart` starts it again. */
  stop(): Promise<void>;
  /** Ends the server, where it is not yet, and starts it again, with more in its environment. */
  restart(environment?: Record<string, string>): Promise<void>;
  /** Ends it, where all went well: no fault of ours was reported, and Telegram met nothing that it refuses. */
  closesClean(): Promise<void>;
  /** Another process on the same database. */
  startAnother(environment?: Record<string, string>): Promise<App>;
}

export interface PlatformOptions {
  environment?: Record<string, string>;
  /** False: bots are polled. */
  webhooks?: boolean;
  /** What stands before it and ends TLS, as with every real server. */
  publicOrigin?: string;
  /** True: Postgres and Redis can be taken away. */
  outages?: boolean;
  /** True: Telegram opens the panel although it is reached by http. */
  opensLoopbackApps?: boolean;
}

/** By then whoever was woken for something of the outbox has taken it in hand. */
const LOOKS_BEFORE_A_SWEEP = 8;

/** Everything that a server stands on, and no server yet. */
export interface Ground {
  telegram: Sandbox;
  mainBot: SandboxBot;
  moderator: SandboxPerson;
  encryptionKey: string;
  database: Database['prisma'];
  databaseUrl: string;
  redisUrl: string;
  /** What a server that listens on `port` needs to know. */
  environment(port: number, options?: { webhooks?: boolean }): Record<string, string>;
  close(): Promise<void>;
}

export async function createGround(
  options: Pick<SandboxOptions, 'now' | 'opensLoopbackApps'> = {},
): Promise<Ground> {
  const [telegram, store, redis] = await Promise.all([
    startSandbox(options),
    createTestDatabase(),
    createTestRedis(),
  ]);
  const mainBot = telegram.newBot({ username: 'getolog_bot', name: 'Getolog' });
  const moderator = telegram.newPerson({ firstName: 'Malika', languageCode: 'ru' });
  const encryptionKey = generateFernetKey();
  const database = createDatabase({ url: store.url, poolSize: 2 });
  return {
    telegram,
    mainBot,
    moderator,
    encryptionKey,
    database: database.prisma,
    databaseUrl: store.url,
    redisUrl: redis.url,
    environment: (port, { webhooks = true } = {}) => ({
      BOT_TOKEN: mainBot.token,
      DATABASE_URL: store.url,
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: encryptionKey,
      MODERATOR_IDS: String(moderator.id),
      TELEGRAM_API_ROOT: telegram.apiRoot,
      PORT: String(port),
      // People here act as fast as machines.
      RATE_LIMIT_PER_SECOND: '0',
      ...(webhooks ? { SERVER_URL: `http://127.0.0.1:${port}` } : {}),
    }),
    async close() {
      try {
        expectKeptSecrets(telegram, [encryptionKey, ...panelSecrets()], {
          'A log line': linesWrittenOn(store.url),
          'The audit trail': await auditTrail(database.prisma),
        });
      } finally {
        await Promise.all([telegram.close(), database.close()]);
        await store.drop();
      }
    },
  };
}

export async function startPlatform({
  environment = {},
  webhooks = true,
  publicOrigin,
  outages = false,
  opensLoopbackApps = false,
}: PlatformOptions = {}): Promise<Platform> {
  const clock = new TestClock();
  const machine: MachineReading = { disk: 0.3, memory: 0.3, cpu: 0.3 };
  const ground = await createGround({ now: clock.now, opensLoopbackApps });
  const [postgres, redis] = await Promise.all([
    outages ? startProxy(ground.databaseUrl) : null,
    outages ? startProxy(ground.redisUrl) : null,
  ]);
  const reached = {
    ...(postgres && { DATABASE_URL: postgres.url }),
    ...(redis && { REDIS_URL: redis.url }),
  };
  const { telegram, mainBot } = ground;
  const log: string[] = [];
  const faults: unknown[] = [];
  const keys = new Set<string>();

  async function startApp(port: number, more: Record<string, string>): Promise<App> {
    if (publicOrigin !== undefined) telegram.leads(publicOrigin, `http://127.0.0.1:${port}`);
    const config = loadConfig({
      ...ground.environment(port, { webhooks }),
      ...reached,
      ...(publicOrigin !== undefined && { SERVER_URL: publicOrigin }),
      LOG_LEVEL: 'trace',
      // By the wall clock it would fall between a jump of the product's clock and what that makes due.
      CHECK_SYSTEM_EVERY_SECONDS: '86400',
      ...environment,
      ...more,
    });
    for (const key of config.encryptionKeys) keys.add(key);
    const app = await createApp({
      config,
      databaseUrl: config.databaseUrl ?? '',
      redisUrl: config.redisUrl ?? '',
      encryptionKeys: config.encryptionKeys,
      logger: createLogger({ ...config.log, destination: { write: (line) => log.push(line) } }),
      reporter: { ...SILENT, report: (error) => faults.push(error) },
      clock,
      machine: { read: async () => ({ ...machine }) },
    });
    await app.start();
    return app;
  }

  async function start(more: Record<string, string> = {}): Promise<App> {
    const port = Number(more['PORT'] ?? (await freePort()));
    return SPLIT ? startSplit(port, (role) => startApp(port, { ...more, ...role })) : startApp(port, more);
  }

  const running = [await start()];
  let isStopped = false;
  if (webhooks) {
    await telegram.until(() => mainBot.webhookUrl !== undefined, { what: 'the main bot to listen' });
  }
  const platform: Platform = {
    ...ground,
    clock,
    machine,
    get app() {
      return running[0] as App;
    },
    postgres,
    redis,
    log,
    faults,
    quiet() {
      let looks = 0;
      return eventually(
        async () => {
          await telegram.quiet();
          expect(await running[0]?.countJobs()).toBe(0);
          const inHand = await listInHand(ground.database, clock.now());
          // Where Telegram refused nothing, whatever has to be tried again failed by chance: it is tried in half a second.
          if (telegram.calls.every(({ error, fault }) => !error && !fault))
            inHand.push(...(await listTriedAgain(ground.database)));
          looks += 1;
          // What the clock alone has made due to the very instant wakes nobody: it is for the next sweep.
          if (inHand.length > 0 && looks === LOOKS_BEFORE_A_SWEEP) await running[0]?.jobs.sweep();
          expect(inHand).toEqual([]);
        },
        { interval: 25 },
      );
    },
    async stop() {
      isStopped = true;
      await running[0]?.close();
    },
    async restart(more = {}) {
      const { port } = new URL(running[0]?.origin ?? '');
      if (!isStopped) await platform.stop();
      running[0] = await start({ PORT: port, ...more });
      isStopped = false;
    },
    async startAnother(more) {
      const origin = running[0]?.origin ?? '';
      const another = await start({ ...(webhooks ? { SERVER_URL: origin } : {}), ...more });
      running.push(another);
      return another;
    },
    async close() {
      const metrics = await Promise.all(running.map(readMetrics));
      await Promise.all(running.map((one) => one.close()));
      try {
        expectKeptSecrets(telegram, [...keys, ...panelSecrets()], {
          'A metric': metrics,
          'A log line': log,
          'An error report': faults.map((fault) => JSON.stringify(recordFault(fault))),
        });
      } finally {
        await ground.close();
      }
    },
    async closesClean() {
      expect(telegram.faults).toEqual([]);
      expect(faults).toEqual([]);
      await platform.close();
    },
  };
  return platform;
}

/** As somebody on the same machine, who needs no token unless one is set. */
async function readMetrics({ origin }: App): Promise<string> {
  const response = await fetch(`${origin}/metrics`);
  return response.text();
}

/** What the outbox was just given, and what it is trying. What waits for a later try, or to be unblocked, is neither. */
function listInHand(database: Database['prisma'], now: Date): Promise<unknown[]> {
  return database.$queryRaw`
    SELECT kind, payload, attempts FROM promises
     WHERE done_at IS NULL
       AND (claimed_by IS NOT NULL OR claimed_until IS NULL AND retry_at IS NULL AND (attempts > 0 OR due_at = ${now}))`;
}

/** What failed once, and is tried again in a moment. */
function listTriedAgain(database: Database['prisma']): Promise<unknown[]> {
  return database.$queryRaw`
    SELECT kind, payload, attempts FROM promises
     WHERE done_at IS NULL AND attempts = 1 AND retry_at < now() + interval '1 second'`;
}

async function auditTrail(database: Database['prisma']): Promise<string[]> {
  const entries = await database.auditEntry.findMany();
  return entries.map(({ actor, action, target }) => `${actor} ${action} ${target}`);
}

/** A round of the schedules, and everything that follows from it. */
export async function round(
  { app, quiet }: Pick<Platform, 'app' | 'quiet'>,
  name: 'warn' | 'expire' = 'expire',
): Promise<void> {
  await app.jobs[name]();
  await app.jobs.sweep();
  await quiet();
}
