import { expect } from 'vitest';
import type { Prisma } from '../../src/infra/prisma-client/client.ts';
import { eventually } from './eventually.ts';
import type { Ground } from './platform.ts';

/**
 * Waits until so many stand in line for what is held. Of what is named here, whatever is over counts as well: it had no
 * need of it.
 */
type UntilInLine = (count: number, ...acts: Promise<unknown>[]) => Promise<void>;

/** Holds what a statement locks, as a slow transaction does, while other things happen. */
export async function whileHeld(
  books: Ground['books'],
  lock: Prisma.Sql,
  meanwhile: (untilInLine: UntilInLine) => Promise<void>,
): Promise<void> {
  await books.$transaction(async (db) => {
    await db.$queryRaw(lock);
    await meanwhile(async (count, ...acts) => {
      let over = 0;
      for (const act of acts) {
        act.then(
          () => {
            over += 1;
          },
          () => undefined,
        );
      }
      await eventually(async () => expect((await countWaiting(books)) + over).toBeGreaterThanOrEqual(count));
    });
  });
}

/** By another connection: within a transaction Postgres shows who is active as it was at the first look. */
async function countWaiting(books: Ground['books']): Promise<number> {
  const [row] = await books.$queryRaw<{ waiting: bigint }[]>`
    SELECT count(*) AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return Number(row?.waiting);
}
