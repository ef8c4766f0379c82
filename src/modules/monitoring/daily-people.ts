import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { dateOf, lastDays } from '../../shared/calendar.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/durations.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { countActiveAmong, countActivePeople, listNewcomers } from './metrics-queries.ts';

const DAYS_KEPT = 400;
/** Hashes are kept for three days: one that was missed, because nothing ran, is counted a day later. */
const DAYS_COUNTED = 2;
const RETURN_DAYS = 7;
const WEEK_DAYS = 7;
/** What other processes counted before midnight is written by then. */
const SETTLE_MS = 10 * MINUTE_MS;

/** How the days before compare. Null: not known, or of nobody. */
export interface PeopleTrend {
  /** Active people of a day, on average of the seven days before. */
  weekAverage: number | null;
  /** Of those who were new on the day seven days before yesterday, how many were active yesterday. */
  retention: { newcomers: number; returned: number } | null;
}

/** How many people each day had, as numbers without anybody's name. Days are those of the platform's time zone. */
export interface DailyPeople {
  /** Counts the days that are over and not counted yet, and lets go of what is too old. */
  closeDays(): Promise<void>;
  /** For the 24 hours until `until`. */
  readTrend(until: Date): Promise<PeopleTrend>;
}

export function createDailyPeople(deps: {
  prisma: PrismaClient;
  clock: Clock;
  timeZone: string;
  hashPerson: () => Promise<HashPerson>;
}): DailyPeople {
  const { prisma, clock, timeZone } = deps;

  /** @param newOn when the day began and ended whose newcomers are looked for */
  async function closeDay(from: Date, to: Date, newOn: { from: Date; to: Date }): Promise<void> {
    const day = dateOf(from, timeZone);
    if (await prisma.dailyPeople.findUnique({ where: { day } })) return;
    const active = await countActivePeople(prisma, from, to);
    // Nothing ran, or not yet: no day to compare others with.
    if (active === 0) return;
    const [newcomers, hash] = await Promise.all([
      listNewcomers(prisma, newOn.from, newOn.to),
      deps.hashPerson(),
    ]);
    const returned = await countActiveAmong(prisma, from, to, newcomers.map(hash));
    const counts = { active, newcomers: newcomers.length, returned };
    await prisma.dailyPeople.createMany({ data: [{ day, ...counts }], skipDuplicates: true });
  }

  return {
    async closeDays() {
      const now = clock.now();
      const midnights = lastDays(now, RETURN_DAYS + DAYS_COUNTED + 1, timeZone);
      const days = midnights.slice(0, -1).map((from, at) => ({ from, to: midnights[at + 1] ?? now }));
      for (const [at, { from, to }] of days.slice(RETURN_DAYS).entries()) {
        const newOn = days[at];
        if (newOn && now.getTime() >= to.getTime() + SETTLE_MS) await closeDay(from, to, newOn);
      }
      const oldest = new Date(dateOf(now, timeZone).getTime() - DAYS_KEPT * DAY_MS);
      await prisma.dailyPeople.deleteMany({ where: { day: { lt: oldest } } });
    },
    async readTrend(until) {
      // The day that the 24 hours began on is no day before them.
      const yesterday = dateOf(new Date(until.getTime() - DAY_MS), timeZone);
      const weekBefore = new Date(yesterday.getTime() - WEEK_DAYS * DAY_MS);
      const [week, last] = await Promise.all([
        prisma.dailyPeople.aggregate({
          where: { day: { gte: weekBefore, lt: yesterday } },
          _avg: { active: true },
        }),
        prisma.dailyPeople.findUnique({ where: { day: yesterday } }),
      ]);
      return {
        weekAverage: week._avg.active,
        retention: last && last.newcomers > 0 ? { newcomers: last.newcomers, returned: last.returned } : null,
      };
    },
  };
}
