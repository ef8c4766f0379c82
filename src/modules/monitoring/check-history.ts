import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../kernel/actor.ts';
import type { Clock } from '../../shared/clock.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/durations.ts';
import {
  BEST_FIRST,
  COMPONENT_NAMES,
  type ComponentName,
  type Health,
  type HealthStatus,
} from './health-service.ts';

/** A day of an outage of Postgres; what came before that is let go. */
const MAX_WAITING = 1_440 * COMPONENT_NAMES.length;

/** How one component was in one minute. */
interface Check {
  at: Date;
  component: ComponentName;
  status: HealthStatus;
  responseMs: number;
}

/** Writes down what each look finds. What cannot be written, because Postgres is unavailable, waits until it is back. */
export interface CheckHistory {
  note(health: Health): void;
  flush(): Promise<void>;
}

export function createCheckHistory(prisma: PrismaClient): CheckHistory {
  let waiting = new Map<string, Check>();

  function add(check: Check): void {
    const key = `${check.at.getTime()} ${check.component}`;
    const known = waiting.get(key);
    waiting.set(key, known ? worseOf(known, check) : check);
    const [oldest] = waiting.keys();
    if (waiting.size > MAX_WAITING && oldest !== undefined) waiting.delete(oldest);
  }

  return {
    note({ at, components }) {
      const minute = new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);
      for (const component of COMPONENT_NAMES) {
        const { status, responseTimeMs } = components[component];
        add({ at: minute, component, status, responseMs: responseTimeMs });
      }
    },
    async flush() {
      const writing = waiting;
      waiting = new Map();
      try {
        await write(prisma, [...writing.values()]);
      } catch (error) {
        const newer = waiting;
        waiting = writing;
        for (const check of newer.values()) add(check);
        throw error;
      }
    },
  };
}

function worseOf(one: Check, other: Check): Check {
  const [first, second] = [one, other].map(({ status }) => BEST_FIRST.indexOf(status)) as [number, number];
  return {
    ...(first >= second ? one : other),
    responseMs: Math.max(one.responseMs, other.responseMs),
  };
}

/** In one order, so that processes that write the same minute wait for each other in turn. */
async function write(prisma: PrismaClient, checks: readonly Check[]): Promise<void> {
  if (checks.length === 0) return;
  const order = BEST_FIRST.join(' ');
  await prisma.$executeRaw`
    INSERT INTO system_checks AS c (at, component, status, response_ms)
    SELECT at, component, status, "responseMs"
      FROM jsonb_to_recordset(${JSON.stringify(checks)}::jsonb)
        AS found (at timestamptz, component text, status text, "responseMs" integer)
     ORDER BY at, component
    ON CONFLICT (at, component) DO UPDATE
       SET response_ms = greatest(c.response_ms, excluded.response_ms),
           status = CASE WHEN position(excluded.status IN ${order}::text) > position(c.status IN ${order}::text)
                         THEN excluded.status ELSE c.status END`;
}

/** How a component did in the last 24 hours, in the minutes that were looked at. */
export interface ComponentDay {
  component: ComponentName;
  status: HealthStatus;
  /** From 0 to 1: degraded is up. */
  uptime: number;
  worstMs: number;
  /** When it came to be as it is. Null: it was so all the time. */
  changedAt: Date | null;
}

export function createCheckHistoryService(deps: {
  prisma: PrismaClient;
  clock: Clock;
  moderatorIds: readonly bigint[];
}) {
  const { prisma, clock, moderatorIds } = deps;
  return {
    /** Components that were not looked at are not among them. */
    async readDay(actor: Actor): Promise<ComponentDay[]> {
      requireModerator(actor, moderatorIds);
      const from = new Date(clock.now().getTime() - DAY_MS);
      const rows = await prisma.$queryRaw<ComponentDay[]>`
        WITH checks AS (
          SELECT *, lag(status) OVER (PARTITION BY component ORDER BY at) AS before
            FROM system_checks WHERE at >= ${from})
        SELECT component,
               (array_agg(status ORDER BY at DESC))[1] AS status,
               avg((status <> 'unhealthy')::int)::float8 AS uptime,
               max(response_ms) AS "worstMs",
               max(at) FILTER (WHERE before <> status) AS "changedAt"
          FROM checks GROUP BY component`;
      return COMPONENT_NAMES.flatMap((name) => rows.filter(({ component }) => component === name));
    },
  };
}
