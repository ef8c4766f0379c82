import type { DatabaseMetrics } from '../../infra/observability/metrics.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { IS_FREE, isDue } from '../../kernel/outbox/outbox-queries.ts';

export interface HourCounts {
  updates: number;
  failed: number;
  unavailable: number;
  faults: number;
}

/** Adds what one process counted in one hour to what the others did. */
export async function addToHour(
  prisma: PrismaClient,
  hour: Date,
  { updates, failed, unavailable, faults }: HourCounts,
  people: readonly bigint[],
): Promise<void> {
  // Prisma takes a long array apart value by value, and everybody waits for as long.
  const list = people.join(',');
  await prisma.$executeRaw`
    WITH present AS (
      INSERT INTO active_people (hour, person)
      SELECT ${hour}, unnest(string_to_array(${list}, ',')::bigint[])
      ON CONFLICT DO NOTHING)
    INSERT INTO hourly_figures AS f (hour, updates, failed, unavailable, faults)
    VALUES (${hour}, ${updates}, ${failed}, ${unavailable}, ${faults})
    ON CONFLICT (hour) DO UPDATE
       SET updates = f.updates + excluded.updates, failed = f.failed + excluded.failed,
           unavailable = f.unavailable + excluded.unavailable, faults = f.faults + excluded.faults`;
}

/** Sums of the hours that begin in [from, to). */
export async function sumHours(prisma: PrismaClient, from: Date, to: Date): Promise<HourCounts> {
  const { _sum: sum } = await prisma.hourlyMetrics.aggregate({
    where: { hour: { gte: from, lt: to } },
    _sum: { updates: true, failed: true, unavailable: true, faults: true },
  });
  return {
    updates: sum.updates ?? 0,
    failed: sum.failed ?? 0,
    unavailable: sum.unavailable ?? 0,
    faults: sum.faults ?? 0,
  };
}

/** Different people who did something in the hours that begin in [from, to). */
export async function countActivePeople(prisma: PrismaClient, from: Date, to: Date): Promise<number> {
  const [row] = await prisma.$queryRaw<{ people: number }[]>`
    SELECT count(DISTINCT person)::int AS people FROM active_people WHERE hour >= ${from} AND hour < ${to}`;
  return row?.people ?? 0;
}

/** How many of these did something in the hours that begin in [from, to). */
export async function countActiveAmong(
  prisma: PrismaClient,
  from: Date,
  to: Date,
  people: readonly bigint[],
): Promise<number> {
  const list = people.join(',');
  const [row] = await prisma.$queryRaw<{ people: number }[]>`
    SELECT count(DISTINCT person)::int AS people FROM active_people
     WHERE hour >= ${from} AND hour < ${to} AND person = ANY (string_to_array(${list}, ',')::bigint[])`;
  return row?.people ?? 0;
}

/** Telegram ids of those who came in [from, to) and to no bot before. Who was forgotten since is not among them. */
export async function listNewcomers(prisma: PrismaClient, from: Date, to: Date): Promise<bigint[]> {
  const rows = await prisma.$queryRaw<{ person: bigint }[]>`
    WITH people AS (
      SELECT telegram_id AS person FROM end_users WHERE created_at >= ${from} AND created_at < ${to}
      UNION SELECT telegram_id FROM user_admins WHERE created_at >= ${from} AND created_at < ${to})
    SELECT person FROM people
     WHERE person > 0
       AND NOT EXISTS (SELECT 1 FROM end_users WHERE telegram_id = person AND created_at < ${from})
       AND NOT EXISTS (SELECT 1 FROM user_admins WHERE telegram_id = person AND created_at < ${from})`;
  return rows.map(({ person }) => person);
}

export async function forgetHours(
  prisma: PrismaClient,
  peopleBefore: Date,
  hoursBefore: Date,
): Promise<void> {
  await prisma.activePerson.deleteMany({ where: { hour: { lt: peopleBefore } } });
  await prisma.hourlyMetrics.deleteMany({ where: { hour: { lt: hoursBefore } } });
}

/** How long the oldest outbox message has been due. One that was put off is so since it is due again. */
export async function readOldestMessageSeconds(prisma: PrismaClient, now: Date): Promise<number> {
  const [row] = await prisma.$queryRaw<{ seconds: number }[]>`
    SELECT coalesce(max(least(extract(epoch FROM ${now} - due_at)::float8,
                              extract(epoch FROM now() - greatest(claimed_until, retry_at))::float8)), 0) AS seconds
      FROM promises
     WHERE done_at IS NULL AND ${isDue(now)} AND ${IS_FREE}`;
  return row?.seconds ?? 0;
}

/** What the database says of the present, by partial indexes. A subscriber is a person, of however many chats. */
export async function readDatabaseMetrics(prisma: PrismaClient, now: Date): Promise<DatabaseMetrics> {
  const counting = prisma.$queryRaw<Omit<DatabaseMetrics, 'outboxOldestSeconds'>[]>`
    SELECT (SELECT count(*) FROM user_bots WHERE is_active)::int AS "liveBots",
           (SELECT count(DISTINCT end_user_id) FROM subscriptions WHERE status = 'active')::int AS "liveSubscriptions",
           (SELECT count(*) FROM promises
             WHERE done_at IS NULL AND ${isDue(now)} AND ${IS_FREE})::int AS "outboxDue",
           (SELECT count(*) FROM payment_attempts WHERE state = 'created')::int AS "runningAttempts",
           (SELECT count(*) FROM refunds WHERE status IN ('open', 'sending'))::int AS "openRefunds",
           (SELECT count(*) FROM panel_sessions
             WHERE ended_at IS NULL AND expires_at > ${now})::int AS "panelSessions"`;
  const [[row], outboxOldestSeconds] = await Promise.all([counting, readOldestMessageSeconds(prisma, now)]);
  if (!row) throw new Error('Postgres counted nothing');
  return { ...row, outboxOldestSeconds };
}
