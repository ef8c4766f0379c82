import type { PrismaClient } from '../../infra/prisma-client/client.ts';

/** `mine`: this process is to say it; `said`: another has; `too-soon`: it was there and over a moment ago. */
export type Claim = 'mine' | 'said' | 'too-soon';

/** Which kinds of trouble were told, for every process to see. Both throw while the place cannot be reached. */
export interface AlertBoard {
  open(kind: string, now: Date, quietMs: number): Promise<Claim>;
  /** @returns whether it was open, so that this process is to say that it is over */
  close(kind: string): Promise<boolean>;
}

/** In the books, where a Redis that was emptied forgets nothing. */
export function createBookBoard(prisma: PrismaClient): AlertBoard {
  return {
    async open(kind, now, quietMs) {
      const before = new Date(now.getTime() - quietMs);
      const taken = await prisma.$queryRaw<unknown[]>`
        INSERT INTO alerts AS a (kind, said_at, is_open) VALUES (${kind}, ${now}, true)
        ON CONFLICT (kind) DO UPDATE SET said_at = excluded.said_at, is_open = true WHERE a.said_at <= ${before}
        RETURNING kind`;
      if (taken.length > 0) return 'mine';
      const present = await prisma.alert.findUnique({ where: { kind } });
      return present?.isOpen ? 'said' : 'too-soon';
    },
    async close(kind) {
      const { count } = await prisma.alert.updateMany({
        where: { kind, isOpen: true },
        data: { isOpen: false },
      });
      return count > 0;
    },
  };
}

/**
 * The books, and beside them a second place for the time when they are away. What was opened in either is closed in both.
 */
export function createSafeBoard(books: AlertBoard, spare: AlertBoard): AlertBoard {
  return {
    open: (kind, now, quietMs) => books.open(kind, now, quietMs).catch(() => spare.open(kind, now, quietMs)),
    async close(kind) {
      const [inBooks, inSpare] = await Promise.allSettled([books.close(kind), spare.close(kind)]);
      for (const closed of [inBooks, inSpare]) if (closed.status === 'fulfilled' && closed.value) return true;
      for (const closed of [inBooks, inSpare]) if (closed.status === 'rejected') throw closed.reason;
      return false;
    },
  };
}
