import { statfs } from 'node:fs/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/infra/embedded/embedded.ts';
import { migrate } from '../../src/infra/postgres/migrations.ts';
import { buildPrograms } from './programs.ts';

const TEMPLATE = 'getolog_template';
/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
const NEEDED_BYTES = 2 * 1024 ** 3;

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's maintenance database; tests make their own with `createTestDatabase`. */
    databaseUrl: string;
    /** The migrated database that theirs are copied from. */
    templateDatabase: string;
    /** Logical database 0, which is nobody's; tests take their own with `createTestRedis`. */
    redisUrl: string;
  }
}

/** What every project of the run stands on. Each loads this file for itself; what they share is the process. */
interface Ready {
  databaseUrl: string;
  redisUrl: string;
  stop(): Promise<void>;
}
const READY = Symbol.for('getolog test servers');
const shared: typeof globalThis & { [READY]?: Promise<Ready> } = globalThis;

/** One Postgres and one Redis for the whole run, one migrated database to copy from, and programs to start. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[READY] ??= start();
  const { databaseUrl, redisUrl, stop } = await shared[READY];
  project.provide('databaseUrl', databaseUrl);
  project.provide('templateDatabase', TEMPLATE);
  project.provide('redisUrl', redisUrl);
  return stop;
}

async function start(): Promise<Ready> {
  const temporaryRoot = await findMemory();
  const embedded = await startEmbedded({
    dataDir: 'temporary',
    ...(temporaryRoot === null ? {} : { temporaryRoot }),
    postgres: true,
    redis: true,
    cacheDir: '.cache',
    say: (line) => process.stdout.write(`${line}\n`),
  });
  try {
    const { databaseUrl, redisUrl } = embedded;
    if (databaseUrl === undefined || redisUrl === undefined) throw new Error('A server was not started.');
    await Promise.all([migrateTemplate(databaseUrl), buildPrograms()]);
    return { databaseUrl, redisUrl, stop: () => embedded.stop() };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/**
 * Every test copies a database, hundreds of small files, and removes it. A disk's file system gives no name of a file just
 * removed to the next one, and looks for free ones longer and longer: half a second a copy. In memory it is a tenth.
 *
 * @returns null where there is none, or no room
 */
async function findMemory(): Promise<string | null> {
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= NEEDED_BYTES ? MEMORY : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function migrateTemplate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const url = new URL(databaseUrl);
  url.pathname = TEMPLATE;
  await migrate(url.href);
}
