import { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { Language } from '../../shared/languages.ts';
import { fromDecimalString } from '../../shared/money.ts';
import { managersOf } from '../team/team-queries.ts';
import { ENDS_AT, inGrace } from './people-filter.ts';

/** An end user as their owner's list shows them. */
export interface PersonRecord {
  id: number;
  telegramUserId: bigint;
  fullName: string;
  username: string | null;
  language: Language;
  banned: boolean;
  blockedAt: Date | null;
  createdAt: Date;
  state: 'live' | 'grace' | 'ended' | 'never' | 'banned' | 'manager';
  /** When the first of what they hold ends, or the place that is kept; null: nothing does. */
  until: Date | null;
  /** Tiyin; Stars are counted apart from money. */
  spent: bigint;
  /** By which they came to the bot. */
  source: { id: number; name: string } | null;
}

interface Row extends Omit<PersonRecord, 'state' | 'spent' | 'source'> {
  held: number;
  active: number;
  inGrace: number;
  helps: boolean;
  spent: string;
  sourceId: number | null;
  sourceName: string | null;
}

/** End users of a bot in the order of their ids given; one statement for one as for a hundred. */
export async function readPeople(
  db: Db,
  { botId }: TenantScope,
  ids: readonly number[],
  now: Date,
): Promise<PersonRecord[]> {
  if (ids.length === 0) return [];
  const rows = await db.$queryRaw<Row[]>`
    SELECT e.id, e.telegram_id AS "telegramUserId", e.full_name AS "fullName", e.username, e.language, e.banned,
           e.blocked_at AS "blockedAt", e.created_at AS "createdAt", src.id AS "sourceId", src.name AS "sourceName",
           e.telegram_id IN (${managersOf(Prisma.sql`e.user_bot_id`)}) AS helps, h.*, paid.spent
      FROM end_users e
      LEFT JOIN sources src ON src.id = e.source_id
     CROSS JOIN LATERAL (
           SELECT count(*)::int AS held,
                  count(*) FILTER (WHERE s.status = 'active')::int AS active,
                  count(*) FILTER (WHERE ${inGrace(now)})::int AS "inGrace",
                  min(${ENDS_AT}) FILTER (WHERE s.status = 'active') AS until
             FROM subscriptions s WHERE s.end_user_id = e.id) h
     CROSS JOIN LATERAL (
           SELECT coalesce(sum(p.amount), 0)::text AS spent FROM payments p
            WHERE p.end_user_id = e.id AND p.status = 'approved' AND p.currency = 'UZS' AND NOT p.is_test) paid
     WHERE e.user_bot_id = ${botId} AND e.id IN (${Prisma.join([...ids])})`;
  const records = new Map(rows.map((row) => [row.id, toRecord(row)]));
  return ids.flatMap((id) => records.get(id) ?? []);
}

function toRecord({
  held,
  active,
  inGrace: kept,
  helps,
  spent,
  sourceId,
  sourceName,
  ...row
}: Row): PersonRecord {
  return {
    ...row,
    state: stateOf({ banned: row.banned, helps, held, active, kept }),
    spent: fromDecimalString(spent),
    source: sourceId === null || sourceName === null ? null : { id: sourceId, name: sourceName },
  };
}

function stateOf(of: {
  banned: boolean;
  helps: boolean;
  held: number;
  active: number;
  kept: number;
}): PersonRecord['state'] {
  if (of.banned) return 'banned';
  if (of.helps) return 'manager';
  if (of.active > of.kept) return 'live';
  if (of.kept > 0) return 'grace';
  return of.held > 0 ? 'ended' : 'never';
}
