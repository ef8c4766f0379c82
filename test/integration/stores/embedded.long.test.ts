import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Embedded, startEmbedded } from '../../../src/infra/embedded/embedded.ts';
import { loadOrCreateEncryptionKey } from '../../../src/infra/embedded/embedded-key.ts';
import { linkLibraries } from '../../../src/infra/embedded/embedded-postgres.ts';
import { findRedisProgram } from '../../../src/infra/embedded/embedded-redis-program.ts';
import { eventually } from '../../support/eventually.ts';

let directory: string;
/** Shared by the tests, one after another: making a cluster is the slow part. */
let dataDir: string;
let running: Embedded[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'getolog-test-data-'));
});

afterAll(() => rm(dataDir, { recursive: true, force: true }));

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
    await inRedis(first, (redis) => redis.set('delivered', 'salom'));
    await first.stop();

    const second = await start();
    expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'salom' }]);
    expect(await inRedis(second, (redis) => redis.get('delivered'))).toBe('salom');
  });

  test('they listen on loopback and let nobody in without the password', async () => {
    const { databaseUrl = '', redisUrl = '' } = await start();
    const withoutPassword = (url: string): string => Object.assign(new URL(url), { password: 'guess' }).href;
    await expect(query({ databaseUrl: withoutPassword(databaseUrl) }, 'SELECT 1')).rejects.toThrow(
      'password',
    );
    await expect(inRedis({ redisUrl: withoutPassword(redisUrl) }, (redis) => redis.ping())).rejects.toThrow();
    expect(await query({ databaseUrl }, 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    expect(await inRedis({ redisUrl }, (redis) => redis.config('GET', 'bind'))).toEqual([
      'bind',
      '127.0.0.1',
    ]);
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
    const parent = forkParent();
    const [urls] = await once(parent, 'message');
    const ports = [urls.databaseUrl, urls.redisUrl].map((url: string) => Number(new URL(url).port));
    expect(await Promise.all(ports.map(isListening))).toEqual([true, true]);

    parent.kill('SIGKILL');
    await eventually(async () => expect(await Promise.all(ports.map(isListening))).toEqual([false, false]), {
      timeout: 10_000,
    });
    await eventually(() => start(), { timeout: 10_000, interval: 300 });
  });

  test('a signal to the whole terminal leaves them to their parent', async () => {
    const parent = forkParent();
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
    const data = join(dataDir, 'postgres');
    const pidFile = join(data, 'postmaster.pid');
    const leftBehind = (pid: number): string => `${pid}\n${data}\n1\n5432\n\n127.0.0.1\n`;

    for (const pid of [await numberOfNobody(), process.pid]) {
      await writeFile(pidFile, leftBehind(pid));
      const again = await start({ redis: false });
      expect(await query(again, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await again.stop();
    }
  });

  test('a first start that was interrupted is begun anew', async () => {
    await mkdir(join(directory, 'postgres.partial'));
    await writeFile(join(directory, 'postgres.partial', 'PG_VERSION'), '18\n');
    const embedded = await start({ dataDir: directory, redis: false });
    expect(await query(embedded, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('temporary data is gone afterwards', async () => {
    const embedded = await start({ dataDir: 'temporary', redis: false });
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

describe('a machine without Redis', () => {
  beforeEach(() => {
    vi.stubEnv('PATH', directory);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('and without apt-get: a sentence says what to do', async () => {
    await expect(findRedisProgram(directory, () => {})).rejects.toThrow(
      'There is no Redis here. Install redis-server (or valkey-server), or set REDIS_URL.',
    );
  });

  test('whose download fails: a sentence says why, and nothing is taken for a finished download', async () => {
    await writeFile(join(directory, 'apt-get'), '#!/bin/sh\necho "no network" >&2\nexit 100\n', {
      mode: 0o755,
    });
    const cache = join(directory, 'cache');
    await expect(findRedisProgram(cache, () => {})).rejects.toThrow(
      'Redis could not be fetched. Install redis-server (or valkey-server), or set REDIS_URL.\nno network',
    );
    expect(await readdir(cache)).toEqual([]);
  });

  test("with one's own Redis on the PATH: that one is run and nothing is downloaded", async () => {
    const own = join(directory, 'valkey-server');
    await writeFile(own, '', { mode: 0o755 });
    expect(await findRedisProgram(directory, () => {})).toEqual({ command: own, env: {} });
  });
});

async function start(options: { dataDir?: string; redis?: boolean } = {}): Promise<Embedded> {
  const embedded = await startEmbedded({
    dataDir,
    postgres: true,
    redis: true,
    cacheDir: '.cache',
    ...options,
  });
  running.push(embedded);
  return embedded;
}

function forkParent(): ChildProcess {
  const file = new URL('../../support/servers/embedded-parent.ts', import.meta.url);
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
