import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Embedded, startEmbedded } from '../../src/infra/embedded.ts';
import { loadOrCreateEncryptionKey } from '../../src/infra/embedded-key.ts';
import { linkLibraries } from '../../src/infra/embedded-postgres.ts';
import { findRedisProgram } from '../../src/infra/embedded-redis-program.ts';

let directory: string;
let running: Embedded[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'getolog-test-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((embedded) => embedded.stop()));
  await rm(directory, { recursive: true, force: true });
});

describe('embedded servers', () => {
  test('data outlives a restart', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept (word text)');
    await query(first, "INSERT INTO kept VALUES ('salom')");
    await inRedis(first, (redis) => redis.set('kept', 'salom'));
    await first.stop();

    const second = await start();
    expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'salom' }]);
    expect(await inRedis(second, (redis) => redis.get('kept'))).toBe('salom');
  });

  test('they listen on loopback and let nobody in without the password', async () => {
    const { databaseUrl = '', redisUrl = '' } = await start();
    const withoutPassword = (url: string): string => Object.assign(new URL(url), { password: 'guess' }).href;
    await expect(query({ databaseUrl: withoutPassword(databaseUrl) }, 'SELECT 1')).rejects.toThrow('password');
    await expect(inRedis({ redisUrl: withoutPassword(redisUrl) }, (redis) => redis.ping())).rejects.toThrow();
    expect(await query({ databaseUrl }, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await inRedis({ redisUrl }, (redis) => redis.config('GET', 'bind'))).toEqual(['bind', '127.0.0.1']);
  });

  test('the case of every script is known to the database', async () => {
    const embedded = await start({ redis: false });
    expect(await query(embedded, "SELECT 'Шаҳноза' ILIKE 'шАҲНОЗА' AS same")).toEqual([{ same: true }]);
  });

  test('a second process is refused the same data while the first one lives', async () => {
    await start();
    await expect(start()).rejects.toThrow(/is in use by another Getolog/);
  });

  test('both end when their parent is killed, and the data can be used again', async () => {
    const parent = forkParent(join(directory, 'data'));
    const [urls] = await once(parent, 'message');
    const ports = [urls.databaseUrl, urls.redisUrl].map((url: string) => Number(new URL(url).port));
    expect(await Promise.all(ports.map(isListening))).toEqual([true, true]);

    parent.kill('SIGKILL');
    await vi.waitFor(
      async () => expect(await Promise.all(ports.map(isListening))).toEqual([false, false]),
      { timeout: 10_000 },
    );
    await vi.waitFor(start, { timeout: 10_000, interval: 300 });
  });

  test('a signal to the whole terminal leaves them to their parent', async () => {
    const parent = forkParent(join(directory, 'data'));
    const [urls] = await once(parent, 'message');
    const exited = once(parent, 'exit');
    // What a terminal's Ctrl-C does: everybody in the group of the program.
    process.kill(-Number(parent.pid), 'SIGINT');
    const [answer] = await once(parent, 'message');
    expect(answer).toEqual({ afterSignal: [{ alive: 1 }] });
    await exited;
    expect(await isListening(Number(new URL(urls.databaseUrl).port))).toBe(false);
  });

  test('what a dead Postgres left behind is cleared away, even if its number has gone to another program', async () => {
    const first = await start({ redis: false });
    await first.stop();
    const pidFile = join(directory, 'data', 'postgres', 'postmaster.pid');
    const leftBehind = (pid: number): string => `${pid}\n${join(directory, 'data', 'postgres')}\n1\n5432\n\n127.0.0.1\n`;

    for (const pid of [await numberOfNobody(), process.pid]) {
      await writeFile(pidFile, leftBehind(pid));
      const again = await start({ redis: false });
      expect(await query(again, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await again.stop();
    }
  });

  test('a first start that was interrupted is begun anew', async () => {
    await mkdir(join(directory, 'data', 'postgres.partial'), { recursive: true });
    await writeFile(join(directory, 'data', 'postgres.partial', 'PG_VERSION'), '18\n');
    const embedded = await start({ redis: false });
    expect(await query(embedded, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('temporary data is gone afterwards', async () => {
    const embedded = await start({ dataDir: 'temporary' });
    const [row] = await query(embedded, 'SHOW data_directory');
    const data = String(row?.['data_directory']);
    expect((await stat(data)).isDirectory()).toBe(true);
    await embedded.stop();
    await expect(stat(data)).rejects.toThrow('ENOENT');
  });
});

describe('the encryption key', () => {
  test('is the same for all who ask at once, and readable by its user alone', async () => {
    let made = 0;
    const ask = (): Promise<string> => loadOrCreateEncryptionKey(directory, () => `key-${++made}`);
    const keys = new Set(await Promise.all(Array.from({ length: 20 }, ask)));
    expect(keys.size).toBe(1);
    expect(keys).toContain(await ask());
    expect((await stat(join(directory, 'encryption-key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['encryption-key']);
  });

  test('is never made anew over an empty file', async () => {
    await writeFile(join(directory, 'encryption-key'), '');
    await expect(loadOrCreateEncryptionKey(directory, () => 'new')).rejects.toThrow('is empty');
  });
});

test('library links are made once, however many processes start', async () => {
  const lib = join(directory, 'native', 'lib');
  await mkdir(lib, { recursive: true });
  await writeFile(join(lib, 'libpq.so.5.18'), 'library');
  await symlink('libpq.so.5.18', join(lib, 'libpq.so'));
  const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
    source: 'native/lib/libpq.so.5.18',
    target: `native/lib/${name}`,
  }));
  await writeFile(join(directory, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  await Promise.all(Array.from({ length: 10 }, () => linkLibraries(directory)));
  expect(await readFile(join(lib, 'libpq.so.5'), 'utf8')).toBe('library');
});

test('a machine without Redis and without apt-get reads what to do', async () => {
  vi.stubEnv('PATH', directory);
  try {
    await expect(findRedisProgram(directory, () => {})).rejects.toThrow(
      'Install redis-server (or valkey-server), or set REDIS_URL.',
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

async function start(options: { dataDir?: string; redis?: boolean } = {}): Promise<Embedded> {
  const { dataDir = join(directory, 'data'), redis = true } = options;
  const embedded = await startEmbedded({ dataDir, postgres: true, redis, cacheDir: '.cache' });
  running.push(embedded);
  return embedded;
}

function forkParent(dataDir: string): ChildProcess {
  const file = new URL('../support/embedded-parent.ts', import.meta.url);
  return fork(file, [dataDir], { execArgv: ['--import', 'tsx'], detached: true });
}

async function query(
  { databaseUrl }: { databaseUrl?: string },
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function inRedis<T>(
  { redisUrl = '' }: { redisUrl?: string },
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 0, retryStrategy: null });
  redis.on('error', () => {});
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function numberOfNobody(): Promise<number> {
  const child = fork('-', { execArgv: ['--eval', ''], stdio: 'ignore' });
  await once(child, 'exit');
  return Number(child.pid);
}
