import { isIP } from 'node:net';
import { z } from 'zod';
import { isFernetKey } from './infra/crypto/fernet.ts';

/** Every fault of an environment at once, each a sentence that names the variable and never repeats a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The environment has ${faults.length} fault(s)`);
    this.faults = faults;
  }
}

/** Telegram has changed the length before, and other servers of the Bot API have their own: `getMe` has the last word. */
const BOT_TOKEN = /^\d{3,20}:[A-Za-z0-9_-]{20,64}$/;
/** A key, a host and the number of a project. */
const SENTRY_DSN = /^https?:\/\/\w+(?::\w+)?@[^\s/@]+\/(?:[^\s/]+\/)*\d+$/;
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const text = z.string();
const checked = (works: (value: string) => boolean, message: string) => text.refine(works, message);
const list = text.transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const whole = (min: number, max: number) =>
  text
    .refine(
      (value) => /^\d{1,15}$/.test(value) && Number(value) >= min && Number(value) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number);
const token = checked((value) => BOT_TOKEN.test(value), 'must be a bot token, as BotFather gives it');
const share = checked(
  (value) => /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/.test(value),
  'must be a number from 0 to 1',
).transform(Number);
const seconds = whole(1, 86_400 * 7);
const url = (...protocols: string[]) =>
  checked(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );

function isPublicOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const parsed = new URL(value);
  const secure =
    parsed.protocol === 'https:' || (parsed.protocol === 'http:' && LOOPBACK_HOST.test(parsed.hostname));
  return secure && parsed.origin === value.replace(/\/$/, '');
}

function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(value);
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Telegram itself delivers to these alone; a server of one's own takes any. */
const TELEGRAM_PORTS: ReadonlySet<string> = new Set(['', '443', '80', '88', '8443']);
const TELEGRAM_ROOT = 'https://api.telegram.org';
const PRIVATE_ADDRESS =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|\[(?:::1?\]|f[cde]))/;
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|localdomain|internal|lan|home|test|invalid|example)$/;

/** Why Telegram would never deliver there; null where nothing speaks against it. */
function whyTelegramRefuses(serverUrl: string, apiRoot: string): string | null {
  if (apiRoot !== TELEGRAM_ROOT) return null;
  const { hostname, port, protocol } = new URL(serverUrl);
  const isPublicName = hostname.startsWith('[') || (hostname.includes('.') && !PRIVATE_NAME.test(hostname));
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  if ((isAddress && PRIVATE_ADDRESS.test(hostname)) || !isPublicName)
    return `names ${hostname}, which Telegram cannot reach: it needs a public name; without SERVER_URL the bots are polled`;
  if (protocol !== 'https:') return 'must begin with https://: Telegram delivers to nothing else';
  if (!TELEGRAM_PORTS.has(port))
    return `has port ${port}, to which Telegram does not deliver: use 443, 80, 88 or 8443, with a proxy in front of PORT`;
  return null;
}

/** Each variable of the environment, with what it must be and what it is without one. */
const environment = z.object({
  BOT_TOKEN: token,
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DIRECT_DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_POOL_SIZE: whole(1, 1_000).default(10),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  ENCRYPTION_KEY: list
    .refine(
      (keys) => keys.length > 0 && keys.every(isFernetKey),
      'must be Fernet keys, separated by commas; `npm run keygen` makes one',
    )
    .optional(),
  MODERATOR_IDS: list
    .refine(
      (ids) => ids.every((id) => /^[1-9]\d{0,15}$/.test(id)),
      'must be Telegram user ids, separated by commas',
    )
    .transform((ids) => ids.map(BigInt))
    .default([]),
  SERVER_URL: checked(
    isPublicOrigin,
    'must be an https origin such as https://bots.example.com, without a path (http only for this machine)',
  )
    .transform((value) => new URL(value).origin)
    .optional(),
  TAKE_OVER: z
    .enum(['0', '1'], 'must be 0 or 1')
    .transform((value) => value === '1')
    .default(false),
  HOST: checked(isHost, 'must be an address or the name of a host').default('127.0.0.1'),
  PORT: whole(0, 65_535).default(8_443),
  TRUST_PROXY: list
    .refine((networks) => networks.every(isNetwork), 'must be addresses or networks, separated by commas')
    .default([]),
  TELEGRAM_API_ROOT: url('https:', 'http:')
    .transform((value) => value.replace(/\/+$/, ''))
    .default(TELEGRAM_ROOT),
  CLICK_API_ROOT: url('https:', 'http:')
    .transform((value) => value.replace(/\/+$/, ''))
    .default('https://api.click.uz/v2/merchant'),
  SENTRY_DSN: checked((value) => SENTRY_DSN.test(value), 'must be a DSN, as Sentry shows it').optional(),
  SENTRY_TRACES_SAMPLE_RATE: share.default(0.1),
  SENTRY_PROFILES_SAMPLE_RATE: share.default(0),
  ENVIRONMENT: text.default('production'),
  GIT_COMMIT: checked((value) => /^[0-9a-f]{7,64}$/.test(value), 'must be the hash of a commit').optional(),
  MONITORING_BOT_TOKEN: token.optional(),
  METRICS_TOKEN: text.optional(),
  RATE_LIMIT_PER_SECOND: whole(0, 1_000).default(3),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be a level of pino, such as info',
    )
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').optional(),
  TIME_ZONE: checked(isTimeZone, 'must be a time zone such as Asia/Tashkent').default('Asia/Tashkent'),
  ROLE: z.enum(['all', 'web', 'worker'], 'must be all, web or worker').default('all'),
  EXPIRE_EVERY_SECONDS: seconds.default(600),
  WARN_EVERY_SECONDS: seconds.default(21_600),
  CHECK_BOTS_EVERY_SECONDS: seconds.default(21_600),
  CHECK_SYSTEM_EVERY_SECONDS: seconds.default(900),
  SWEEP_EVERY_SECONDS: seconds.default(60),
  BROADCAST_PER_SECOND: whole(1, 1_000).default(100),
});

export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(environment.shape);

export type Config = ReturnType<typeof toConfig>;

/**
 * Reads the environment; an empty variable is none.
 * @param isTerminal whether a person reads the log as it comes: then it is pretty, if nothing else is said
 * @throws ConfigError with every fault at once
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  { isTerminal = false }: { isTerminal?: boolean } = {},
): Config {
  const given = Object.fromEntries(
    ENVIRONMENT_NAMES.map((name) => [name, env[name]?.trim()]).filter(([, value]) => value),
  );
  const parsed = environment.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return name in given ? `${name} ${issue.message}.` : `${name} is missing.`;
      });
  if (parsed.success && parsed.data.SERVER_URL !== undefined) {
    const reason = whyTelegramRefuses(parsed.data.SERVER_URL, parsed.data.TELEGRAM_API_ROOT);
    if (reason !== null) faults.push(`SERVER_URL ${reason}.`);
  }
  // Only the embedded database makes a key of its own: with any other a lost key would be lost tokens.
  if (given['DATABASE_URL'] !== undefined && given['ENCRYPTION_KEY'] === undefined) {
    faults.push('ENCRYPTION_KEY is missing; `npm run keygen` makes one.');
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(toConfig(parsed.data, isTerminal));
}

function toConfig(env: z.infer<typeof environment>, isTerminal: boolean) {
  return {
    botToken: env.BOT_TOKEN,
    databaseUrl: env.DATABASE_URL,
    directDatabaseUrl: env.DIRECT_DATABASE_URL ?? env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisUrl: env.REDIS_URL,
    /** Empty only with the embedded database, which makes a key of its own. */
    encryptionKeys: env.ENCRYPTION_KEY ?? [],
    moderatorIds: env.MODERATOR_IDS,
    /** Absent: the bots are polled. */
    serverUrl: env.SERVER_URL,
    takeOver: env.TAKE_OVER,
    host: env.HOST,
    port: env.PORT,
    trustProxy: env.TRUST_PROXY,
    telegramApiRoot: env.TELEGRAM_API_ROOT,
    clickApiRoot: env.CLICK_API_ROOT,
    sentry: {
      dsn: env.SENTRY_DSN,
      tracesSampleRate: env.SENTRY_TRACES_SAMPLE_RATE,
      /** A share of what is traced. */
      profilesSampleRate: env.SENTRY_PROFILES_SAMPLE_RATE,
      commit: env.GIT_COMMIT,
    },
    environment: env.ENVIRONMENT,
    monitoringBotToken: env.MONITORING_BOT_TOKEN,
    metricsToken: env.METRICS_TOKEN,
    /** Per person and bot; 0 = off. */
    rateLimitPerSecond: env.RATE_LIMIT_PER_SECOND,
    broadcastPerSecond: env.BROADCAST_PER_SECOND,
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json') },
    timeZone: env.TIME_ZONE,
    role: env.ROLE,
    intervals: {
      expireSeconds: env.EXPIRE_EVERY_SECONDS,
      warnSeconds: env.WARN_EVERY_SECONDS,
      checkBotsSeconds: env.CHECK_BOTS_EVERY_SECONDS,
      checkSystemSeconds: env.CHECK_SYSTEM_EVERY_SECONDS,
      sweepSeconds: env.SWEEP_EVERY_SECONDS,
    },
  } as const;
}
