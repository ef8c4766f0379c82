import type pg from 'pg';

/** Runs a statement. Numbers beyond JavaScript's come as text, times as dates. */
export type LongQuery = <Row extends object>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/**
 * Does something that may take minutes, one after the other, on a connection that nobody else waits for. Everything in it
 * is read as of the same moment.
 * @returns what the work returns; it is committed by then
 */
export type LongTransact = <T>(work: (query: LongQuery) => Promise<T>) => Promise<T>;

/** A statement that takes longer is given up. One core and little memory: whoever sells has the rest. */
const SETTINGS = `
SET LOCAL statement_timeout = '120s';
SET LOCAL work_mem = '32MB';
SET LOCAL hash_mem_multiplier = 4;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off`;

/** @param pool of one connection */
export function createLongTransact(pool: pg.Pool): LongTransact {
  let before: Promise<unknown> = Promise.resolve();

  async function run<T>(work: (query: LongQuery) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let failure: unknown;
    try {
      await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; ${SETTINGS}`);
      const result = await work(async (text, values) => (await client.query(text, [...values])).rows);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error;
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      // A connection that broke is no use to the next one.
      client.release(failure !== undefined);
    }
  }

  return (work) => {
    const mine = before.then(() => run(work));
    before = mine.catch(() => undefined);
    return mine;
  };
}
