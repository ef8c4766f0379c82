import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';
import { TEMPORARY_REDIS_DATABASES } from '../../../src/infra/embedded/embedded-redis.ts';

export interface TestDatabase {
  url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** An own copy of the migrated, empty database. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom(inject('templateDatabase'));
}

/** A database with no table in it. */
export function createBlankDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom('template0');
}

async function createDatabaseFrom(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // Copied file by file: half of what it costs to write each page through the log.
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = name;
  return { url: url.href, drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** One connection for all files of a worker, which it does not keep alive. */
let administrator: pg.Pool | undefined;

async function administer(sql: string): Promise<void> {
  administrator ??= new pg.Pool({
    connectionString: inject('databaseUrl'),
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  });
  await administrator.query(sql);
}

/**
 * An empty logical database of the run's Redis for one test file alone. Publishing is not told apart by it:
 * whoever subscribes hears every test file.
 */
export async function createTestRedis(): Promise<{ url: string }> {
  const redis = new Redis(inject('redisUrl'));
  try {
    const taken = await redis.incr('test-databases-taken');
    // Number 0 keeps the count. More takers than numbers: the earliest are long done with theirs.
    const number = 1 + ((taken - 1) % (TEMPORARY_REDIS_DATABASES - 1));
    await redis.select(number);
    await redis.flushdb();
    return { url: `${inject('redisUrl')}/${number}` };
  } finally {
    redis.disconnect();
  }
}
