import type { PrismaClient } from '../../infra/prisma-client/client.ts';

/** `mine`: this process is to say it; `said`: another has; `too-soon`: it was there and over a moment ago. */
export type Claim = 'mine' | 'said' | 'too-soon';

/**
 * Which kinds of trouble were told, for every process to see. All kinds of one look are claimed at once, so that one
 * process gets them all and tells them in one message. Both throw while the place cannot be reached.
 */
export interface AlertBoard {
  open(kinds: readonly string[], now: Date, quietMs: number): Promise<Map<string, Claim>>;
  /** Whether each was open, so that this process is to say that it is over; without what cannot be known now. */
  close(kinds: readonly string[]): Promise<Map<string, boolean>>;
}

/** In the database, where a Redis that was emptied forgets nothing. Rows are locked in one order. */
export function createDatabaseBoard(prisma: PrismaClient): AlertBoard {
  return {
    async open(kinds, now, quietMs) {
      const before = new Date(now.getTime() - quietMs);
      const taken = await prisma.$queryRaw<{ kind: string }[]>`
        INSERT INTO alerts AS a (kind, said_at, is_open)
        SELECT kind, ${now}, true FROM unnest(${kinds as string[]}::text[]) AS kind ORDER BY kind
        ON CONFLICT (kind) DO UPDATE SET said_at = excluded.said_at, is_open = true WHERE a.said_at <= ${before}
        RETURNING kind`;
      const open = await prisma.alert.findMany({ where: { kind: { in: [...kinds] }, isOpen: true } });
      const isIn = (rows: { kind: string }[], kind: string) => rows.some((row) => row.kind === kind);
      return new Map(
        kinds.map((kind): [string, Claim] => {
          if (isIn(taken, kind)) return [kind, 'mine'];
          return [kind, isIn(open, kind) ? 'said' : 'too-soon'];
        }),
      );
    },
    async close(kinds) {
      const closed = await prisma.$queryRaw<{ kind: string }[]>`
        WITH open AS (SELECT kind FROM alerts WHERE kind = ANY(${kinds as string[]}) AND is_open ORDER BY kind FOR UPDATE)
        UPDATE alerts a SET is_open = false FROM open WHERE a.kind = open.kind RETURNING a.kind`;
      return new Map(kinds.map((kind) => [kind, closed.some((row) => row.kind === kind)]));
    },
  };
}

/** The database, and a second place for the time when that is unavailable. What was opened in either is closed in both. */
export function createSafeBoard(shared: AlertBoard, spare: AlertBoard): AlertBoard {
  return {
    open: (kinds, now, quietMs) =>
      shared.open(kinds, now, quietMs).catch(() => spare.open(kinds, now, quietMs)),
    async close(kinds) {
      const none = new Map<string, boolean>();
      const [inShared, inSpare] = await Promise.all(
        [shared, spare].map((board) => board.close(kinds).catch(() => none)),
      );
      const both = kinds.map((kind): [string, boolean | undefined] => {
        const answers = [inShared?.get(kind), inSpare?.get(kind)];
        if (answers.includes(true)) return [kind, true];
        return [kind, answers.includes(undefined) ? undefined : false];
      });
      return new Map(both.filter((one): one is [string, boolean] => one[1] !== undefined));
    },
  };
}
