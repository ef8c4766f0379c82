import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { BaseLogger } from 'pino';
import { MINUTE_MS } from '../../shared/durations.ts';
import { PrismaClient } from '../prisma-client/client.ts';
import { isReadOnlySession } from './database-unavailable.ts';
import { createLongTransact, type LongTransact } from './long-transaction.ts';
import { createRunPrepared, type RunPrepared } from './prepared.ts';

export interface DatabaseOptions {
  url: string;
  /** Connections of this process, beside two each for what is read and claimed in batches, and one for what takes long. */
  poolSize: number;
  /** A pooler that hands out connections by the transaction stands in front. Default: none does. */
  behindPooler?: boolean;
  logger?: Pick<BaseLogger, 'warn'>;
}

/** One pool of connections, used through Prisma and, where every microsecond counts, directly. */
export interface Database {
  prisma: PrismaClient;
  pool: pg.Pool;
  /**
   * Writes something trivial and reads it back, by a connection of its own: a busy pool is no absent server, and one that
   * answers may be a replica or full. @throws when that does not come out
   */
  probe(): Promise<void>;
  read: RunPrepared;
  /** The same for what changes something, and may have to wait for a lock. */
  write: RunPrepared;
  /** The same for what takes up, and never waits for anybody's lock. */
  claim: RunPrepared;
  longTransact: LongTransact;
  close(): Promise<void>;
}

/** Within it a connection is free and open, or Postgres counts as unavailable; Telegram waits 60 s for an answer. */
const CONNECT_LIMIT_MS = 5_000;

/** What costs nothing is done within this, or not at all. */
const PROBE_LIMIT_MS = 2_000;

/** One row for every process: whoever writes it reads what it wrote, because the row is locked until then. */
const PROBE = `
INSERT INTO health_probes (id, word, written_at) VALUES (1, $1, now())
ON CONFLICT (id) DO UPDATE SET word = excluded.word, written_at = excluded.written_at RETURNING word`;

/** Shorter than the idle limits of usual poolers and firewalls, which drop a connection without a word. */
const IDLE_LIMIT_MS = MINUTE_MS;

/** Our transactions are a few statements; one that takes longer holds locks that others wait for. */
const TRANSACTION_LIMIT_MS = 10_000;

/**
 * What reads a batch is done within this, or counts as unavailable: others wait for it, and a payment provider who waits for two
 * of them hangs up after eight seconds.
 */
const READ_LIMIT_MS = 3_500;

/** For what is read and claimed in batches: neither waits behind somebody's transaction, or the other. */
const BATCH_CONNECTIONS = 2;

/** Makes the pool and its Prisma client; connects at the first query. */
export function createDatabase({ url, poolSize, behindPooler = false, logger }: DatabaseOptions): Database {
  const settings = {
    connectionString: url,
    application_name: 'getolog',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_LIMIT_MS,
  };
  const pool = new pg.Pool({ ...settings, max: poolSize });
  const readPool = newBatchPool({ connectionTimeoutMillis: READ_LIMIT_MS, query_timeout: READ_LIMIT_MS });
  const claimPool = newBatchPool();
  const longPool = new pg.Pool({ ...settings, application_name: 'getolog-analytics', max: 1 });
  function newBatchPool(limits: pg.PoolConfig = {}): pg.Pool {
    return new pg.Pool({
      ...settings,
      ...limits,
      max: BATCH_CONNECTIONS,
      // Postgres would plan anew each time, which takes it longer than the rest: it thinks every batch is large.
      ...(behindPooler
        ? {}
        : { onConnect: (client) => client.query('SET plan_cache_mode = force_generic_plan') }),
    });
  }
  const mine = [pool, readPool, claimPool, longPool];
  for (const one of mine) {
    // Without a listener the loss of an idle connection would end the process. The error itself is not logged:
    // it carries the client and with it the password.
    one.on('error', (error) =>
      logger?.warn({ reason: error.message }, 'an idle database connection was lost'),
    );
  }
  // What hangs is cut off, so that a stalled connection does not hide that Postgres is back.
  const probes = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: 'getolog-probe',
    connectionTimeoutMillis: PROBE_LIMIT_MS,
    query_timeout: PROBE_LIMIT_MS,
    idleTimeoutMillis: IDLE_LIMIT_MS,
  });
  probes.on('error', () => undefined);
  forsakeReadOnly([...mine, probes]);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: CONNECT_LIMIT_MS, timeout: TRANSACTION_LIMIT_MS },
  });
  return {
    prisma,
    pool,
    async probe() {
      const word = randomUUID();
      const { rows } = await probes.query<{ word: string }>(PROBE, [word]);
      if (rows[0]?.word !== word) throw new Error('Postgres gave back another word than was written.');
    },
    read: createRunPrepared(readPool, behindPooler),
    write: createRunPrepared(pool, behindPooler),
    claim: createRunPrepared(claimPool, behindPooler),
    longTransact: createLongTransact(longPool),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([...mine, probes].map((one) => one.end()));
    },
  };
}

/**
 * After a failover a session may go on with a server that has become a replica, and answer every read. Once one says that
 * it may not write, every connection of that time is thrown away when whoever has it is done, so that the next ones go
 * where the name leads now.
 */
function forsakeReadOnly(pools: readonly pg.Pool[]): void {
  const bornIn = new WeakMap<pg.PoolClient, number>();
  let generation = 0;
  for (const pool of pools) {
    pool.on('connect', (client) => {
      const mine = generation;
      bornIn.set(client, mine);
      client.connection.on('errorMessage', (error: unknown) => {
        if (isReadOnlySession(error) && mine === generation) generation += 1;
      });
    });
    // The pool takes none back that is ending.
    pool.on('release', (_error, client) => {
      if (bornIn.get(client) !== generation) void client.end();
    });
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** A sentence for the log if the connection to a remote Postgres is not encrypted, else null. */
export function warnIfUnencrypted(databaseUrl: string): string | null {
  // A client that is never connected: what pg itself makes of the URL is what counts.
  const { host, ssl } = new pg.Client({ connectionString: databaseUrl });
  const isLocal = host.startsWith('/') || LOOPBACK.test(host);
  if (isLocal || ssl) return null;
  return `The connection to the database at ${host} is not encrypted: add sslmode=require to its URL.`;
}
