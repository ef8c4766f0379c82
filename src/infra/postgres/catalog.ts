import pg from 'pg';

/** A table of the database as a backup sees it. */
export interface TableColumns {
  name: string;
  /** What can be written: columns that Postgres computes are left out. */
  columns: { name: string; type: string }[];
}

/** The history of migrations; it is made anew by migrating, never copied. */
const HISTORY = '_prisma_migrations';

/** The tables that hold data, in the order of their names. */
export async function listTables(client: pg.Client): Promise<TableColumns[]> {
  const { rows } = await client.query<TableColumns>(
    `SELECT c.relname AS name,
       json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) AS columns
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> $1
     GROUP BY c.relname ORDER BY c.relname`,
    [HISTORY],
  );
  return rows;
}

/** Whether migrations were ever applied to this database. */
export async function isMigrated(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    HISTORY,
  ]);
  return rows[0]?.found ?? false;
}

/**
 * Makes Postgres write and read values in one way whatever the server's settings, and lets nothing end a long
 * transaction. Holds for the present transaction, so that it works through a pooler.
 */
export async function settleTransaction(client: pg.Client): Promise<void> {
  await client.query(
    `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';
     SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1;
     SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`,
  );
}

export const quote = (name: string): string => pg.escapeIdentifier(name);
