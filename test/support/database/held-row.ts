import { expect } from 'vitest';
import type { Prisma } from '../../../src/infra/prisma-client/client.ts';
import { eventually } from '../eventually.ts';
import type { Ground } from '../platform.ts';

/** Whoever waits for what is held. */
export interface Line {
  /** Waits until so many stand in it. */
  is(count: number): Promise<void>;
  /** Waits until an act stands in it as the last of so many, or is over: then it had no need of what is held. */
  joins(act: Promise<unknown>, count: number): Promise<void>;
}

/** Holds what a statement locks, as a slow transaction does; in the end everything that joined the line is over. */
export async function whileHeld(
  database: Ground['database'],
  lock: Prisma.Sql,
  whileWaiting: (line: Line) => Promise<void>,
): Promise<void> {
  const acts: Promise<unknown>[] = [];
  await database.$transaction(async (db) => {
    await db.$queryRaw(lock);
    await whileWaiting({
      async is(count) {
        await eventually(async () => expect(await countWaiting(database)).toBe(count));
      },
      async joins(act, count) {
        acts.push(act);
        let isOver = false;
        void act.then(() => {
          isOver = true;
        });
        await eventually(async () => expect(isOver || (await countWaiting(database)) === count).toBe(true));
      },
    });
  });
  await Promise.all(acts);
}

/** By another connection: within a transaction Postgres shows who is active as it was at the first look. */
async function countWaiting(database: Ground['database']): Promise<number> {
  const [row] = await database.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.waiting ?? 0;
}
