import type pg from 'pg';
import { batchLoader } from '../../shared/async/batch-loader.ts';

/** A statement of the way of every update: Postgres parses it once a connection, and Prisma's share is left out. */
export interface Prepared {
  /** Names the text for ever: another text needs another name. */
  name: string;
  text: string;
}

/** One that answers many questions at once; it may change what it tells of. */
export interface PreparedBatch extends Prepared {
  /** What stands before it: `one AS (...), other AS (...)`. */
  with?: string;
}

type Scalar = string | number | bigint | boolean | Date | null;
type Value = Scalar | readonly Scalar[];

/**
 * Runs a prepared statement. `bigint` and JSON are as pg gives them: a string, and what JSON says.
 * Errors are pg's: `isDatabaseUnavailable` knows them.
 */
export type RunPrepared = <Row extends object>(
  statement: Prepared,
  values: readonly Value[],
) => Promise<Row[]>;

/**
 * @param behindPooler connections change with every transaction, so that none remembers what was prepared on another
 */
export function createRunPrepared(pool: pg.Pool, behindPooler: boolean): RunPrepared {
  return async <Row extends object>({ name, text }: Prepared, columns: readonly Value[]) => {
    const values = [...columns];
    const { rows } = await pool.query<Row>(behindPooler ? { text, values } : { name, text, values });
    return rows;
  };
}

/**
 * A statement that answers many questions at once: it takes each column of the questions as an array, and tells with
 * every row as `n` to which question it belongs, from 1. Its rows come as one JSON, which is read in a tenth of the time
 * of columns; so times come as texts, and what JSON would round must be one.
 *
 * @returns what answers one question, in a round trip that it shares; undefined where there is no row
 */
export function preparedBatchLoader<Question extends readonly Scalar[], Row extends object>(
  run: RunPrepared,
  { name, with: before, text }: PreparedBatch,
): (...question: Question) => Promise<Row | undefined> {
  const first = before === undefined ? '' : `${before}, `;
  const statement = {
    name,
    text: `WITH ${first}answer AS (${text}) SELECT json_agg(answer) AS answers FROM answer`,
  };
  const answer = batchLoader<Question, Row | undefined>(async (questions) => {
    const columns = (questions[0] ?? []).map((_, column) =>
      questions.map((question) => toText(question[column] as Scalar)),
    );
    const answers = questions.map((): Row | undefined => undefined);
    const [found] = await run<{ answers: (Row & { n: number })[] | null }>(statement, columns);
    for (const row of found?.answers ?? []) answers[row.n - 1] = row;
    return answers;
  });
  return (...question) => answer(question);
}

/** A time as it stands in UTC; pg would write it as this machine's clock shows it, in three times the time. */
function toText(value: Scalar): Scalar {
  return value instanceof Date ? value.toISOString() : value;
}
