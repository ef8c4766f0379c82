import { sqlStateOf } from '../infra/postgres/sql-state.ts';
import type { Prisma, PrismaClient } from '../infra/prisma-client/client.ts';
import { AppError } from './errors.ts';

/** Whoever searches waits no longer than this for a statement, and holds nobody up for longer. */
const LIMIT_MS = 3_000;
const CANCELLED = '57014';

/** Reads what somebody may have asked too widely for. @throws AppError `tooBroad` */
export async function readBounded<T>(
  prisma: PrismaClient,
  read: (db: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  try {
    return await prisma.$transaction(async (db) => {
      // Of this transaction alone, so that it holds behind a pooler as well.
      await db.$queryRaw`SELECT set_config('statement_timeout', ${String(LIMIT_MS)}, true)`;
      return read(db);
    });
  } catch (error) {
    if (sqlStateOf(error) === CANCELLED) throw new AppError('tooBroad');
    throw error;
  }
}
