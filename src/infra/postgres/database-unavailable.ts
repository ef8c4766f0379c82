import { SOCKET_CODES } from '../socket-codes.ts';

/**
 * SQLSTATEs of what is wrong with what was asked: features, data, constraints, syntax, limits of a statement. Not among
 * them: a session that may not write or was ended in its transaction, a role that lost its rights, a plan that a
 * migration made old, a prepared statement that a pooler's other connection has. Whatever else Postgres answers (full, starting, shutting down, broken, a deadlock, what we do not
 * know) is no reason to let go of what somebody sent.
 */
const OUR_STATES = /^(0A(?!000)|2[0-4B]|25(?!006|P0[34])|34|42(?!501|P05)|44|54|P0)/;
/** Node's codes of five begin with an E, Prisma's have a digit above zero behind their P. */
const SQL_STATE = /^(?:[0-9A-DF-OQ-Z][0-9A-Z]|P0)[0-9A-Z]{3}$/;

/** Prisma's codes for what may work later: no connection, a transaction that could not begin or end, a lost race. */
const PRISMA_UNAVAILABLE = /^P(?:1\d{3}|2024|2028|2034|2036|2037)$/;
/** Its codes for data, constraints, queries and models that are wrong; what Postgres itself said beneath goes before. */
const PRISMA_OURS = /^P20(?:0\d|1[1-9]|2[0-35-79]|3[0-35])$/;

/** By these names the adapter gives reasons that have no SQLSTATE. */
const CONNECTION_KINDS: ReadonlySet<string> = new Set([
  'DatabaseNotReachable',
  'SocketTimeout',
  'ConnectionClosed',
  'TlsConnectionError',
]);

/** The words that stand in for a code where pg and Prisma give none. */
const WORDS = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'Transaction API error: Unable to start a transaction',
];

/** Whoever speaks so has asked Postgres: what it cannot name counts as Postgres's. */
const NAMES: ReadonlySet<unknown> = new Set([
  'PrismaClientKnownRequestError',
  'PrismaClientUnknownRequestError',
  'PrismaClientInitializationError',
  'DriverAdapterError',
]);

/** Where pg, Prisma and Node each put the reason. */
interface ErrorParts {
  code?: unknown;
  originalCode?: unknown;
  kind?: unknown;
  name?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: unknown;
  driverAdapterError?: unknown;
  errors?: unknown;
}

/** Null: nothing tells that it came from Postgres. */
type Verdict = 'unavailable' | 'ours' | null;

/**
 * Whether an error of pg or Prisma says that Postgres cannot be reached or does not do its work at present, so that the
 * same again may work later, rather than that something is wrong with what was asked.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return judge(error) === 'unavailable';
}

function judge(error: unknown): Verdict {
  if (typeof error !== 'object' || error === null) return null;
  const { code, originalCode, kind, name, message, cause, meta, driverAdapterError, errors }: ErrorParts =
    error;
  for (const reason of [originalCode, code, kind]) {
    const verdict = judgeReason(reason);
    if (verdict) return verdict;
  }
  if (typeof message === 'string' && WORDS.some((words) => message.startsWith(words))) return 'unavailable';
  for (const inner of [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : [])]) {
    const verdict = judge(inner);
    if (verdict) return verdict;
  }
  if (typeof code === 'string' && PRISMA_OURS.test(code)) return 'ours';
  return NAMES.has(name) ? 'unavailable' : null;
}

function judgeReason(reason: unknown): Verdict {
  if (typeof reason !== 'string') return null;
  if (SOCKET_CODES.has(reason) || CONNECTION_KINDS.has(reason) || PRISMA_UNAVAILABLE.test(reason))
    return 'unavailable';
  if (!SQL_STATE.test(reason)) return null;
  return OUR_STATES.test(reason) ? 'ours' : 'unavailable';
}

/** Whether Postgres says that this session may not write: it serves what has become a replica, or was told so. */
export function isReadOnlySession(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '25006';
}
