import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { TestDatabase } from './database.ts';

export async function connect(database: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

export async function query(database: TestDatabase, sql: string): Promise<Record<string, unknown>[]> {
  const client = await connect(database);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table as Postgres itself writes it, the history of migrations left out. */
export async function contentOf(database: TestDatabase): Promise<Record<string, unknown[]>> {
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

/** Puts something into every table. */
export async function fillBooks(database: TestDatabase): Promise<void> {
  await query(database, await readFile(new URL('./full-books.sql', import.meta.url), 'utf8'));
}
