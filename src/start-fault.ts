import { EnvironmentFileError } from './infra/environment-file.ts';
import { MigrationError } from './infra/postgres/migrations.ts';
import { SOCKET_CODES } from './infra/socket-codes.ts';
import { ServedElsewhereError } from './modules/platform/served-address.ts';
import { WrongKeyError } from './modules/platform/stored-secrets.ts';

/** What was being done when the start failed, and with what. */
export type StartStep =
  | { kind: 'embedded'; dataDir: string }
  | { kind: 'database'; url: string; variable: string }
  | { kind: 'redis'; url: string }
  | { kind: 'listen'; host: string; port: number }
  | { kind: 'other' };

/** Runs one step of the start, so that its failure can be told by what it was. */
export async function atStep<T>(step: StartStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new StartError(step, error);
  }
}

/** A step of the start failed. */
class StartError extends Error {
  override readonly name = 'StartError';
  readonly step: StartStep;

  constructor(step: StartStep, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
  }
}

/**
 * Why the server could not start and what to do about it, in a sentence for a person at a terminal; null for a fault
 * that is not known, which belongs into the log with all its details. Never holds a password.
 */
export function explainStart(error: unknown): string | null {
  const step: StartStep = error instanceof StartError ? error.step : { kind: 'other' };
  const causes = causesOf(error);
  if (causes.some((cause) => codeOf(cause) === 'ENOSPC' || codeOf(cause) === '53100')) return DISK_FULL;
  const told = causes.find(isPlain);
  if (told) return told.message;
  switch (step.kind) {
    case 'embedded':
      return explainEmbedded(step.dataDir, causes);
    case 'database':
      return explainDatabase(step, causes);
    case 'redis':
      return explainRedis(step.url, causes);
    case 'listen':
      return explainListen(step, causes);
    case 'other':
      return null;
  }
}

const DISK_FULL = 'The disk is full: free some space (`df -h` shows where), then start again.';

/** Errors whose own words are for people. A migration's may have a reason below it that is better known. */
function isPlain(cause: Error): boolean {
  if (cause instanceof MigrationError) return cause.cause === undefined;
  return (
    cause instanceof ServedElsewhereError ||
    cause instanceof WrongKeyError ||
    cause.name === 'MainBotRefusedError' ||
    cause instanceof EnvironmentFileError
  );
}

/** The error and all that it came of, those of several addresses that were tried at once included. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const within = error instanceof AggregateError ? error.errors : [];
  return [error, ...within.flatMap(causesOf), ...causesOf(error.cause)];
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

function explainEmbedded(dataDir: string, causes: readonly Error[]): string | null {
  const words = causes.map(({ message }) => message).join('\n');
  if (/No space left on device|ENOSPC/.test(words)) return DISK_FULL;
  if (/EACCES|EPERM|EROFS|permission denied/i.test(words))
    return `${dataDir}/ cannot be written by this user: make it theirs, or set DATABASE_URL and REDIS_URL.`;
  // The supervisor of the embedded servers speaks plainly already.
  return causes.at(-1)?.message ?? null;
}

const TLS_REFUSED =
  /self-signed certificate|unable to verify|unable to get (?:local )?issuer|altnames|certificate has expired/i;

/** Of Postgres's many reasons those that an operator can do something about. */
function explainDatabase(
  { url, variable }: { url: string; variable: string },
  causes: readonly Error[],
): string | null {
  const { hostname: host, pathname, username } = new URL(url);
  const [database, user] = [pathname.slice(1), username].map(decodeURIComponent);
  const place = `Postgres at ${host} (${variable})`;
  const words = causes.map(({ message }) => message).join('\n');
  for (const code of causes.map(codeOf)) {
    if (code === '28P01' || code === '28000') return `${place} refuses the user “${user}” or its password.`;
    if (code === '3D000')
      return `${place} has no database “${database}”: make it with createdb, or name another.`;
    if (code === '42501')
      return `${place}: the user “${user}” may not change the database “${database}”. Make it its owner.`;
    if (code === '53300')
      return `${place} has no connection left: end other programs or raise max_connections.`;
    if (code === '25006') return `${place} takes no changes: it is a replica. Name the primary.`;
    if (code === '57P03') return `${place} is still starting: try again in a moment.`;
  }
  const unread = causes.find((cause) => /^(?:ENOENT|EACCES|EISDIR)$/.test(codeOf(cause)) && 'path' in cause);
  if (unread) return `${place}: the certificate file of its address cannot be read: ${unread.message}.`;
  if (/does not support SSL/.test(words))
    return `${place} speaks no TLS: take sslmode out of the address, or turn ssl on there.`;
  if (TLS_REFUSED.test(words))
    return `${place} shows a certificate that cannot be verified: name its authority with sslrootcert=<file>, or use sslmode=no-verify (docs/stores.md).`;
  if (/password must be a string/.test(words))
    return `${place} asks for a password, and the address has none.`;
  return isUnreachable(causes)
    ? `${place} cannot be reached: is it running, and are host and port right?`
    : null;
}

function explainRedis(url: string, causes: readonly Error[]): string | null {
  const place = `Redis at ${new URL(url).host} (REDIS_URL)`;
  const words = causes.map(({ message }) => message).join('\n');
  if (/WRONGPASS|NOAUTH|invalid (?:username-)?password|without any password configured/i.test(words))
    return `${place} refuses the password, or asks for one that the address does not have.`;
  if (/NOPERM/.test(words)) return `${place} does not allow this user what Getolog needs (docs/stores.md).`;
  if (TLS_REFUSED.test(words))
    return `${place} shows a certificate that cannot be verified: name its authority with NODE_EXTRA_CA_CERTS=<file> (docs/stores.md).`;
  if (causes.some((cause) => cause.name === 'ReplyError'))
    return `${place} answers: ${words.split('\n').at(-1)}`;
  return `${place} cannot be reached: is it running, and are host and port right?`;
}

function explainListen(
  { host, port }: { host: string; port: number },
  causes: readonly Error[],
): string | null {
  const codes = causes.map(codeOf);
  if (codes.includes('EADDRINUSE'))
    return `Port ${port} at ${host} is taken by another program (perhaps another Getolog): stop it, or set PORT.`;
  if (codes.includes('EACCES'))
    return `This user may not listen on port ${port}: set PORT to one above 1023, and let a proxy forward to it.`;
  if (codes.includes('EADDRNOTAVAIL') || codes.includes('ENOTFOUND'))
    return `This machine has no address ${host}: set HOST to one that it has, such as 127.0.0.1.`;
  return null;
}

function isUnreachable(causes: readonly Error[]): boolean {
  return causes.some((cause) => SOCKET_CODES.has(codeOf(cause)) || /timeout|terminated/i.test(cause.message));
}
