import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BackupError } from '../backup/backup-file.ts';
import { CACHE_DIR, DATA_DIR, startEmbedded } from '../embedded/embedded.ts';
import { findRunningPostgres } from '../embedded/embedded-postgres.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Gives a command the database that the server of this directory uses: the environment's, past a pooler if one
 * is named, else the embedded one, which is started for the command unless a server runs it at present.
 *
 * @param ifMissing whether an embedded database that is not there yet is made or refused
 * @throws BackupError when there is none
 */
export async function withServersDatabase<T>(
  env: Environment,
  ifMissing: 'make' | 'refuse',
  use: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  const url = env['DIRECT_DATABASE_URL'] || env['DATABASE_URL'];
  if (url) return use(checkedUrl(url));
  const exists = existsSync(join(DATA_DIR, 'postgres'));
  if (!exists && ifMissing === 'refuse') {
    throw new BackupError(`There is no database: DATABASE_URL is not set, and ${DATA_DIR}/ holds none.`);
  }
  const running = exists ? await findRunningPostgres(DATA_DIR) : null;
  if (running !== null) return use(running);
  const embedded = await startEmbedded({
    dataDir: DATA_DIR,
    cacheDir: CACHE_DIR,
    postgres: true,
    redis: false,
  });
  try {
    return await use(embedded.databaseUrl ?? '');
  } finally {
    await embedded.stop();
  }
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)) return url;
  throw new BackupError('DATABASE_URL must be an address that begins with postgresql://.');
}

/** What a person at a terminal is told of a failure: some of Node's errors carry their reason within. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(' ');
  return error instanceof Error ? error.message : String(error);
}
