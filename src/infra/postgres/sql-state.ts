import pg from 'pg';
import { z } from 'zod';

const RAW_FAILURE = z.object({
  meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }) }),
});

/** What Postgres said to SQL of ours, as its own five letters; null of an error that says none. */
export function sqlStateOf(error: unknown): string | null {
  if (error instanceof pg.DatabaseError) return error.code ?? null;
  const failure = RAW_FAILURE.safeParse(error);
  return failure.success ? failure.data.meta.driverAdapterError.cause.originalCode : null;
}

/** A serialization failure or a deadlock: the same again comes out. */
export function isLostRaceInSql(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}
