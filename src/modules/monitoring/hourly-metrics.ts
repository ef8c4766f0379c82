import type { CountedOutcome } from '../../infra/observability/metrics.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS, HOUR_MS } from '../../shared/durations.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { addToHour, countActivePeople, forgetHours, type HourCounts, sumHours } from './metrics-queries.ts';

/** Enough to compare a day with the one before it. */
const PEOPLE_KEPT_MS = 3 * DAY_MS;
const HOURS_KEPT_MS = 365 * DAY_MS;
/** More than this are noted in the database again, which knows them already. */
const MAX_KNOWN_PEOPLE = 200_000;

interface DayMetrics {
  updates: number;
  /** Faults of ours, in updates or in jobs. */
  errors: number;
  /** Updates that Telegram was asked to send again. */
  unavailable: number;
  activeUsers: number;
}

/**
 * Counts in memory and writes every few seconds, never once an update. A killed process loses what it counted since:
 * these are metrics, not a ledger.
 */
export interface HourlyMetrics {
  countUpdate(outcome: CountedOutcome, telegramUserId: number | null): void;
  countFault(): void;
  /** Writes what was counted. What cannot be written now waits for the next time. */
  flush(): Promise<void>;
  /** Of the whole hours that begin in [from, to), at most three days ago for people. */
  readDay(from: Date, to: Date): Promise<DayMetrics>;
  /** Different people of the 24 hours until `to`. */
  countActive(to: Date): Promise<number>;
  /** Removes what is older than is kept. */
  prune(): Promise<void>;
}

interface Pending extends HourCounts {
  /** Ids, as long as they are in memory. */
  people: number[];
}

export function createHourlyMetrics(deps: {
  prisma: PrismaClient;
  clock: Clock;
  /** Reads the key of people. */
  hashPerson: () => Promise<HashPerson>;
}): HourlyMetrics {
  const { prisma, clock } = deps;
  let pending = new Map<number, Pending>();
  let known = new Set<number>();
  let knownHour = 0;

  const hourOf = (at: Date): number => Math.floor(at.getTime() / HOUR_MS);

  function present(): Pending {
    const hour = hourOf(clock.now());
    if (hour !== knownHour || known.size >= MAX_KNOWN_PEOPLE) known = new Set();
    knownHour = hour;
    const counts = pending.get(hour) ?? { updates: 0, failed: 0, unavailable: 0, faults: 0, people: [] };
    pending.set(hour, counts);
    return counts;
  }

  function putBack(hour: number, counts: Pending): void {
    const newer = pending.get(hour);
    if (newer) {
      for (const name of ['updates', 'failed', 'unavailable', 'faults'] as const) newer[name] += counts[name];
      newer.people.push(...counts.people);
    } else pending.set(hour, counts);
  }

  return {
    countUpdate(outcome, telegramUserId) {
      if (outcome === 'seen-before' || outcome === 'refused') return;
      const counts = present();
      counts.updates += 1;
      if (outcome === 'failed') counts.failed += 1;
      if (outcome === 'unavailable') counts.unavailable += 1;
      if (telegramUserId === null || known.has(telegramUserId)) return;
      known.add(telegramUserId);
      counts.people.push(telegramUserId);
    },
    countFault() {
      present().faults += 1;
    },
    async flush() {
      const writing = pending;
      pending = new Map();
      if (writing.size === 0) return;
      try {
        const hash = await deps.hashPerson();
        for (const [hour, counts] of writing) {
          await addToHour(prisma, new Date(hour * HOUR_MS), counts, counts.people.map(hash));
          writing.delete(hour);
        }
      } catch (error) {
        for (const [left, leftCounts] of writing) putBack(left, leftCounts);
        throw error;
      }
    },
    async readDay(from, to) {
      const [sums, activeUsers] = await Promise.all([
        sumHours(prisma, from, to),
        countActivePeople(prisma, from, to),
      ]);
      return {
        updates: sums.updates,
        errors: sums.faults,
        unavailable: sums.unavailable,
        activeUsers,
      };
    },
    countActive: (to) => countActivePeople(prisma, new Date(to.getTime() - DAY_MS), to),
    prune() {
      const now = clock.now().getTime();
      return forgetHours(prisma, new Date(now - PEOPLE_KEPT_MS), new Date(now - HOURS_KEPT_MS));
    },
  };
}
