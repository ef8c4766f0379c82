import type pg from 'pg';
import type { Statement } from '../../test/support/database/statements.ts';

/** What Postgres itself needs for a statement, planning included, without the way there and back. */
export async function databaseMs(client: pg.Client, { text, values }: Statement): Promise<number> {
  const { rows } = await client.query<{
    'QUERY PLAN': { 'Planning Time': number; 'Execution Time': number }[];
  }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
  const plan = rows[0]?.['QUERY PLAN'][0];
  if (!plan) throw new Error('Postgres explained nothing');
  return plan['Planning Time'] + plan['Execution Time'];
}
