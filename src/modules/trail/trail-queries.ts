import { Prisma } from '../../infra/prisma-client/client.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { endOfDate, startOfDate } from '../../shared/calendar.ts';

/** Which lines are meant; what is absent leaves none out. */
export interface TrailFilter {
  /** As what somebody acted, or who: `owner`, `owner:712000012`, `712000012`. */
  actor?: string | undefined;
  /** `plan.price-set`, or all of a kind: `plan`. */
  action?: string | undefined;
  /** Dates of the platform's time zone, both in. */
  from?: string | undefined;
  to?: string | undefined;
}

/** Where a page of the newest goes on. */
export interface TrailPlace {
  at: Date;
  id: bigint;
}

export interface TrailRow extends TrailPlace {
  actor: string;
  action: string;
  target: string;
  /** Of an actor whom the owner knows: themselves, who helps, and who writes to the bot. */
  name: string | null;
}

/** Somebody by whom the trail is narrowed. */
export interface TrailActor {
  /** As the filter names them. */
  actor: string;
  name: string | null;
}

/** Who acted in so many of the newest lines is offered, and no more than these. */
export const LINES_LOOKED_AT = 5_000;
export const MOST_ACTORS = 50;

/** Who acted on a bot, the latest first: those whom its owner may be told of. */
export function listActors(db: Db, botId: number): Promise<TrailActor[]> {
  return db.$queryRaw<TrailActor[]>`
    SELECT a.actor, coalesce(o.full_name, m.full_name, e.full_name) AS name
      FROM (SELECT actor, ${botId}::int AS tenant, max(id) AS last
              FROM (SELECT actor, id FROM audit_log WHERE tenant = ${botId} AND NOT ${BY_A_MODERATOR}
                     ORDER BY at DESC, id DESC LIMIT ${LINES_LOOKED_AT}) recent
             GROUP BY actor ORDER BY last DESC LIMIT ${MOST_ACTORS}) a
     ${WITH_NAMES}
     ORDER BY a.last DESC`;
}

/** Beside actors `a` of a tenant: whom its owner knows, who are themselves, those who help and those who write to the bot. */
const WITH_NAMES = Prisma.sql`
  CROSS JOIN LATERAL (SELECT split_part(a.actor, ':', 1) AS kind, split_part(a.actor, ':', 2) AS id) who
   LEFT JOIN user_bots b ON b.id = a.tenant
   LEFT JOIN user_admins o ON who.kind = 'owner' AND o.id = b.user_admin_id AND o.telegram_id::text = who.id
   LEFT JOIN LATERAL (
     SELECT full_name FROM bot_managers
      WHERE who.kind = 'manager' AND user_bot_id = a.tenant AND telegram_id::text = who.id
      ORDER BY id DESC LIMIT 1) m ON true
   LEFT JOIN end_users e ON who.kind IN ('end-user', 'chat-admin') AND e.user_bot_id = a.tenant
        AND e.telegram_id = CASE WHEN who.id ~ '^[0-9]{1,18}$' THEN who.id::bigint END`;

/** A bot's lines, the newest first. */
export function listTrail(
  db: Db,
  {
    botId,
    filter,
    before,
    take,
    timeZone,
  }: { botId: number; filter: TrailFilter; before: TrailPlace | null; take: number; timeZone: string },
): Promise<TrailRow[]> {
  const { actor, action, from, to } = filter;
  const conditions = [
    Prisma.sql`a.tenant = ${botId}`,
    actor !== undefined && byActor(actor),
    action !== undefined && Prisma.sql`(a.action = ${action} OR starts_with(a.action, ${`${action}.`}))`,
    from !== undefined && Prisma.sql`a.at >= ${startOfDate(from, timeZone)}`,
    to !== undefined && Prisma.sql`a.at < ${endOfDate(to, timeZone)}`,
    before !== null && Prisma.sql`(a.at, a.id) < (${before.at}::timestamptz, ${before.id}::bigint)`,
  ].filter((condition) => condition !== false);
  return db.$queryRaw<TrailRow[]>`
    SELECT a.id, a.at, a.actor, a.action, a.target, coalesce(o.full_name, m.full_name, e.full_name) AS name
      FROM audit_log a
     ${WITH_NAMES}
     WHERE ${Prisma.join(conditions, ' AND ')}
     ORDER BY a.at DESC, a.id DESC LIMIT ${take}`;
}

/** That a moderator acted is no secret; which of them did is none of an owner's. */
const BY_A_MODERATOR = Prisma.sql`starts_with(actor, 'moderator:')`;

function byActor(actor: string): Prisma.Sql {
  if (actor.startsWith('moderator:')) return Prisma.sql`false`;
  if (/^\d+$/.test(actor)) return Prisma.sql`(a.actor LIKE ${`%:${actor}`} AND NOT ${BY_A_MODERATOR})`;
  return Prisma.sql`(a.actor = ${actor} OR starts_with(a.actor, ${`${actor}:`}))`;
}
