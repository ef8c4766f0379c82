import type { Prisma } from '../../../infra/prisma-client/client.ts';
import { type AuditAction, managerNamed, moderatorNamed, ownerNamed } from '../../../kernel/audit.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { endOfDate, startOfDate } from '../../../shared/calendar.ts';
import { LINES_LOOKED_AT, MOST_ACTORS, type TrailActor } from '../../trail/trail-queries.ts';

/** Which lines of the trail are meant; what is absent leaves none out. */
export interface TrailFilter {
  /** What they acted as, or who: `owner`, `owner:712000012`, `712000012`. Nobody who is of a bot is found by who they are. */
  actor?: string | undefined;
  /** `plan.price-set`, or all of a kind: `plan`. */
  action?: string | undefined;
  /** `2026-12-31`, of the platform's time zone, both ends in. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface TrailRecord {
  id: bigint;
  at: Date;
  /** `<kind>:<Telegram id>`. */
  actor: string;
  /** Of owners and moderators who are known still. */
  actorName: string | null;
  action: AuditAction;
  target: string;
  /** The tenant's. */
  botUsername: string | null;
}

/** The newest first. @returns one more than `limit`, where there is more */
export async function readTrail(
  db: Db,
  filter: TrailFilter,
  { before, limit, timeZone }: { before: bigint | null; limit: number; timeZone: string },
): Promise<TrailRecord[]> {
  if (NAMES_SOMEBODY_OF_A_BOT.test(filter.actor ?? '')) return [];
  const rows = await db.auditEntry.findMany({
    where: { AND: [where(filter, timeZone), before === null ? {} : { id: { lt: before } }] },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const [bots, names] = await Promise.all([
    db.sellerBot.findMany({
      where: { id: { in: rows.flatMap(({ botId }) => botId ?? []) } },
      select: { id: true, username: true },
    }),
    readNames(
      db,
      rows.map(({ actor }) => actor),
    ),
  ]);
  const usernames = new Map(bots.map(({ id, username }) => [id, username]));
  return rows.map(({ id, at, actor, action, target, botId }) => ({
    id,
    at,
    actor,
    actorName: names(actor),
    action: action as AuditAction,
    target,
    botUsername: botId === null ? null : (usernames.get(botId) ?? null),
  }));
}

/** Who buys at a bot, or runs its chats: moderators are not told what one of them did. */
const NAMES_SOMEBODY_OF_A_BOT = /^(?:end-user|chat-admin):/;

function byActor(actor: string): Prisma.AuditEntryWhereInput[] {
  if (/^\d+$/.test(actor)) {
    return [{ actor: `owner:${actor}` }, { actor: `manager:${actor}` }, { actor: `moderator:${actor}` }];
  }
  return [{ actor }, { actor: { startsWith: `${actor}:` } }];
}

/** Who acted last, the latest first: those whom moderators may be told of. */
export async function readTrailActors(db: Db): Promise<TrailActor[]> {
  const rows = await db.$queryRaw<{ actor: string }[]>`
    SELECT actor FROM (SELECT actor, id FROM audit_log ORDER BY id DESC LIMIT ${LINES_LOOKED_AT}) recent
     WHERE actor NOT LIKE 'end-user%' AND actor NOT LIKE 'chat-admin%'
     GROUP BY actor ORDER BY max(id) DESC LIMIT ${MOST_ACTORS}`;
  const names = await readNames(
    db,
    rows.map(({ actor }) => actor),
  );
  return rows.map(({ actor }) => ({ actor, name: names(actor) }));
}

/** By what owners, managers and moderators are called who are known still. */
async function readNames(db: Db, actors: readonly string[]): Promise<(actor: string) => string | null> {
  const idOf = (actor: string) => ownerNamed(actor) ?? managerNamed(actor) ?? moderatorNamed(actor);
  const people = await db.owner.findMany({
    where: { telegramUserId: { in: actors.flatMap((actor) => idOf(actor) ?? []) } },
    select: { telegramUserId: true, fullName: true },
  });
  const names = new Map(people.map(({ telegramUserId, fullName }) => [telegramUserId, fullName]));
  return (actor) => names.get(idOf(actor) ?? 0n) ?? null;
}

function where({ actor, action, from, to }: TrailFilter, timeZone: string): Prisma.AuditEntryWhereInput {
  return {
    ...(actor ? { OR: byActor(actor) } : {}),
    ...(action ? { AND: { OR: [{ action }, { action: { startsWith: `${action}.` } }] } } : {}),
    at: {
      ...(from === undefined ? {} : { gte: startOfDate(from, timeZone) }),
      ...(to === undefined ? {} : { lt: endOfDate(to, timeZone) }),
    },
  };
}
