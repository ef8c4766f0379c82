import { z } from 'zod';
import { Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { managersOf } from '../team/team-queries.ts';
import type { Broadcast } from './broadcast.ts';
import { recipientsWhere, type Segment } from './segment.ts';

/**
 * What became of somebody's copy. `taken`: its call is under way. `unknown`: nobody knows whether it came, and it is not sent
 * again. `skipped`: they were banned, wanted no offers, helped with the bot or were gone when it was their turn.
 */
const RECIPIENT_STATES = ['waiting', 'taken', 'sent', 'blocked', 'failed', 'unknown', 'skipped'] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];

/** How many recipients are in each state. */
export type RecipientCounts = Record<RecipientState, number>;

export const NOBODY: RecipientCounts = {
  waiting: 0,
  taken: 0,
  sent: 0,
  blocked: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
};

const storedCounts = z.partialRecord(z.enum(RECIPIENT_STATES), z.number());

type Bot = Pick<TenantScope, 'botId' | 'ownerTelegramUserId'>;

/** How many would get it now, of as many as the tariff allows. */
export async function countRecipients(
  db: Db,
  bot: Bot,
  { segment, most }: { segment: Segment; most: number },
  now: Date,
): Promise<number> {
  const [row] = await db.$queryRaw<{ people: number }[]>`
    SELECT count(*)::int AS people
      FROM (SELECT FROM end_users e WHERE ${recipientsWhere(bot, segment, now)} LIMIT ${most}) reachable`;
  return row?.people ?? 0;
}

/** Writes down who gets it: of more than `most` the newest. @returns how many */
export async function fixRecipients(
  db: Db,
  bot: Bot,
  { id, segment, most }: { id: number; segment: Segment; most: number },
  now: Date,
): Promise<number> {
  return db.$executeRaw`
    INSERT INTO broadcast_recipients (broadcast_id, end_user_id, state, at)
    SELECT ${id}, e.id, 'waiting', ${now} FROM end_users e
     WHERE ${recipientsWhere(bot, segment, now)}
     ORDER BY e.id DESC LIMIT ${most}
    ON CONFLICT DO NOTHING`;
}

/** Of each of these broadcasts. */
export async function readCounts(
  db: Db,
  broadcasts: readonly (Pick<Broadcast, 'id'> & { counts: Prisma.JsonValue })[],
): Promise<Map<number, RecipientCounts>> {
  const open = broadcasts.filter(({ counts }) => counts === null).map(({ id }) => id);
  const rows =
    open.length === 0
      ? []
      : await db.$queryRaw<{ id: number; state: RecipientState; people: number }[]>`
          SELECT broadcast_id AS id, state, count(*)::int AS people FROM broadcast_recipients
           WHERE broadcast_id = ANY(${open}) GROUP BY 1, 2`;
  const found = new Map(
    broadcasts.map(({ id, counts }) => [
      id,
      { ...NOBODY, ...(counts === null ? {} : storedCounts.parse(counts)) },
    ]),
  );
  for (const { id, state, people } of rows) {
    const counts = found.get(id);
    if (counts) counts[state] = people;
  }
  return found;
}

/** The same of one. */
export async function readCountsOf(
  db: Db,
  broadcast: Pick<Broadcast, 'id'> & { counts: Prisma.JsonValue },
): Promise<RecipientCounts> {
  return (await readCounts(db, [broadcast])).get(broadcast.id) ?? NOBODY;
}

/** Whose turn has come; null: it was skipped. */
export interface TakenRecipient {
  endUserId: number;
  telegramUserId: bigint;
  language: string;
}

/**
 * Takes the next recipient behind `after`, in a commit of its own: whoever dies from here on never sends it again. Whoever may
 * not get it any more is skipped.
 * @param processId only while this process is the one that sends
 * @returns null where there is none, or nothing may be sent now
 */
export async function takeRecipient(
  db: Db,
  { broadcastId, after, processId }: { broadcastId: number; after: number; processId: string },
  now: Date,
): Promise<{ endUserId: number; person: TakenRecipient | null } | null> {
  const [row] = await db.$queryRaw<
    { endUserId: number; state: RecipientState; telegramUserId: bigint | null; language: string | null }[]
  >`
    UPDATE broadcast_recipients r SET state = CASE WHEN next.may THEN 'taken' ELSE 'skipped' END, at = ${now}
      FROM (SELECT w.end_user_id, e.telegram_id, e.language,
                   coalesce(NOT e.banned AND e.offers_off_at IS NULL AND e.telegram_id > 0, false)
                     AND NOT EXISTS (SELECT FROM (${managersOf(Prisma.sql`b.user_bot_id`)}) m
                                      WHERE m.telegram_id = e.telegram_id) AS may
              FROM broadcasts b
              JOIN user_bots u ON u.id = b.user_bot_id AND u.removed_at IS NULL AND u.handed_over_at IS NULL
                   AND u.token_dead_at IS NULL
              JOIN user_admins o ON o.id = u.user_admin_id AND NOT o.banned
              JOIN broadcast_sender s ON s.id = 1 AND s.process_id = ${processId} AND s.held_until > now()
              JOIN broadcast_recipients w ON w.broadcast_id = b.id AND w.state = 'waiting' AND w.end_user_id > ${after}
              LEFT JOIN end_users e ON e.id = w.end_user_id
             WHERE b.id = ${broadcastId} AND b.status = 'sending'
             ORDER BY w.end_user_id LIMIT 1) next
     WHERE r.broadcast_id = ${broadcastId} AND r.end_user_id = next.end_user_id AND r.state = 'waiting'
    RETURNING r.end_user_id AS "endUserId", r.state, next.telegram_id AS "telegramUserId", next.language`;
  if (!row) return null;
  const { endUserId, state, telegramUserId, language } = row;
  if (state !== 'taken' || telegramUserId === null || language === null) return { endUserId, person: null };
  return { endUserId, person: { endUserId, telegramUserId, language } };
}

/** What became of one that this process has taken. What was counted as unknown meanwhile is known after all. */
export async function noteRecipient(
  db: Db,
  { broadcastId, endUserId }: { broadcastId: number; endUserId: number },
  state: Exclude<RecipientState, 'taken' | 'skipped'>,
  now: Date,
): Promise<void> {
  const before = state === 'waiting' ? ['taken'] : ['taken', 'unknown'];
  await db.$executeRaw`
    UPDATE broadcast_recipients SET state = ${state}, at = ${now}
     WHERE broadcast_id = ${broadcastId} AND end_user_id = ${endUserId} AND state = ANY(${before})`;
}

/**
 * Whoever had these in hand died, or lost its place: they may have come, and are never sent again.
 * @param only of one broadcast, those taken before a moment; left out: all
 */
export async function giveUpTaken(db: Db, now: Date, only?: { id: number; before: Date }): Promise<void> {
  const these = only ? Prisma.sql`AND broadcast_id = ${only.id} AND at < ${only.before}` : Prisma.empty;
  await db.$executeRaw`
    UPDATE broadcast_recipients SET state = 'unknown', at = ${now} WHERE state = 'taken' ${these}`;
}

/** Where nothing is in hand any more, what became of a broadcast is written down for good. */
export async function settleCounts(db: Db): Promise<void> {
  await db.$executeRaw`
    UPDATE broadcasts b SET counts = coalesce(
             (SELECT jsonb_object_agg(c.state, c.people)
                FROM (SELECT r.state, count(*) AS people FROM broadcast_recipients r
                       WHERE r.broadcast_id = b.id GROUP BY 1) c), '{}'::jsonb)
     WHERE b.counts IS NULL AND b.started_at IS NOT NULL AND b.status IN ('done', 'cancelled')
       AND NOT EXISTS (SELECT FROM broadcast_recipients t WHERE t.broadcast_id = b.id AND t.state = 'taken')`;
}
