import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { BaseLogger } from 'pino';
import { PrismaClient } from './prisma-client/client.ts';
import { SOCKET_CODES } from './socket-codes.ts';

export interface DatabaseOptions {
  url: string;
  /** Connections of this process. */
  poolSize: number;
  logger?: Pick<BaseLogger, 'warn'>;
}

/** One pool of connections, used through Prisma and, where every microsecond counts, directly. */
export interface Database {
  prisma: PrismaClient;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Within it a connection is free and open, or Postgres counts as away; Telegram waits 60 s for an answer. */
const CONNECT_LIMIT_MS = 5_000;

/** Shorter than the idle limits of usual poolers and firewalls, which drop a connection without a word. */
const IDLE_LIMIT_MS = 60_000;

/** Our transactions are a few statements; one that takes longer holds locks that others wait for. */
const TRANSACTION_LIMIT_MS = 10_000;

/** Makes the pool and its Prisma client; connects at the first query. */
export function createDatabase({ url, poolSize, logger }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'getolog',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_LIMIT_MS,
  });
  // Without a listener the loss of an idle connection would end the process. The error itself is not logged:
  // it carries the client and with it the password.
  pool.on('error', (error) => logger?.warn({ reason: error.message }, 'an idle database connection was lost'));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: CONNECT_LIMIT_MS, timeout: TRANSACTION_LIMIT_MS },
  });
  return {
    prisma,
    pool,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** Prisma's codes: not reachable, timed out, closed, pool exhausted, too many connections. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);

/** Too many connections, shutting down, crashed, starting up; class 08 is all about connections. */
const SQL_STATES = /^(08...|53300|57P0[1-3])$/;

/** The words that stand in for a code where pg and Prisma give none. */
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)|Unable to start a transaction/;

/**
 * Whether an error of pg or Prisma says that Postgres cannot be reached at present, so that the same again may
 * work later, rather than that something is wrong with what was asked.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Object)) return false;
  const { code, originalCode, message, cause, meta, errors, driverAdapterError } = error as ErrorParts;
  const codes = [code, originalCode].filter((value) => typeof value === 'string');
  if (codes.some((value) => PRISMA_CODES.has(value) || SQL_STATES.test(value) || SOCKET_CODES.has(value))) {
    return true;
  }
  if (typeof message === 'string' && WORDS.test(message)) return true;
  const inner = [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : [])];
  return inner.some(isDatabaseAway);
}

/** Where pg, Prisma and Node each put the reason. */
type ErrorParts = Partial<
  Record<
    'code' | 'originalCode' | 'message' | 'cause' | 'meta' | 'errors' | 'driverAdapterError',
    unknown
  >
>;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** A sentence for the log if the connection to a remote Postgres is not encrypted, else null. */
export function warnIfUnencrypted(databaseUrl: string): string | null {
  // A client that is never connected: what pg itself makes of the URL is what counts.
  const { host, ssl } = new pg.Client({ connectionString: databaseUrl });
  const isLocal = host.startsWith('/') || LOOPBACK.test(host);
  if (isLocal || ssl) return null;
  return `The connection to the database at ${host} is not encrypted: add sslmode=require to its URL.`;
}
