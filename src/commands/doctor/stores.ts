import { isIP } from 'node:net';
import type { Redis } from 'ioredis';
import pg from 'pg';
import { probeRedis } from '../../infra/redis/redis.ts';
import { MAX_SHARE, type RedisRoom, readRedisRoom } from '../../infra/redis/redis-room.ts';
import { type Finding, fine, mind, wrong } from './finding.ts';

const OLDEST_POSTGRES = 140_000;
const OLDEST_REDIS = [6, 2] as const;
/** A clock that is further off than this makes codes, signatures and reports wrong. */
const CLOCK_LIMIT_MS = 5_000;

/** Version, a change that is written and read back, TLS, clock. @throws what pg throws */
export async function lookAtPostgres(url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'getolog-doctor' });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; number: number; ssl: boolean; now: Date }>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
              coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS ssl, clock_timestamp() AS now`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Postgres gave no answer');
    const isOld = row.number < OLDEST_POSTGRES;
    await writeAndReadBack(client);
    return [
      isOld
        ? wrong('Postgres', `is ${row.version}: 14 or newer is needed.`)
        : fine('Postgres', `${row.version}, can be changed and read back.`),
      tlsOf('Postgres', client.host, row.ssl),
      clockOf('Postgres', row.now),
    ];
  } finally {
    await client.end();
  }
}

/** What a migration needs to be allowed; nothing of it stays. */
async function writeAndReadBack(client: pg.Client): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('CREATE TABLE getolog_doctor (value int)');
    await client.query('INSERT INTO getolog_doctor VALUES (1)');
    const { rows } = await client.query('SELECT value FROM getolog_doctor');
    if (rows.length !== 1) throw new Error('Postgres did not give back what was written');
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Version, policy, memory, a key that is written and read back, TLS. @throws what ioredis throws */
export async function lookAtRedis(redis: Redis, url: string): Promise<Finding[]> {
  await probeRedis(redis);
  const [info, room] = [parseInfo(await redis.info('server')), await readRedisRoom(redis)];
  const version = info['redis_version'] ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor < OLDEST_REDIS[1]);
  const name = info['server_name'] === 'valkey' ? `Valkey ${info['valkey_version'] ?? ''}` : version;
  return [
    isOld
      ? wrong('Redis', `is ${version}: 6.2 or newer is needed.`)
      : fine('Redis', `${name}, can be changed and read back.`),
    policyOf(room),
    memoryOf(room),
    tlsOf('Redis', new URL(url).hostname, url.startsWith('rediss:')),
  ];
}

function policyOf({ policy }: RedisRoom): Finding {
  if (policy === 'noeviction') return fine('Redis', 'throws nothing away (noeviction).');
  return wrong(
    'Redis',
    `throws jobs away when it is full (maxmemory-policy ${policy ?? 'unknown'}): set it to noeviction.`,
  );
}

function memoryOf({ usedBytes, limitBytes, share }: RedisRoom): Finding {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MB`;
  if (limitBytes === 0) return fine('Redis', `holds ${megabytes(usedBytes)}; it has no limit of its own.`);
  const words = `holds ${megabytes(usedBytes)} of ${megabytes(limitBytes)}`;
  return share > MAX_SHARE
    ? wrong('Redis', `${words}: raise maxmemory, a full one refuses to write.`)
    : fine('Redis', `${words}.`);
}

function tlsOf(what: string, host: string, isEncrypted: boolean): Finding {
  if (isEncrypted) return fine(what, 'is reached by TLS.');
  if (isNear(host)) return fine(what, 'is on this machine or in its own network; TLS is not needed.');
  return wrong(what, `at ${host} is reached without TLS: see docs/stores.md.`);
}

/** A path, a loopback or private address, or a name without a dot, as in a Compose network. */
function isNear(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost') return true;
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0) return !host.includes('.');
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/.test(address);
}

/** @param now by the other clock */
export function clockOf(whose: string, now: Date): Finding {
  const differenceMs = Math.abs(now.getTime() - Date.now());
  if (differenceMs <= CLOCK_LIMIT_MS) return fine('Clock', `agrees with that of ${whose}.`);
  return wrong(
    'Clock',
    `is ${Math.round(differenceMs / 1000)} s off that of ${whose}: let timedatectl or chrony set it.`,
  );
}

function parseInfo(info: string): Record<string, string> {
  return Object.fromEntries(
    info
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

export function embeddedFinding(what: string): Finding {
  return mind(what, 'is the embedded one, for a laptop: it runs while the server runs.');
}
