import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export interface MigrateOptions {
  /** Holds one directory a migration, each with `migration.sql`. Default: the program's own. */
  directory?: URL | string;
  /** The last one to apply, for a backup that was made before later ones. Default: all. */
  until?: string;
  /** Is told, in whole lines, what a person should know. */
  say?: (line: string) => void;
}

export interface MigrationId {
  name: string;
  /** SHA-256 of the file in hexadecimal, as Prisma records it. */
  checksum: string;
}

interface Migration extends MigrationId {
  sql: string;
}

interface RecordedMigration extends MigrationId {
  finished: boolean;
}

/** The program's own migrations. */
const OWN_DIRECTORY = new URL('../../prisma/migrations', import.meta.url);

/** The lock that Prisma's own migrate takes: whichever of the two comes second waits. */
const ADVISORY_LOCK = 72_707_369;

/** Prisma's table, to the letter. */
const HISTORY_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings a database up to date, one transaction a migration, however many processes do so at once. The record
 * is kept as Prisma keeps it, so that `prisma migrate deploy` agrees.
 *
 * @returns the names of the migrations that this call applied, in order
 * @throws MigrationError when the database and the program do not belong together, or a migration failed
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const migrations = await readMigrations(options.directory ?? OWN_DIRECTORY);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'getolog-migrate' });
  await client.connect();
  try {
    await takeLock(client, options.say ?? (() => {}));
    await client.query(HISTORY_TABLE);
    const { until } = options;
    const pending = pendingOf(migrations, await readHistory(client)).filter(
      ({ name }) => until === undefined || name <= until,
    );
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    // The lock belongs to the connection and goes with it.
    await client.end();
  }
}

/** The database must not be used with this program as it is; the message says why. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Every migration of a directory, in the order of their names. */
export async function readMigrations(directory: URL | string = OWN_DIRECTORY): Promise<Migration[]> {
  const root = directory instanceof URL ? fileURLToPath(directory) : directory;
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const content = await readFile(join(root, name, 'migration.sql'));
      const checksum = createHash('sha256').update(content).digest('hex');
      return { name, sql: content.toString('utf8'), checksum };
    }),
  );
}

async function takeLock(client: pg.Client, say: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    ADVISORY_LOCK,
  ]);
  if (rows[0]?.taken) return;
  say('Another process is migrating the database: waiting for it.');
  await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
}

/** What a migrated database says of its migrations, in the order in which they were applied. */
export async function readHistory(client: pg.Client): Promise<RecordedMigration[]> {
  const { rows } = await client.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

function pendingOf(migrations: Migration[], history: RecordedMigration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const recorded of history) {
    const migration = known.get(recorded.name);
    if (migration === undefined) {
      throw new MigrationError(
        `The database has the migration ${recorded.name}, which this program does not know: it is newer than the program.`,
      );
    }
    if (!recorded.finished) {
      throw new MigrationError(
        `The migration ${recorded.name} is recorded as failed: repair the database, then mark it with "prisma migrate resolve".`,
      );
    }
    if (migration.checksum !== recorded.checksum) {
      throw new MigrationError(
        `The migration ${recorded.name} was changed after it had been applied: put its file back as it was.`,
      );
    }
  }
  const applied = new Set(history.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`The migration ${migration.name} failed and left nothing behind: ${reason}`, {
      cause: error,
    });
  }
}
