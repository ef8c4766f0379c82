import type * as appModule from '../../src/app.ts';
import type * as configModule from '../../src/config.ts';
import type * as loggerModule from '../../src/infra/observability/logger.ts';
import type * as instrumentModule from '../../src/instrument.ts';
import { built } from './dist.ts';

/** Getolog within this process, as it is built, from its environment. A fault ends the process. */
export async function createBuiltApp() {
  const { createApp } = await built<typeof appModule>('app.js');
  const { loadConfig } = await built<typeof configModule>('config.js');
  const { SILENT } = await built<typeof instrumentModule>('instrument.js');
  const { createLogger } = await built<typeof loggerModule>('infra/observability/logger.js');
  const config = loadConfig({ LOG_LEVEL: 'warn', ...process.env });
  const { databaseUrl = '', redisUrl = '', encryptionKeys } = config;
  const logger = createLogger(config.log);
  const report = (error: unknown): never => {
    throw error;
  };
  const app = await createApp({
    config,
    databaseUrl,
    redisUrl,
    encryptionKeys,
    logger,
    reporter: { ...SILENT, report },
  });
  return { app, logger, report, databaseUrl, redisUrl };
}
