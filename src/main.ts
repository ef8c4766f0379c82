import type { Config } from './config.ts';
import { generateFernetKey } from './infra/crypto/fernet.ts';
import { CACHE_DIR, DATA_DIR, type Embedded, startEmbedded } from './infra/embedded/embedded.ts';
import { loadOrCreateEncryptionKey } from './infra/embedded/embedded-key.ts';
import { createLogger } from './infra/observability/logger.ts';
import { migrate } from './infra/postgres/migrations.ts';
import { warnIfUnencrypted } from './infra/postgres/prisma.ts';
import { startReporting } from './instrument.ts';
import { readConfig } from './read-config.ts';
import { atStep, explainStart } from './start-fault.ts';

/** A stop that hangs is ended; what it held is free again when its leases end. */
const STOP_LIMIT_MS = 10_000;

await main();

async function main(): Promise<void> {
  const config = readConfig((fault) => process.stderr.write(`${fault}\n`), process.stdout.isTTY);
  if (!config) {
    process.exitCode = 1;
    return;
  }
  const logger = createLogger(config.log);
  const reporter = await startReporting({ ...config.sentry, environment: config.environment });
  const say = (line: string) => logger.info(line);

  let embedded: Embedded | undefined;
  let isStopping = false;
  let close = async (): Promise<void> => undefined;

  async function stop(exitCode: number): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    try {
      await close();
    } catch (error) {
      logger.error({ err: error }, 'the stop was not clean');
    }
    await reporter.flush(1_000);
    await embedded?.stop();
    process.exit(exitCode);
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'stopping');
      void stop(0);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, 'a fault that nothing caught');
      reporter.report(error, { part: event });
      void stop(1);
    });
  }

  try {
    const needs = { postgres: config.databaseUrl === undefined, redis: config.redisUrl === undefined };
    if (needs.postgres || needs.redis) {
      embedded = await atStep({ kind: 'embedded', dataDir: DATA_DIR }, () =>
        startEmbedded({ dataDir: DATA_DIR, cacheDir: CACHE_DIR, say, ...needs }),
      );
    }
    const databaseUrl = required(config.databaseUrl ?? embedded?.databaseUrl);
    const redisUrl = required(config.redisUrl ?? embedded?.redisUrl);
    await atStep(
      {
        kind: 'database',
        url: config.directDatabaseUrl ?? databaseUrl,
        variable: config.directDatabaseUrl === config.databaseUrl ? 'DATABASE_URL' : 'DIRECT_DATABASE_URL',
      },
      async () => {
        const warning = warnIfUnencrypted(databaseUrl);
        if (warning !== null) logger.warn(warning);
        await migrate(config.directDatabaseUrl ?? databaseUrl, { say });
      },
    );

    // Loaded now, so that a faulty environment is told at once, before everything that it would need.
    const { createApp } = await import('./app.ts');
    const app = await createApp({
      config,
      databaseUrl,
      redisUrl,
      encryptionKeys: await keysOf(config),
      logger,
      reporter,
    });
    close = () => app.close();
    await app.start();
  } catch (error) {
    // What a stop interrupts is no fault.
    if (isStopping) return;
    const reason = explainStart(error);
    if (reason === null) logger.fatal({ err: error }, 'the server could not start');
    else process.stderr.write(`${reason}\n`);
    await stop(1);
  }
}

/** The embedded database has a key of its own beside its data; any other needs one from the environment. */
async function keysOf(config: Config): Promise<readonly string[]> {
  if (config.encryptionKeys.length > 0) return config.encryptionKeys;
  return [await loadOrCreateEncryptionKey(DATA_DIR, generateFernetKey)];
}

function required(url: string | undefined): string {
  if (url === undefined) throw new Error('An embedded server was not started');
  return url;
}
