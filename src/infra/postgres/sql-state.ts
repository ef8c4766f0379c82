import { z } from 'zod';

const RAW_FAILURE = z.object({
  meta: z.object({ driverAdapterError: z.object({ cause: z.object({ originalCode: z.string() }) }) }),
});

/** What Postgres said to SQL of ours, as its own five letters; null of an error that says none. */
export function sqlStateOf(error: unknown): string | null {
  const failure = RAW_FAILURE.safeParse(error);
  return failure.success ? failure.data.meta.driverAdapterError.cause.originalCode : null;
}
