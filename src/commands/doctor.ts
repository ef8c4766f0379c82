import type { Config } from '../config.ts';
import { DATA_DIR } from '../infra/embedded/embedded.ts';
import { reasonOf } from '../infra/postgres/command-database.ts';
import { createRedis, untilRedisReady } from '../infra/redis/redis.ts';
import { startReporting } from '../instrument.ts';
import { readConfig } from '../read-config.ts';
import { atStep, explainStart, type StartStep } from '../start-fault.ts';
import { createBotFactory } from '../telegram/bots/bot-factory.ts';
import { createTelegramHttp, type TelegramHttp } from '../telegram/outgoing/http-client.ts';
import { type Finding, fine, lookAt, mind, wrong } from './doctor/finding.ts';
import { lookAtDisk, lookAtPermissions } from './doctor/machine.ts';
import { embeddedFinding, lookAtPostgres, lookAtRedis } from './doctor/stores.ts';
import { explainTelegram, lookAtClock, lookAtToken, lookAtWebhook } from './doctor/telegram.ts';
import { tellModerators } from './tell-moderators.ts';

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
  const config = readConfig((fault) => process.stdout.write(`${SIGNS.wrong} Environment: ${fault}\n`));
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

async function telegramFindings(config: Config, http: TelegramHttp): Promise<Finding[]> {
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

async function sendAlert(config: Config, http: TelegramHttp): Promise<Finding[]> {
  const { told, missed } = await tellModerators(config, http, { what: 'test' });
  if (told.length + missed.length === 0)
    return [wrong('Alert', 'nobody to send it to: MODERATOR_IDS is empty.')];
  return [
    ...told.map(({ telegramUserId }) => fine('Alert', `sent to ${telegramUserId}.`)),
    ...missed.map(({ telegramUserId }) =>
      wrong('Alert', `${telegramUserId} cannot be told: have they started the bot that sends alerts?`),
    ),
  ];
}

async function sendEvent({ sentry, environment }: Config): Promise<Finding[]> {
  if (sentry.dsn === undefined) return [mind('Sentry', 'is off: SENTRY_DSN is not set.')];
  const reporter = await startReporting({ ...sentry, environment });
  reporter.report(new Error('A test of npm run doctor'), { part: 'doctor' });
  await reporter.flush(FLUSH_MS);
  return [fine('Sentry', 'a test event was sent; it should be there within a minute.')];
}
