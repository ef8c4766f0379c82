import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { isDatabaseUnavailable } from '../../../src/infra/postgres/database-unavailable.ts';
import { createDatabase, type Database, warnIfUnencrypted } from '../../../src/infra/postgres/prisma.ts';
import { createRedis, untilRedisReady } from '../../../src/infra/redis/redis.ts';
import { isRedisUnavailable } from '../../../src/infra/redis/redis-unavailable.ts';
import { listenToBotChanges } from '../../../src/telegram/bots/bot-changes.ts';
import { createTestDatabase, createTestRedis, type TestDatabase } from '../../support/database/database.ts';
import { eventually } from '../../support/eventually.ts';
import { type ServerProxy, startProxy } from '../../support/servers/proxy.ts';

let proxy: ServerProxy;
const logger = { warn: vi.fn(), info: vi.fn() };

beforeEach(() => {
  logger.warn.mockClear();
  logger.info.mockClear();
});

describe('Postgres', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    proxy = await startProxy(testDatabase.url);
    database = createDatabase({ url: proxy.url, poolSize: 3, logger });
  });

  afterEach(async () => {
    await database.close();
    await proxy.cut();
    await testDatabase.drop();
  });

  test('one pool serves Prisma and plain SQL', async () => {
    await database.prisma.platformSetting.create({
      data: { name: 'card', value: '8600', updatedAt: new Date(0) },
    });
    const { rows } = await database.pool.query('SELECT value FROM platform_settings');
    expect(rows).toEqual([{ value: '8600' }]);
    expect(database.pool.totalCount).toBe(1);
    const named = await database.pool.query('SHOW application_name');
    expect(named.rows).toEqual([{ application_name: 'getolog' }]);
  });

  test('away is told by every way of asking, and all work again when it is back', async () => {
    const { prisma, pool } = database;
    const ways: Record<string, () => Promise<unknown>> = {
      'a query': () => prisma.owner.count(),
      'raw SQL through Prisma': () => prisma.$queryRaw`SELECT 1`,
      'a transaction': () => prisma.$transaction((tx) => tx.owner.count()),
      'plain SQL': () => pool.query('SELECT 1'),
    };
    for (const ask of Object.values(ways)) await ask();
    await proxy.cut();
    for (const [name, ask] of Object.entries(ways)) {
      const error = await failureOf(ask);
      expect(isDatabaseUnavailable(error), `${name}: ${String(error)}`).toBe(true);
    }
    await proxy.restore();
    for (const ask of Object.values(ways)) await ask();
  });

  test('a connection that is lost in the middle of a query or a transaction counts as unavailable', async () => {
    const { prisma, pool } = database;
    const ways: (() => Promise<unknown>)[] = [
      () => prisma.$queryRaw`SELECT pg_sleep(60)`,
      () => pool.query('SELECT pg_sleep(60)'),
      () => prisma.$transaction((tx) => tx.$executeRaw`SELECT pg_sleep(60)`),
    ];
    for (const ask of ways) {
      const failure = failureOf(ask);
      await eventually(async () => expect(await sleepers()).toBe(1));
      await proxy.cut();
      const error = await failure;
      expect(isDatabaseUnavailable(error), String(error)).toBe(true);
      await proxy.restore();
      await endSleepers();
    }
  });

  test('a shutdown by the administrator counts as unavailable', async () => {
    for (const ask of [
      () => database.prisma.$queryRaw`SELECT pg_sleep(60)`,
      () => database.pool.query('SELECT pg_sleep(60)'),
    ]) {
      const failure = failureOf(ask);
      await eventually(async () => expect(await sleepers()).toBe(1));
      await endSleepers();
      const error = await failure;
      expect(isDatabaseUnavailable(error), String(error)).toBe(true);
    }
  });

  test('a pool without a free connection counts as unavailable', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { pool, prisma } = database;
    const taken = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    try {
      const asked = [failureOf(() => pool.query('SELECT 1')), failureOf(() => prisma.owner.count())];
      await vi.waitFor(() => expect(pool.waitingCount).toBe(2));
      await vi.advanceTimersByTimeAsync(10_000);
      expect((await Promise.all(asked)).map(isDatabaseUnavailable)).toEqual([true, true]);
    } finally {
      vi.useRealTimers();
      for (const client of taken) client.release();
    }
  });

  test('the loss of an idle connection is logged and ends nothing', async () => {
    await database.pool.query('SELECT 1');
    await proxy.cut();
    await eventually(() => expect(logger.warn).toHaveBeenCalled());
    expect(JSON.stringify(logger.warn.mock.calls)).not.toContain(new URL(testDatabase.url).password);
    await proxy.restore();
    await database.pool.query('SELECT 1');
  });

  test('faults of ours do not count as unavailable', async () => {
    const { prisma, pool } = database;
    const setting = { name: 'card', value: '8600', updatedAt: new Date(0) };
    await prisma.platformSetting.create({ data: setting });
    for (const ask of [
      () => prisma.platformSetting.create({ data: setting }),
      () => prisma.platformSetting.update({ where: { name: 'none' }, data: { value: '1' } }),
      () => prisma.$queryRaw`SELECT 1 / 0`,
      () => pool.query('SELECT nothing'),
      () => Promise.reject(new Error('a mistake')),
      () => Promise.reject(undefined),
    ]) {
      expect(isDatabaseUnavailable(await failureOf(ask))).toBe(false);
    }
  });

  async function sleepers(): Promise<number> {
    const { rows } = await asAdministrator('SELECT count(*)::int AS count');
    return Number(rows[0]?.['count']);
  }

  async function endSleepers(): Promise<void> {
    await asAdministrator('SELECT pg_terminate_backend(pid)');
  }

  async function asAdministrator(select: string): Promise<{ rows: Record<string, unknown>[] }> {
    const administrator = createDatabase({ url: testDatabase.url, poolSize: 1 });
    try {
      return await administrator.pool.query(
        `${select} FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep%' AND state = 'active'`,
      );
    } finally {
      await administrator.close();
    }
  }
});

describe('Redis', () => {
  let redis: Redis;

  beforeEach(async () => {
    proxy = await startProxy((await createTestRedis()).url);
  });

  afterEach(async () => {
    redis.disconnect();
    await proxy.cut();
  });

  test('away is told at once, logged once, and over by itself', async () => {
    redis = createRedis(proxy.url, { logger });
    await untilRedisReady(redis, 5_000);
    await redis.set('delivered', 'yes');
    await proxy.cut();
    await eventually(() => expect(logger.warn).toHaveBeenCalled());

    const began = performance.now();
    const failures = await Promise.all([
      failureOf(() => redis.get('delivered')),
      failureOf(() => redis.get('delivered')),
    ]);
    expect(performance.now() - began).toBeLessThan(500);
    expect(failures.map(isRedisUnavailable)).toEqual([true, true]);

    const attempts = vi.fn();
    redis.on('reconnecting', attempts);
    await eventually(() => expect(attempts.mock.calls.length).toBeGreaterThan(2));
    expect(logger.warn).toHaveBeenCalledTimes(1);

    await proxy.restore();
    await untilRedisReady(redis, 5_000);
    expect(await redis.get('delivered')).toBe('yes');
    expect(logger.info).toHaveBeenCalledTimes(1);
  });

  test('a command in hand when the connection is lost fails as unavailable', async () => {
    redis = createRedis(proxy.url, { logger });
    await untilRedisReady(redis, 5_000);
    proxy.stall();
    const began = performance.now();
    const failure = failureOf(() => redis.get('delivered'));
    await new Promise(setImmediate);
    await proxy.cut();
    expect(isRedisUnavailable(await failure)).toBe(true);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('a dead link fails within seconds as away', async () => {
    redis = createRedis(proxy.url, { logger });
    await untilRedisReady(redis, 5_000);
    proxy.stall();
    expect(isRedisUnavailable(await failureOf(() => redis.get('delivered')))).toBe(true);
  });

  test('before the first connection a command fails as unavailable', async () => {
    await proxy.cut();
    redis = createRedis(proxy.url, { logger });
    expect(isRedisUnavailable(await failureOf(() => redis.get('delivered')))).toBe(true);
    await expect(untilRedisReady(redis, 100)).rejects.toThrow('could not be reached');
  });

  test('a blocking connection waits for its answer through an outage', async () => {
    redis = createRedis(proxy.url, { logger, blocking: true });
    await redis.ping();
    await proxy.cut();
    const answer = redis.get('delivered');
    await eventually(() => expect(logger.warn).toHaveBeenCalled());
    await proxy.restore();
    expect(await answer).toBeNull();
  });

  test('whoever listens for changes of bots hears of them after an outage, and may stop at any moment', async () => {
    redis = createRedis(proxy.url, { logger });
    await untilRedisReady(redis, 5_000);
    const connected = vi.spyOn(redis, 'duplicate');
    const heard = vi.fn();
    const wasDisconnected = vi.fn();
    const changes = await listenToBotChanges({ redis, onChange: heard, onDisconnected: wasDisconnected });
    await proxy.cut();
    await proxy.restore();
    await untilRedisReady(redis, 5_000);
    await eventually(async () => {
      await redis.publish(`bot-changed:${redis.options.db}`, '7000000001');
      expect(heard).toHaveBeenCalledWith(7_000_000_001n);
    });
    expect(wasDisconnected).toHaveBeenCalled();
    const subscriber = connected.mock.results[0]?.value as Redis;
    await proxy.cut();
    await proxy.restore();
    // While the subscription is on its way again.
    await once(subscriber, 'ready');
    await changes.close();
    await once(subscriber, 'end');
  });

  test('faults of ours do not count as unavailable', async () => {
    redis = createRedis(proxy.url, { logger });
    await untilRedisReady(redis, 5_000);
    await redis.set('word', 'salom');
    expect(isRedisUnavailable(await failureOf(() => redis.incr('word')))).toBe(false);
    expect(isRedisUnavailable(new Error('a mistake'))).toBe(false);
    expect(isRedisUnavailable(undefined)).toBe(false);
  });

  test('its password is not logged when it is refused', async () => {
    const url = new URL(inject('redisUrl'));
    url.password = 'a-wrong-password';
    redis = createRedis(url.href, { logger });
    await eventually(() => expect(logger.warn).toHaveBeenCalled());
    expect(JSON.stringify(logger.warn.mock.calls)).not.toContain('a-wrong-password');
  });
});

test.each([
  ['postgresql://u:p@db.example.com/getolog', true],
  ['postgresql://u:p@db.example.com/getolog?sslmode=disable', true],
  ['postgresql://u:p@db.example.com/getolog?sslmode=require', false],
  ['postgresql://u:p@db.example.com/getolog?sslmode=verify-full', false],
  ['postgresql://u:p@127.0.0.1/getolog', false],
  ['postgresql://u:p@[::1]/getolog', false],
  ['postgresql://u:p@localhost/getolog', false],
  ['postgresql:///getolog?host=/var/run/postgresql', false],
])('%s is warned of: %s', (url, isWarnedOf) => {
  const warning = warnIfUnencrypted(url);
  expect(warning !== null).toBe(isWarnedOf);
  expect(warning ?? '').not.toContain('u:p');
});

async function failureOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    await ask();
  } catch (error) {
    return error;
  }
  throw new Error('It worked.');
}
