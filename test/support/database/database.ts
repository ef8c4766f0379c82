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
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = name;
  return { url: url.href, drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
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
