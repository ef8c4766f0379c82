import { LRUCache } from 'lru-cache';
import { hasCode } from '../../../infra/observability/error-code.ts';
import type { LongQuery, LongTransact } from '../../../infra/postgres/long-transaction.ts';
import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { ChangeFeed } from '../../../kernel/change-feed.ts';
import { within } from '../../../shared/async/time-limit.ts';
import type { Clock } from '../../../shared/clock.ts';
import { DAY_MS, SECOND_MS } from '../../../shared/durations.ts';
import { PLATFORM } from './platform-facts.ts';

/** `elsewhere`: another process was at it. */
export type BuildOutcome = 'built' | 'elsewhere' | 'failed';

export interface FactsStoreDeps {
  prisma: PrismaClient;
  longTransact: LongTransact;
  clock: Clock;
  feed: ChangeFeed;
  /** @param seconds how long it took, from when it was wanted on */
  observeBuild: (outcome: BuildOutcome, seconds: number) => void;
  /** Of a failure that nobody is told of, as they are told older facts. */
  report: (error: unknown, tags: Record<string, string>) => void;
}

/** What is counted of a scope: a bot's books, or the platform's. */
export interface FactsKind<Kept, Facts> {
  /** Of the shape of what is kept: what an older program counted is counted anew. */
  version: number;
  count: (query: LongQuery, scope: number, asOf: Date) => Promise<Kept>;
  read: (kept: Kept) => Facts;
}

export interface FactsStore<Facts> {
  /**
   * The newest there are: older ones where they cannot be counted now. `computing`: none yet, and it takes long.
   * @throws why they cannot be counted, where there are none
   */
  read(scope: number): Promise<Facts | 'computing'>;
}

interface Counted<Facts> {
  facts: Facts;
  builtAt: Date;
  buildMs: number;
  /** Bytes in memory, roughly. */
  size: number;
}

interface Row {
  builtAt: Date;
  buildMs: number;
  readAt: Date;
  /** Null: no newer ones than are known. */
  facts: string | null;
}

const FRESH_MS = 10 * SECOND_MS;
/** So much longer than it took it counts as fresh: analytics never take more than a three-hundredth of one core. */
const FRESH_TIMES = 300;
/** What takes longer is counted behind the old ones. */
const BEHIND_MS = 2 * SECOND_MS;
/** Nobody waits for longer than this to see anything. */
const PATIENCE_MS = 5 * SECOND_MS;
/** So often is looked whether another process is done, or has given up. */
const LOOK_EVERY_MS = 100;
/** After a failure nobody tries anew until so much longer than it took has passed. */
const RETRY_TIMES = 3;
const READ_NOTED_MS = DAY_MS;

const MAX_KNOWN = 50;
/** A shop whose own take more is known alone, as long as nobody asks for another's. */
const MAX_KNOWN_BYTES = 20_000_000;
/** Objects take more room than their text. */
const BYTES_A_CHARACTER = 2;

/** Of advisory locks with two numbers; the other one is the scope. */
const LOCK = 1_634_627_187;

/** Postgres's word for it. */
const SERIALIZATION_FAILURE = '40001';

const NEWEST = `
SELECT built_at AS "builtAt", build_ms AS "buildMs", read_at AS "readAt",
       CASE WHEN built_at > $3 THEN facts::text END AS facts
  FROM analytics_facts WHERE scope = $1 AND version = $2`;
const KEEP = `
INSERT INTO analytics_facts (scope, version, built_at, build_ms, read_at, facts) VALUES ($1, $2, $3, $4, $3, $5::jsonb)
ON CONFLICT (scope) DO UPDATE SET version = excluded.version, built_at = excluded.built_at, build_ms = excluded.build_ms,
                                  read_at = excluded.read_at, facts = excluded.facts`;

/**
 * Keeps what was counted until it is too old, in memory and in the database: however many ask, in however many processes,
 * it is counted once.
 */
export function createFactsStore<Kept extends object, Facts>(
  { prisma, longTransact, clock, feed, observeBuild, report }: FactsStoreDeps,
  { version, count, read: readKept }: FactsKind<Kept, Facts>,
): FactsStore<Facts> {
  const known = new LRUCache<number, Counted<Facts>>({
    max: MAX_KNOWN,
    maxSize: MAX_KNOWN_BYTES,
    // What is larger than all may be would never be kept, and read anew at each ask.
    sizeCalculation: ({ size }) => Math.min(size, MAX_KNOWN_BYTES),
  });
  const loading = new Map<number, Promise<Counted<Facts> | null>>();
  const building = new Map<number, Promise<Counted<Facts> | null>>();
  const failures = new LRUCache<number, { error: unknown; until: number }>({ max: MAX_KNOWN });

  function isFresh({ builtAt, buildMs }: Pick<Counted<Facts>, 'builtAt' | 'buildMs'>): boolean {
    const age = clock.now().getTime() - builtAt.getTime();
    return age >= 0 && age < Math.max(FRESH_MS, FRESH_TIMES * buildMs);
  }

  /** From the database, where it has newer ones than are known here. */
  const load = (scope: number) =>
    shared(loading, scope, async () => {
      const before = known.get(scope) ?? null;
      const [row] = await prisma.$queryRawUnsafe<Row[]>(
        NEWEST,
        scope,
        version,
        before?.builtAt ?? new Date(0),
      );
      if (row && clock.now().getTime() - row.readAt.getTime() >= READ_NOTED_MS) {
        await prisma.analyticsFacts.updateMany({ where: { scope }, data: { readAt: clock.now() } });
      }
      return row?.facts ? remember(scope, row, row.facts) : before;
    });

  function remember(
    scope: number,
    { builtAt, buildMs }: Omit<Counted<Facts>, 'facts' | 'size'>,
    text: string,
  ) {
    const facts = readKept(JSON.parse(text) as Kept);
    const counted = { facts, builtAt, buildMs, size: text.length * BYTES_A_CHARACTER };
    known.set(scope, counted);
    return counted;
  }

  /** @returns null where there are no newer ones than the older, or none yet. @throws where there are no older ones */
  const build = (scope: number, older: Counted<Facts> | null) =>
    shared(building, scope, async () => {
      const began = performance.now();
      const took = () => performance.now() - began;
      try {
        for (;;) {
          const counted = await countAlone(scope);
          if (counted) {
            failures.delete(scope);
            observeBuild('built', took() / SECOND_MS);
            // Somebody may have been told of older ones, or of none.
            if (took() >= BEHIND_MS) feed.changed(new Set([scope === PLATFORM ? null : scope]));
            return counted;
          }
          const newest = await load(scope);
          const isThere = newest !== null && isFresh(newest);
          if (isThere || took() >= PATIENCE_MS) {
            observeBuild('elsewhere', took() / SECOND_MS);
            return isThere ? newest : null;
          }
          await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        }
      } catch (error) {
        observeBuild('failed', took() / SECOND_MS);
        failures.set(scope, {
          error,
          until: clock.now().getTime() + Math.max(FRESH_MS, RETRY_TIMES * took()),
        });
        if (!older) throw error;
        report(error, { part: 'analytics' });
        return null;
      }
    });

  /** @returns null where another process is at it, or was a moment ago */
  async function countAlone(scope: number): Promise<Counted<Facts> | null> {
    try {
      return await longTransact(async (query) => {
        const [lock] = await query<{ isOurs: boolean }>(
          'SELECT pg_try_advisory_xact_lock($1, $2) AS "isOurs"',
          [LOCK, scope],
        );
        if (!lock?.isOurs) return null;
        const [row] = await query<Row>(NEWEST, [scope, version, new Date(0)]);
        if (row?.facts && isFresh(row)) return null;
        const builtAt = clock.now();
        const began = performance.now();
        const text = JSON.stringify(await count(query, scope, builtAt));
        const buildMs = Math.ceil(performance.now() - began);
        await query(KEEP, [scope, version, builtAt, buildMs, text]);
        return remember(scope, { builtAt, buildMs }, text);
      });
    } catch (error) {
      // It kept its own in the moment before ours: nobody keeps two.
      if (hasCode(error, SERIALIZATION_FAILURE)) return null;
      throw error;
    }
  }

  return {
    async read(scope) {
      const remembered = known.get(scope);
      if (remembered && isFresh(remembered)) return remembered.facts;
      const last = await load(scope);
      if (last && isFresh(last)) return last.facts;
      const failure = failures.get(scope);
      if (failure && clock.now().getTime() < failure.until) {
        if (last) return last.facts;
        throw failure.error;
      }
      const built = build(scope, last);
      if (last && last.buildMs > BEHIND_MS) return last.facts;
      let newest: Counted<Facts> | null = last;
      const hear = built.then((counted) => {
        newest = counted ?? newest;
      });
      await within(last ? BEHIND_MS : PATIENCE_MS, hear);
      return (newest as Counted<Facts> | null)?.facts ?? 'computing';
    },
  };
}

/** Whoever asks for the same while it is on its way gets the same. */
function shared<T>(underWay: Map<number, Promise<T>>, key: number, make: () => Promise<T>): Promise<T> {
  const present = underWay.get(key);
  if (present) return present;
  const made = make().finally(() => underWay.delete(key));
  underWay.set(key, made);
  return made;
}
