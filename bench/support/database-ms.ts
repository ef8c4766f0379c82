import pg from 'pg';

interface Statement {
  text: string;
  values: unknown[];
}

/** What `work` asks of Postgres, in whichever way. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function remember(this: pg.Client, ...given: unknown[]) {
    const [statement, values] = given as [string | Statement, unknown[]?];
    if (typeof statement === 'string') seen.push({ text: statement, values: values ?? [] });
    else seen.push({ text: statement.text, values: statement.values ?? values ?? [] });
    return Reflect.apply(query, this, given) as unknown;
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return seen.filter(({ text }) => /^\s*(?:SELECT|WITH|UPDATE|INSERT|DELETE)/i.test(text));
}

/** What Postgres itself needs for a statement, planning included, without the way there and back. */
export async function databaseMs(client: pg.Client, { text, values }: Statement): Promise<number> {
  const { rows } = await client.query<{
    'QUERY PLAN': { 'Planning Time': number; 'Execution Time': number }[];
  }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
  const plan = rows[0]?.['QUERY PLAN'][0];
  if (!plan) throw new Error('Postgres explained nothing');
  return plan['Planning Time'] + plan['Execution Time'];
}
