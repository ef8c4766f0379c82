import type pg from 'pg';

/** A statement of the way of every update: Postgres parses it once a connection, and Prisma's share is left out. */
export interface Prepared {
  /** Names the text for ever: another text needs another name. */
  name: string;
  text: string;
}

/**
 * Runs a prepared statement. `bigint` and JSON are as pg gives them: a string, and what JSON says.
 * Errors are pg's: `isDatabaseAway` knows them.
 */
export type Read = <Row extends object>(
  statement: Prepared,
  values: readonly (string | number | bigint | boolean | Date)[],
) => Promise<Row[]>;

/**
 * @param behindPooler connections change with every transaction, so that none remembers what was prepared on another
 */
export function createRead(pool: pg.Pool, behindPooler: boolean): Read {
  return async <Row extends object>(
    { name, text }: Prepared,
    values: readonly (string | number | bigint | boolean | Date)[],
  ) => {
    const { rows } = await pool.query<Row>({ ...(behindPooler ? {} : { name }), text, values: [...values] });
    return rows;
  };
}
