import pg from 'pg';
import { isMigrated, listTables, quote, settleTransaction, type TableColumns } from '../postgres/catalog.ts';
import { readHistory } from '../postgres/migrations.ts';
import { type BackupEntry, BackupError, type Row, writeBackupFile } from './backup-file.ts';

/** Rows in memory at once; a row is some hundred bytes. */
const BATCH = 1_000;

export interface BackupSummary {
  tables: number;
  rows: number;
}

/**
 * Writes all data of a database to a file, as it stands at one moment, while everybody goes on working.
 *
 * @throws BackupError when there is nothing to back up, or the file is there already
 */
export async function backUpDatabase(databaseUrl: string, file: string): Promise<BackupSummary> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'getolog-backup' });
  await client.connect();
  const counts: Record<string, number> = {};
  try {
    if (!(await isMigrated(client))) {
      throw new BackupError('This database holds no tables of Getolog: there is nothing to back up.');
    }
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await settleTransaction(client);
    await writeBackupFile(file, readDatabase(client, counts));
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  const numbers = Object.values(counts);
  return { tables: numbers.length, rows: numbers.reduce((sum, count) => sum + count, 0) };
}

async function* readDatabase(client: pg.Client, counts: Record<string, number>): AsyncGenerator<BackupEntry> {
  const history = await readHistory(client);
  const migrations = history.map(({ name, checksum }) => ({ name, checksum }));
  const createdAt = new Date().toISOString();
  yield { kind: 'header', format: 'getolog-backup', version: 1, createdAt, migrations };
  for (const table of await listTables(client)) {
    yield { kind: 'table', name: table.name, columns: table.columns.map(({ name }) => name) };
    let count = 0;
    for await (const rows of readRows(client, table)) {
      count += rows.length;
      yield { kind: 'rows', rows: rows.map((row) => [...row]) };
    }
    counts[table.name] = count;
  }
  // Sequences know no snapshot: read last they are never behind the rows.
  yield { kind: 'sequences', last: await readSequences(client) };
  yield { kind: 'end', counts };
}

async function* readRows(client: pg.Client, table: TableColumns): AsyncGenerator<Row[]> {
  const columns = table.columns.map(({ name }) => `${quote(name)}::text`).join(', ');
  await client.query(`DECLARE backup NO SCROLL CURSOR FOR SELECT ${columns} FROM ${quote(table.name)}`);
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({
      text: `FETCH ${BATCH} FROM backup`,
      rowMode: 'array',
    });
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) break;
  }
  await client.query('CLOSE backup');
}

/** The last number that each sequence gave; one that was never asked is left out. */
async function readSequences(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last: string }>(
    `SELECT sequencename AS name, last_value::text AS last FROM pg_sequences
     WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename`,
  );
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}
