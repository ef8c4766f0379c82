import { vi } from 'vitest';

/** Generous, because two cores may be busy with Postgres, Redis and the other test files: only a failure waits so long. */
const PATIENCE_MS = 60_000;

/** Repeats a check until it holds. */
export function eventually<T>(
  check: () => T | Promise<T>,
  { timeout = PATIENCE_MS, interval = 50 }: { timeout?: number; interval?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout, interval });
}
