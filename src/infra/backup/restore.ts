import pg from 'pg';
import { isMigrated, listTables, quote, settleTransaction, type TableColumns } from '../postgres/catalog.ts';
import { type MigrationId, migrate, readHistory, readMigrations } from '../postgres/migrations.ts';
import { type BackupEntry, BackupError, type CheckedBackup, readBackupFile } from './backup-file.ts';
import { holdBroadcasts } from './held-broadcasts.ts';

export interface RestoreSummary {
  createdAt: string;
  tables: number;
  rows: number;
  /** Broadcasts that were under way, and wait for a word now. */
  heldBroadcasts: number;
}

/**
 * Fills an empty database from a backup, wholly or not at all, and brings it up to date with this program.
 *
 * @throws BackupError when the backup is of a newer program, or the database is not empty
 */
export async function restoreDatabase(
  databaseUrl: string,
  { file, header }: CheckedBackup,
  say: (line: string) => void = () => {},
): Promise<RestoreSummary> {
  refuseUnknown(header.migrations, await readMigrations());
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'getolog-restore' });
  await client.connect();
  let counts: Record<string, number>;
  let heldBroadcasts: number;
  try {
    await refuseUnlessEmpty(client);
    await refuseNewerTables(client, header.migrations);
    // By name, not by when they were applied: one with an earlier name may have come later.
    const names = header.migrations.map(({ name }) => name).sort();
    const until = names.at(-1) ?? '';
    await migrate(databaseUrl, { until, say });
    [counts, heldBroadcasts] = await inTransaction(
      client,
      async () => [await fill(client, file), await holdBroadcasts(client)] as const,
    );
  } finally {
    await client.end();
  }
  await migrate(databaseUrl, { say });
  const numbers = Object.values(counts);
  return {
    createdAt: header.createdAt,
    tables: numbers.length,
    rows: numbers.reduce((sum, count) => sum + count, 0),
    heldBroadcasts,
  };
}

function refuseUnknown(wanted: readonly MigrationId[], known: readonly MigrationId[]): void {
  for (const { name, checksum } of wanted) {
    const own = known.find((migration) => migration.name === name);
    if (own?.checksum === checksum) continue;
    throw new BackupError(
      own
        ? `The backup was made with another form of the migration ${name}: restore it with the program that made it.`
        : `The backup has the migration ${name}, which this program does not know: it is newer than the program.`,
    );
  }
}

async function refuseUnlessEmpty(client: pg.Client): Promise<void> {
  for (const { name } of await listTables(client)) {
    const { rowCount } = await client.query(`SELECT FROM ${quote(name)} LIMIT 1`);
    if (rowCount === 0) continue;
    throw new BackupError(
      `The database is not empty (there are rows in ${name}): a backup is restored into a new database only.`,
    );
  }
}

async function refuseNewerTables(client: pg.Client, wanted: readonly MigrationId[]): Promise<void> {
  if (!(await isMigrated(client))) return;
  const names = new Set(wanted.map(({ name }) => name));
  const newer = (await readHistory(client)).find(({ name }) => !names.has(name));
  if (newer === undefined) return;
  throw new BackupError(
    `The database has the migration ${newer.name} already and the backup was made before it: ` +
      'restore into a database without tables; it is brought up to date afterwards.',
  );
}

async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function fill(client: pg.Client, file: string): Promise<Record<string, number>> {
  await settleTransaction(client);
  const tables = await listTables(client);
  await client.query(
    `LOCK TABLE ${tables.map(({ name }) => quote(name)).join(', ')} IN ACCESS EXCLUSIVE MODE`,
  );
  // Between the first look and the lock a server may have started.
  await refuseUnlessEmpty(client);
  const restoreForeignKeys = await dropForeignKeys(client);
  // The rows that triggers write are in the backup.
  await switchTriggers(client, tables, 'DISABLE');
  const counts = await load(client, tables, readBackupFile(file));
  await switchTriggers(client, tables, 'ENABLE');
  await restoreForeignKeys();
  await compareCounts(client, tables, counts);
  await client.query('ANALYZE');
  return counts;
}

/**
 * Rows refer to each other in both directions, so no order of tables would do. Made again, the keys are checked
 * against all rows.
 */
async function dropForeignKeys(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
  );
  for (const { table, name } of rows)
    await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)}`);
  return async () => {
    for (const { table, name, definition } of rows) {
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition}`);
    }
  };
}

async function switchTriggers(
  client: pg.Client,
  tables: readonly TableColumns[],
  to: 'DISABLE' | 'ENABLE',
): Promise<void> {
  for (const { name } of tables) await client.query(`ALTER TABLE ${quote(name)} ${to} TRIGGER USER`);
}

async function load(
  client: pg.Client,
  tables: readonly TableColumns[],
  entries: AsyncIterable<BackupEntry>,
): Promise<Record<string, number>> {
  let insert = '';
  let width = 0;
  let counts: Record<string, number> = {};
  for await (const entry of entries) {
    if (entry.kind === 'table') {
      insert = insertInto(tables, entry);
      width = entry.columns.length;
    }
    if (entry.kind === 'rows') {
      const byColumn = Array.from({ length: width }, (_, column) =>
        entry.rows.map((row) => row[column] ?? null),
      );
      await client.query(insert, byColumn);
    }
    if (entry.kind === 'sequences') await setSequences(client, entry.last);
    if (entry.kind === 'end') ({ counts } = entry);
  }
  return counts;
}

/** A whole batch is one statement, each column an array of texts that Postgres reads as the column's type. */
function insertInto(tables: readonly TableColumns[], wanted: { name: string; columns: string[] }): string {
  const types = new Map(
    tables.find(({ name }) => name === wanted.name)?.columns.map(({ name, type }) => [name, type]),
  );
  const values = wanted.columns.map((name, index) => {
    const type = types.get(name);
    if (type === undefined) throw new BackupError(`The database has no column ${wanted.name}.${name}.`);
    return `v.c${index}::${type}`;
  });
  const arrays = wanted.columns.map((_, index) => `$${index + 1}::text[]`);
  return `INSERT INTO ${quote(wanted.name)} (${wanted.columns.map(quote).join(', ')}) OVERRIDING SYSTEM VALUE
    SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS v(${wanted.columns.map((_, index) => `c${index}`).join(', ')})`;
}

async function setSequences(client: pg.Client, last: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(last)) {
    await client.query('SELECT setval($1::regclass, $2::bigint)', [quote(name), value]);
  }
}

async function compareCounts(
  client: pg.Client,
  tables: readonly TableColumns[],
  counts: Record<string, number>,
): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) AS count FROM ${quote(name)}`);
    const wanted = counts[name] ?? 0;
    if (Number(rows[0]?.count) === wanted) continue;
    throw new BackupError(`${name} would have ${rows[0]?.count} rows, and the backup counted ${wanted}.`);
  }
}
