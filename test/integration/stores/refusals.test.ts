import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isDatabaseUnavailable } from '../../../src/infra/postgres/database-unavailable.ts';
import { createDatabase, type Database } from '../../../src/infra/postgres/prisma.ts';
import { createRedis, probeRedis, untilRedisReady } from '../../../src/infra/redis/redis.ts';
import { isForgetful, readRedisRoom } from '../../../src/infra/redis/redis-room.ts';
import { isRedisUnavailable } from '../../../src/infra/redis/redis-unavailable.ts';
import { createUpdateClaims, type UpdateClaims } from '../../../src/telegram/intake/update-claims.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.ts';
import { eventually } from '../../support/eventually.ts';
import {
  type OwnRedis,
  type RedisRefusal,
  readOnlyPostgres,
  startOwnRedis,
} from '../../support/servers/refusals.ts';

const logger = pino({ level: 'silent' });

describe('Redis', () => {
  let own: OwnRedis;
  let redis: ReturnType<typeof createRedis>;
  let claims: UpdateClaims;
  const BOT = 7_000_000_001n;

  beforeAll(async () => {
    own = await startOwnRedis();
    redis = createRedis(own.url, { logger });
    await untilRedisReady(redis, 5_000);
    claims = createClaims('one');
  });
  beforeEach(() => own.client.flushall());
  afterAll(async () => {
    await claims.close();
    redis.disconnect();
    await own.stop();
  });

  function createClaims(processId: string): UpdateClaims {
    const report = (error: unknown) => expect.unreachable(String(error));
    return createUpdateClaims({ redis, processId, perSecond: 0, report });
  }

  test.each(['READONLY', 'OOM', 'NOREPLICAS', 'MISCONF'] as RedisRefusal[])(
    'that answers %s is unavailable, whoever asks and however, until it takes what is written',
    async (way) => {
      await own.refusals[way].begins();
      const asked = [
        () => redis.set('word', 'salom'),
        () => claims.claim(BOT, 1, null),
        () => probeRedis(redis),
        async () => (await redis.multi().set('word', 'salom').exec())?.map(([error]) => failIf(error)),
      ];
      for (const ask of asked) expect(isRedisUnavailable(await failureOf(ask)), String(ask)).toBe(true);
      expect(await redis.get('word')).toBeNull();
      await own.refusals[way].ends();
      await eventually(() => probeRedis(redis));
      expect(await claims.claim(BOT, 1, null)).toBe('fine');
    },
  );

  test('that is well says so to everybody who looks at the same moment', async () => {
    await Promise.all(Array.from({ length: 50 }, () => probeRedis(redis)));
  });

  test('remembers what is done in a bit an update, for an hour at least', async () => {
    const [first, hour] = [512_000_000 - 300, 600];
    const ids = Array.from({ length: hour }, (_, n) => first + n);
    await Promise.all(ids.map((id) => claims.claim(BOT, id, null)));
    await Promise.all(ids.map((id) => claims.finish(BOT, id)));
    const keys = await own.client.keys('*');
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(await own.client.ttl(key)).toBeGreaterThan(3_590);
      expect(await own.client.memory('USAGE', key)).toBeLessThan(300);
    }
    expect(new Set(await Promise.all(ids.map((id) => claims.claim(BOT, id, null))))).toEqual(
      new Set(['done']),
    );
    for (const id of [first - 1, first + hour]) expect(await claims.claim(BOT, id, null)).toBe('fine');
    expect(await claims.claim(BOT + 1n, first, null)).toBe('fine');
  });

  test('tells a claim of another from one’s own, and one that was done by an older version', async () => {
    const other = createClaims('other');
    expect(await claims.claim(BOT, 7, null)).toBe('fine');
    expect(await other.claim(BOT, 7, null)).toBe('busy');
    await other.release(BOT, 7, null);
    expect(await other.claim(BOT, 7, null)).toBe('busy');
    await claims.release(BOT, 7, null);
    expect(await other.claim(BOT, 7, null)).toBe('fine');
    // Finished by whoever lost the claim meanwhile: done it is, and the claim stays whose it is.
    await claims.finish(BOT, 7);
    expect(await own.client.get(`update:${BOT}:7`)).toBe('other');
    expect(await claims.claim(BOT, 7, null)).toBe('done');
    await own.client.set(`update:${BOT}:8`, 'done');
    expect(await claims.claim(BOT, 8, null)).toBe('done');
    await other.close();
  });

  test('says how much room it has, and whether it throws things away', async () => {
    expect(await readRedisRoom(redis)).toMatchObject({ policy: 'noeviction', share: 0 });
    await own.client.config('SET', 'maxmemory', '2gb');
    await own.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const room = await readRedisRoom(redis);
    expect(room.share).toBeGreaterThan(0);
    expect(room.share).toBeLessThan(0.5);
    expect(isForgetful(room)).toBe(true);
    await own.client.config('SET', 'maxmemory', 0);
    await own.client.config('SET', 'maxmemory-policy', 'noeviction');
  });
});

describe('Postgres', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    database = createDatabase({ url: testDatabase.url, poolSize: 3 });
  });
  afterEach(async () => {
    await database.close();
    await testDatabase.drop();
  });

  test('that may not write is unavailable by every way of asking, and its sessions are not kept', async () => {
    const refusal = readOnlyPostgres(testDatabase.url, () => Promise.resolve());
    const { prisma, pool, read } = database;
    const setting = { name: 'card', value: '8600', updatedAt: new Date(0) };
    const ways: Record<string, () => Promise<unknown>> = {
      'a query': () =>
        prisma.platformSetting.upsert({ where: { name: 'card' }, create: setting, update: {} }),
      'a transaction': () =>
        prisma.$transaction(async (tx) => {
          await tx.platformSetting.count();
          await tx.platformSetting.deleteMany();
        }),
      'SQL in a transaction': () =>
        prisma.$transaction((tx) => tx.$executeRaw`DELETE FROM platform_settings`),
      'plain SQL': () => pool.query('DELETE FROM platform_settings'),
      'the probe': () => database.probe(),
    };
    await refusal.begins();
    const readOnly = () => read<{ on: string }>({ name: 'ro', text: `SHOW transaction_read_only` }, []);
    expect(await readOnly()).toEqual([{ transaction_read_only: 'on' }]);
    for (const [name, ask] of Object.entries(ways)) {
      const error = await failureOf(ask);
      expect(isDatabaseUnavailable(error), `${name}: ${String(error)}`).toBe(true);
    }
    await refusal.ends();
    for (const [name, ask] of Object.entries(ways)) await expect(ask(), name).resolves.not.toThrow();
    // Reads would go on for ever with a server that is a replica now: they follow at the second at the latest.
    await readOnly();
    expect(await readOnly()).toEqual([{ transaction_read_only: 'off' }]);
  });

  test('that says what nobody expected is unavailable, unless it blames what was asked', async () => {
    const { prisma, pool } = database;
    const raise = (state: string) =>
      pool.query(`DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '${state}'; END $$`);
    for (const state of [
      '25006',
      '53100',
      '53200',
      '57014',
      '58030',
      'XX000',
      '40001',
      '55P03',
      '42501',
      'ZZ999',
    ]) {
      expect(isDatabaseUnavailable(await failureOf(() => raise(state))), state).toBe(true);
    }
    for (const state of ['23505', '22P02', '42703', 'P0001', '21000', '54001']) {
      expect(isDatabaseUnavailable(await failureOf(() => raise(state))), state).toBe(false);
    }
    const within = failureOf(() =>
      prisma.$transaction((tx) =>
        tx.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '53100'; END $$`),
      ),
    );
    expect(isDatabaseUnavailable(await within)).toBe(true);
  });
});

function failIf(error: Error | null): void {
  if (error) throw error;
}

async function failureOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    await ask();
  } catch (error) {
    return error;
  }
  throw new Error('It worked.');
}
