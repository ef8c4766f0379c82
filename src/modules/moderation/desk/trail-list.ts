import type { Prisma } from '../../../infra/prisma-client/client.ts';
import { type AuditAction, moderatorNamed, ownerNamed } from '../../../kernel/audit.ts';
import type { Db } from '../../../kernel/unit-of-work.ts';
import { endOfDate, startOfDate } from '../../../shared/calendar.ts';

/** Which lines of the trail are meant; what is absent leaves none out. */
export interface TrailFilter {
  /** What they acted as, or who: `owner`, `owner:712000012`. */
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
  const rows = await db.auditEntry.findMany({
    where: { AND: [where(filter, timeZone), before === null ? {} : { id: { lt: before } }] },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const ids = rows.flatMap(({ actor }) => ownerNamed(actor) ?? moderatorNamed(actor) ?? []);
  const [bots, people] = await Promise.all([
    db.sellerBot.findMany({
      where: { id: { in: rows.flatMap(({ botId }) => botId ?? []) } },
      select: { id: true, username: true },
    }),
    db.owner.findMany({
      where: { telegramUserId: { in: ids } },
      select: { telegramUserId: true, fullName: true },
    }),
  ]);
  const usernames = new Map(bots.map(({ id, username }) => [id, username]));
  const names = new Map(people.map(({ telegramUserId, fullName }) => [telegramUserId, fullName]));
  return rows.map(({ id, at, actor, action, target, botId }) => ({
    id,
    at,
    actor,
    actorName: names.get(ownerNamed(actor) ?? moderatorNamed(actor) ?? 0n) ?? null,
    action: action as AuditAction,
    target,
    botUsername: botId === null ? null : (usernames.get(botId) ?? null),
  }));
}

function where({ actor, action, from, to }: TrailFilter, timeZone: string): Prisma.AuditEntryWhereInput {
  return {
    ...(actor ? { OR: [{ actor }, { actor: { startsWith: `${actor}:` } }] } : {}),
    ...(action ? { AND: { OR: [{ action }, { action: { startsWith: `${action}.` } }] } } : {}),
    at: {
      ...(from === undefined ? {} : { gte: startOfDate(from, timeZone) }),
      ...(to === undefined ? {} : { lt: endOfDate(to, timeZone) }),
    },
  };
}
