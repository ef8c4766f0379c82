import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { listTables } from '../../../src/infra/postgres/catalog.ts';
import type { TestDatabase } from './database.ts';

type Reachable = Pick<TestDatabase, 'url'>;

export async function connect(database: Reachable): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

export async function query(database: Reachable, sql: string): Promise<Record<string, unknown>[]> {
  const client = await connect(database);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table as Postgres itself writes it, the history of migrations left out. */
export async function contentOf(database: Reachable): Promise<Record<string, unknown[]>> {
  const client = await connect(database);
  const { rows } = await client.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
  );
  const content: Record<string, unknown[]> = {};
  for (const { name } of rows) {
    const { rows: texts } = await client.query<{ row: string }>(
      `SELECT t::text AS row FROM ${name} t ORDER BY 1`,
    );
    content[name] = texts.map(({ row }) => row);
  }
  await client.end();
  return content;
}

export function sequencesOf(database: TestDatabase): Promise<Record<string, unknown>[]> {
  return query(
    database,
    `SELECT sequencename, coalesce(last_value, 0)::text AS last FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  );
}

/** A value of each type, for the columns of tables that the file below does not know. */
const VALUES: Readonly<Record<string, string>> = {
  text: "'word'",
  integer: '2147483647',
  bigint: '9223372036854775807',
  boolean: 'true',
  jsonb: `'{"big": 12345678901234567890.10}'`,
  'timestamp(3) with time zone': "'2026-02-28 23:59:59.999+05'",
};

/** Puts something into every table; one that is new gets a row made from the types of its columns. */
export async function fillDatabase(database: TestDatabase): Promise<void> {
  await query(database, await readFile(new URL('./full-database.sql', import.meta.url), 'utf8'));
  const client = await connect(database);
  try {
    for (const { name, columns } of await listTables(client)) {
      if ((await client.query(`SELECT FROM ${name} LIMIT 1`)).rowCount === 1) continue;
      const values = columns.map(({ type }) => VALUES[type] ?? `a value for ${type}`);
      await client.query(`INSERT INTO ${name} VALUES (${values.join(', ')})`);
    }
  } finally {
    await client.end();
  }
}
