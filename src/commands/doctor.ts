import { type Config, ConfigError, loadConfig } from '../config.ts';
import { reasonOf, withServersDatabase } from '../infra/command-database.ts';
import { DATA_DIR } from '../infra/embedded.ts';
import { EnvironmentFileError, loadEnvironmentFile } from '../infra/environment-file.ts';
import { createDatabase } from '../infra/prisma.ts';
import { createRedis, untilRedisReady } from '../infra/redis.ts';
import { startReporting } from '../instrument.ts';
import { createModerators } from '../modules/monitoring/moderators.ts';
import { atStep, explainStart, type StartStep } from '../start-fault.ts';
import { createAlertGateway } from '../telegram/alert-gateway.ts';
import { createBotFactory } from '../telegram/bot-factory.ts';
import { createTelegramHttp } from '../telegram/http-client.ts';
import { createPace } from '../telegram/pace.ts';
import { type Finding, fine, lookAt, mind, wrong } from './doctor/finding.ts';
import { lookAtDisk, lookAtPermissions } from './doctor/machine.ts';
import { embeddedFinding, lookAtPostgres, lookAtRedis } from './doctor/stores.ts';
import { explainTelegram, lookAtClock, lookAtToken, lookAtWebhook } from './doctor/telegram.ts';

const USAGE = 'Usage: npm run doctor [-- --alert] [-- --sentry]';
const REDIS_LIMIT_MS = 2_000;
const FLUSH_MS = 5_000;
const SIGNS = { fine: '✓', mind: '!', wrong: '✗' } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg !== '--alert' && arg !== '--sentry')) {
    process.stderr.write(`${USAGE}\n`);
    return 1;
  }
  const config = readConfig();
  if (config === null) return 1;
  let isWell = true;
  const show = (findings: readonly Finding[]) => {
    for (const { verdict, what, text } of findings) {
      process.stdout.write(`${SIGNS[verdict]} ${what}: ${text}\n`);
      if (verdict === 'wrong') isWell = false;
    }
  };
  show([fine('Environment', 'has no fault.')]);
  show(await lookAt('Permissions', () => lookAtPermissions(DATA_DIR), reasonOf));
  show(await lookAt('Disk', () => lookAtDisk(), reasonOf));
  show(await postgresFindings(config));
  show(await redisFindings(config));
  const http = createTelegramHttp();
  show(await telegramFindings(config, http));
  if (args.includes('--alert')) show(await lookAt('Alert', () => sendAlert(config, http), reasonOf));
  if (args.includes('--sentry')) show(await lookAt('Sentry', () => sendEvent(config), reasonOf));
  await http.close();
  return isWell ? 0 : 1;
}

type FullConfig = Config & { botToken: string };

/** Every fault of the environment is told, as at the start of the server. */
function readConfig(): FullConfig | null {
  try {
    loadEnvironmentFile();
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof EnvironmentFileError)) throw error;
    const faults = error instanceof ConfigError ? error.faults : [error.message];
    for (const fault of faults) process.stdout.write(`${SIGNS.wrong} Environment: ${fault}\n`);
    return null;
  }
}

function lookAtStore(what: string, step: StartStep, look: () => Promise<Finding[]>): Promise<Finding[]> {
  return lookAt(
    what,
    () => atStep(step, look),
    (error) => explainStart(error) ?? reasonOf(error),
  );
}

async function postgresFindings({ databaseUrl: url, directDatabaseUrl }: Config): Promise<Finding[]> {
  if (url === undefined) return [embeddedFinding('Postgres')];
  const direct = directDatabaseUrl ?? url;
  const variable = direct === url ? 'DATABASE_URL' : 'DIRECT_DATABASE_URL';
  return lookAtStore('Postgres', { kind: 'database', url: direct, variable }, () => lookAtPostgres(direct));
}

async function redisFindings({ redisUrl: url }: Config): Promise<Finding[]> {
  if (url === undefined) return [embeddedFinding('Redis')];
  return lookAtStore('Redis', { kind: 'redis', url }, async () => {
    const quiet = { info: () => undefined, warn: () => undefined };
    const redis = createRedis(url, { logger: quiet });
    try {
      await untilRedisReady(redis, REDIS_LIMIT_MS);
      return await lookAtRedis(redis, url);
    } finally {
      redis.disconnect();
    }
  });
}

async function telegramFindings(
  config: FullConfig,
  http: ReturnType<typeof createTelegramHttp>,
): Promise<Finding[]> {
  const { telegramApiRoot: apiRoot, botToken, monitoringBotToken, serverUrl } = config;
  const factory = createBotFactory({ http, apiRoot });
  const bots = [
    { api: factory.api(botToken), variable: 'BOT_TOKEN' },
    ...(monitoringBotToken === undefined
      ? []
      : [{ api: factory.api(monitoringBotToken), variable: 'MONITORING_BOT_TOKEN' }]),
  ];
  const tokens = await Promise.all(
    bots.map((bot) => lookAt('Token', () => lookAtToken(bot), explainTelegram(bot.variable))),
  );
  const mainBotId = BigInt(botToken.slice(0, botToken.indexOf(':')));
  const explain = explainTelegram('BOT_TOKEN');
  const isKnown = tokens[0]?.every(({ verdict }) => verdict !== 'wrong');
  const webhook = isKnown
    ? await lookAt('Webhook', () => lookAtWebhook(factory.api(botToken), { serverUrl, mainBotId }), explain)
    : [];
  const clock = isKnown ? await lookAt('Clock', () => lookAtClock(apiRoot), explain) : [];
  return [...tokens.flat(), ...webhook, ...clock];
}

/** The way that a real alert takes, to every moderator. */
async function sendAlert(
  config: FullConfig,
  http: ReturnType<typeof createTelegramHttp>,
): Promise<Finding[]> {
  if (config.moderatorIds.length === 0)
    return [wrong('Alert', 'nobody to send it to: MODERATOR_IDS is empty.')];
  const factory = createBotFactory({ http, apiRoot: config.telegramApiRoot });
  const { monitoringBotToken, botToken } = config;
  const gateway = createAlertGateway({
    pace: createPace(),
    mainBot: () => Promise.resolve(factory.api(botToken)),
    monitoringBot: monitoringBotToken === undefined ? null : factory.api(monitoringBotToken),
    timeZone: config.timeZone,
  });
  const moderators = await readModerators(config);
  const findings: Finding[] = [];
  for (const moderator of moderators) {
    const who = String(moderator.telegramUserId);
    const sent = async () => {
      await gateway.tell(moderator, [{ what: 'test' }], false);
      return [fine('Alert', `sent to ${who}.`)];
    };
    findings.push(
      ...(await lookAt(
        'Alert',
        sent,
        () => `${who} cannot be told: have they started the bot that sends alerts?`,
      )),
    );
  }
  return findings;
}

/** With their languages, as the database knows them. */
async function readModerators({ moderatorIds }: Config) {
  return withServersDatabase(process.env, 'make', async (url) => {
    const database = createDatabase({ url, poolSize: 1 });
    try {
      const moderators = createModerators(database.prisma, moderatorIds);
      await moderators.refresh();
      return moderators.list();
    } finally {
      await database.close();
    }
  });
}

async function sendEvent({ sentry, environment }: Config): Promise<Finding[]> {
  if (sentry.dsn === undefined) return [mind('Sentry', 'is off: SENTRY_DSN is not set.')];
  const reporter = await startReporting({ ...sentry, environment });
  reporter.report(new Error('A test of npm run doctor'), { part: 'doctor' });
  await reporter.flush(FLUSH_MS);
  return [fine('Sentry', 'a test event was sent; it should be there within a minute.')];
}
