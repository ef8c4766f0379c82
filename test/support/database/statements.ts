import pg from 'pg';

export interface Statement {
  text: string;
  values: unknown[];
}

/** What is asked of Postgres meanwhile, in whichever way. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function remember(this: pg.Client, ...given: unknown[]) {
    const [statement, values] = given as [string | Statement, unknown[]?];
    const text = typeof statement === 'string' ? statement : statement.text;
    const own = typeof statement === 'string' ? undefined : statement.values;
    seen.push({ text, values: own ?? values ?? [] });
    return Reflect.apply(query, this, given) as unknown;
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return seen.filter(({ text }) => /^\s*(?:SELECT|WITH|UPDATE|INSERT|DELETE)/i.test(text));
}
