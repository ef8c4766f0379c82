import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { BaseLogger } from 'pino';
import { createRead, type Read } from './prepared.ts';
import { PrismaClient } from './prisma-client/client.ts';
import { SOCKET_CODES } from './socket-codes.ts';

export interface DatabaseOptions {
  url: string;
  /** Connections of this process, beside two for the reads of every update. */
  poolSize: number;
  /** A pooler that hands out connections by the transaction stands in front. Default: none does. */
  behindPooler?: boolean;
  logger?: Pick<BaseLogger, 'warn'>;
}

/** One pool of connections, used through Prisma and, where every microsecond counts, directly. */
export interface Database {
  prisma: PrismaClient;
  pool: pg.Pool;
  /** Asks Postgres something trivial, by a connection of its own: a busy pool is no absent server. */
  ping(): Promise<void>;
  read: Read;
  close(): Promise<void>;
}

/** Within it a connection is free and open, or Postgres counts as away; Telegram waits 60 s for an answer. */
const CONNECT_LIMIT_MS = 5_000;

/** A question that costs nothing has an answer within this, or there is none. */
const PING_LIMIT_MS = 2_000;

/** Shorter than the idle limits of usual poolers and firewalls, which drop a connection without a word. */
const IDLE_LIMIT_MS = 60_000;

/** Our transactions are a few statements; one that takes longer holds locks that others wait for. */
const TRANSACTION_LIMIT_MS = 10_000;

/** For the reads of every update, which go in batches: they never wait behind somebody's transaction. */
const READ_CONNECTIONS = 2;

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
  const readPool = new pg.Pool({
    ...settings,
    max: READ_CONNECTIONS,
    // Postgres would plan anew each time, which takes it longer than the reading: it thinks every batch is large.
    ...(behindPooler
      ? {}
      : { onConnect: (client) => client.query('SET plan_cache_mode = force_generic_plan') }),
  });
  for (const one of [pool, readPool]) {
    // Without a listener the loss of an idle connection would end the process. The error itself is not logged:
    // it carries the client and with it the password.
    one.on('error', (error) =>
      logger?.warn({ reason: error.message }, 'an idle database connection was lost'),
    );
  }
  // What hangs is cut off, so that a stalled connection does not hide that Postgres is back.
  const pings = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: 'getolog-ping',
    connectionTimeoutMillis: PING_LIMIT_MS,
    query_timeout: PING_LIMIT_MS,
    idleTimeoutMillis: IDLE_LIMIT_MS,
  });
  pings.on('error', () => undefined);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: CONNECT_LIMIT_MS, timeout: TRANSACTION_LIMIT_MS },
  });
  return {
    prisma,
    pool,
    ping: async () => void (await pings.query('SELECT 1')),
    read: createRead(readPool, behindPooler),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([pool.end(), readPool.end(), pings.end()]);
    },
  };
}

/** Prisma's codes, and the names by which its adapter gives the same reasons beneath a failure of raw SQL. */
const PRISMA_REASONS: ReadonlySet<unknown> = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2037',
  'DatabaseNotReachable',
  'SocketTimeout',
  'ConnectionClosed',
  'TooManyConnections',
]);

/** Too many connections, shutting down, crashed, starting up; class 08 is all about connections. */
const SQL_STATES = /^(08...|53300|57P0[1-3])$/;

/** The words that stand in for a code where pg and Prisma give none. */
const WORDS = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Transaction API error: Unable to start a transaction',
];

/** Where pg, Prisma and Node each put the reason. */
interface ErrorParts {
  code?: unknown;
  originalCode?: unknown;
  kind?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: unknown;
  driverAdapterError?: unknown;
  errors?: unknown;
}

/**
 * Whether an error of pg or Prisma says that Postgres cannot be reached at present, so that the same again may
 * work later, rather than that something is wrong with what was asked.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, originalCode, kind, message, cause, meta, driverAdapterError, errors }: ErrorParts = error;
  if ([code, originalCode, kind].some(isAwayReason)) return true;
  if (typeof message === 'string' && WORDS.some((words) => message.startsWith(words))) return true;
  const inner = [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : [])];
  return inner.some(isDatabaseAway);
}

function isAwayReason(reason: unknown): boolean {
  if (PRISMA_REASONS.has(reason) || SOCKET_CODES.has(reason)) return true;
  return typeof reason === 'string' && SQL_STATES.test(reason);
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
