import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { MINUTE_MS } from '../../shared/durations.ts';
import { hasCode } from '../observability/error-code.ts';

export interface MigrateOptions {
  /** Holds one directory a migration, each with `migration.sql`. Default: the program's own. */
  directory?: URL | string;
  /** The last one to apply, for a backup that was made before later ones. Default: all. */
  until?: string;
  /** Is told, in whole lines, what a person should know. */
  say?: (line: string) => void;
  /** How long another process may migrate meanwhile. Default: ten minutes. */
  waitLimitMs?: number;
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
const OWN_DIRECTORY = new URL('../../../prisma/migrations', import.meta.url);

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

/** Longer than any migration of ours takes on a database of millions. */
const WAIT_LIMIT_MS = 10 * MINUTE_MS;
const LOOK_EVERY_MS = 5_000;

/**
 * Brings a database up to date, one transaction a migration, however many processes do so at once. The record
 * is kept as Prisma keeps it, so that `prisma migrate deploy` agrees. The lock belongs to each transaction, not to the
 * connection: behind a pooler that hands out connections by the transaction, one of a connection would stay for ever.
 *
 * @returns the names of the migrations that this call applied, in order
 * @throws MigrationError when the database is not one of this program, a migration failed, or another process
 *   migrates for longer than `waitLimitMs`
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const { until } = options;
  const all = await readMigrations(options.directory ?? OWN_DIRECTORY);
  const migrations = all.filter(({ name }) => until === undefined || name <= until);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'getolog-migrate' });
  await client.connect();
  try {
    const applied: string[] = [];
    let deadline = deadlineOf(options);
    let sayAgainAt = 0;
    for (;;) {
      await beginAlone(client, options);
      const next = await step(client, () => nextOf(client, all, migrations));
      if (next === undefined) return applied;
      if (await step(client, () => apply(client, next))) {
        applied.push(next.name);
        deadline = deadlineOf(options);
        continue;
      }
      await client.query('ROLLBACK');
      if (performance.now() >= deadline) {
        throw new MigrationError(
          `The migration ${next.name} waits for a table that another program holds, a backup perhaps: start again when that has ended.`,
        );
      }
      if (performance.now() < sayAgainAt) continue;
      sayAgainAt = performance.now() + LOOK_EVERY_MS;
      options.say?.(`The migration ${next.name} waits for a table that another program holds.`);
    }
  } finally {
    await client.end();
  }
}

function deadlineOf({ waitLimitMs = WAIT_LIMIT_MS }: MigrateOptions): number {
  return performance.now() + waitLimitMs;
}

/** A transaction that failed is given up before its reason is told. */
async function step<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** The first migration that is not applied yet; where there is none, the transaction has ended. */
async function nextOf(
  client: pg.Client,
  known: Migration[],
  wanted: Migration[],
): Promise<Migration | undefined> {
  await client.query(HISTORY_TABLE);
  const history = await readHistory(client);
  requireKnown(known, history);
  const applied = new Set(history.map(({ name }) => name));
  const next = wanted.find(({ name }) => !applied.has(name));
  if (next === undefined) await client.query('COMMIT');
  return next;
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

/** Begins a transaction in which nobody else migrates. */
async function beginAlone(
  client: pg.Client,
  { say = () => {}, waitLimitMs = WAIT_LIMIT_MS }: MigrateOptions,
): Promise<void> {
  const deadline = performance.now() + waitLimitMs;
  for (let isFirst = true; ; isFirst = false) {
    await client.query('BEGIN');
    if (await takesLock(client, isFirst ? 1 : Math.min(LOOK_EVERY_MS, waitLimitMs))) return;
    await client.query('ROLLBACK');
    const holder = await findHolder(client);
    if (performance.now() >= deadline) {
      throw new MigrationError(
        `Another process migrates the database and does not come to an end: ${holder}. If it hangs, end it there, then start again.`,
      );
    }
    if (isFirst) say(`Another process is migrating the database: waiting for it (${holder}).`);
  }
}

/** @returns whether the lock was free within the time. Without it the transaction is of no use any more. */
async function takesLock(client: pg.Client, limitMs: number): Promise<boolean> {
  await client.query(`SET LOCAL lock_timeout = ${limitMs}`);
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
  } catch (error) {
    if (hasCode(error, LOCK_NOT_AVAILABLE)) return false;
    throw error;
  }
  await client.query('SET LOCAL lock_timeout TO DEFAULT');
  return true;
}

/** Postgres's code for a lock that was not free in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Who holds the lock, as far as this user may see it. */
async function findHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string | null; since: string | null }>(
    `SELECT pid, application_name AS name, to_char(state_change, 'YYYY-MM-DD HH24:MI:SS TZ') AS since
       FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND objid = $1 AND granted AND pg_locks.database =
            (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [ADVISORY_LOCK],
  );
  const holder = rows[0];
  if (holder === undefined) return 'it has just ended';
  const since = holder.since === null ? '' : `, since ${holder.since}`;
  return `“${holder.name ?? 'unnamed'}”, process ${holder.pid} of Postgres${since}`;
}

/** What a migrated database says of its migrations, in the order in which they were applied. */
export async function readHistory(client: pg.Client): Promise<RecordedMigration[]> {
  const { rows } = await client.query<RecordedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows;
}

/** @throws MigrationError when the database does not belong to these migrations */
function requireKnown(migrations: Migration[], history: RecordedMigration[]): void {
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
}

/**
 * A table that somebody else has in hand is not waited for longer: whoever wants that table next stands behind whoever
 * waits, and a platform that runs would stand still. And where two wait for each other Postgres ends one of them after a
 * second: we give up before, so that it is never the live program.
 */
const TABLE_WAIT_MS = 300;

/**
 * Within the transaction that holds the lock, which it ends.
 * @returns false where a table was not free in time: the transaction is of no use any more
 */
async function apply(client: pg.Client, migration: Migration): Promise<boolean> {
  try {
    await client.query(`SET LOCAL lock_timeout = ${TABLE_WAIT_MS}`);
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
    return true;
  } catch (error) {
    if (hasCode(error, LOCK_NOT_AVAILABLE)) return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`The migration ${migration.name} failed and left nothing behind: ${reason}`, {
      cause: error,
    });
  }
}
