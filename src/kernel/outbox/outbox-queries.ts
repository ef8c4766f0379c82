import { randomUUID } from 'node:crypto';
import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import { type DueMessage, LEASE_SECONDS, type NewMessage, type OutboxKind } from './outbox-message.ts';

type Db = Pick<PrismaClient | Prisma.TransactionClient, '$queryRaw' | '$executeRaw'>;

/**
 * Writes messages in one statement; returns those that did not exist yet and are due. What is due at once is so by either
 * clock, the product's and the database's: it does not wait for the one that is wrong.
 */
export async function insertMessages(
  db: Db,
  messages: readonly NewMessage[],
  now: Date,
): Promise<DueMessage[]> {
  if (messages.length === 0) return [];
  const made = messages.map(({ kind, key = randomUUID(), botId = null, payload, dueAt = null }) => ({
    kind,
    key,
    user_bot_id: botId,
    payload,
    due_at: dueAt,
  }));
  // One text, which Postgres takes apart: many parameters cost far more.
  const rows = await db.$queryRaw<(DueMessage & { isDue: boolean })[]>`
    INSERT INTO promises (kind, key, user_bot_id, payload, due_at)
    SELECT kind, key, user_bot_id, payload, COALESCE(due_at, LEAST(${now}, now()))
      FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb)
           AS made(kind text, key text, user_bot_id int, payload jsonb, due_at timestamptz)
    ON CONFLICT (key) DO NOTHING
    RETURNING id, user_bot_id AS "botId", due_at <= ${now} AS "isDue"`;
  return rows.filter(({ isDue }) => isDue).map(({ id, botId }) => ({ id, botId }));
}

/**
 * What is due by the product's clock, which tells when something is due. What was tried once was due: when it
 * is tried again its pause alone decides, by the database's clock, whatever becomes of the product's.
 */
export const isDue = (now: Date): Prisma.Sql => Prisma.sql`(due_at <= ${now} OR attempts > 0)`;

/** In nobody's hand, and not put off. An older program puts off by `claimed_until`. */
export const IS_FREE = Prisma.sql`
  ((claimed_until IS NULL OR claimed_until <= now()) AND (retry_at IS NULL OR retry_at <= now()))`;

/** What it waited for has come: it is put off no longer. Only of what is in nobody's hand. */
export const TRY_AGAIN_NOW = Prisma.sql`claimed_until = NULL, retry_at = NULL`;

/** Keeps the claims of a living process alive. In order, like whatever else takes several at once. */
export async function renewClaims(db: Db, ids: readonly bigint[], claimedBy: string): Promise<void> {
  await db.$executeRaw`
    UPDATE promises SET claimed_until = now() + make_interval(secs => ${LEASE_SECONDS})
     WHERE id IN (SELECT id FROM promises WHERE id = ANY(${ids}) AND claimed_by = ${claimedBy} AND done_at IS NULL
                   ORDER BY id FOR UPDATE)`;
}

/** Gives back one that was refused: since when, and whether that was reported, is kept with it. */
export async function postponeRefused(
  db: Db,
  id: bigint,
  claimedBy: string,
  { delayMs, isReported }: { delayMs: number; isReported: boolean },
): Promise<void> {
  await db.$executeRaw`
    UPDATE promises SET retry_at = now() + make_interval(secs => ${delayMs / 1000}), claimed_until = NULL, claimed_by = NULL,
           refused_at = coalesce(refused_at, now()),
           reported_at = CASE WHEN ${isReported} THEN coalesce(reported_at, now()) ELSE reported_at END
     WHERE id = ${id} AND claimed_by = ${claimedBy}`;
}

/** It waits for something else now than for Telegram to change its mind. */
export async function forgetRefusal(db: Db, id: bigint, claimedBy: string): Promise<void> {
  await db.$executeRaw`UPDATE promises SET refused_at = NULL WHERE id = ${id} AND claimed_by = ${claimedBy}`;
}

/** Due, open and nobody's, oldest first. Reads the partial index on open messages only. */
export async function listDueMessages(db: Db, now: Date, limit: number): Promise<DueMessage[]> {
  return db.$queryRaw<DueMessage[]>`
    SELECT id, user_bot_id AS "botId" FROM promises
     WHERE done_at IS NULL AND ${isDue(now)} AND ${IS_FREE}
     ORDER BY due_at LIMIT ${limit}`;
}

/** Whether anything that one of this owner’s bots has tried in vain is to be tried again. */
export async function isAnythingWaiting(db: Db, ownerTelegramUserId: bigint): Promise<boolean> {
  const [row] = await db.$queryRaw<{ waits: boolean }[]>`
    SELECT EXISTS (SELECT FROM promises p JOIN user_bots b ON b.id = p.user_bot_id
                                          JOIN user_admins o ON o.id = b.user_admin_id
                    WHERE o.telegram_id = ${ownerTelegramUserId}
                      AND p.done_at IS NULL AND p.claimed_by IS NULL AND p.attempts > 0) AS waits`;
  return row?.waits ?? false;
}

/**
 * Makes tenants' postponed messages due again, all or of these kinds: what they waited for has happened.
 * @param about a condition on `payload`: only those that it holds for
 */
export async function reopenMessages(
  db: Pick<Db, '$queryRaw'>,
  botIds: readonly number[],
  kinds?: readonly OutboxKind[],
  about = Prisma.sql`TRUE`,
): Promise<DueMessage[]> {
  return db.$queryRaw<DueMessage[]>`
    UPDATE promises SET ${TRY_AGAIN_NOW}
     WHERE user_bot_id = ANY(${botIds as number[]}) AND (${kinds === undefined} OR kind = ANY(${(kinds ?? []) as string[]})) AND done_at IS NULL AND claimed_by IS NULL
       AND ${about}
    RETURNING id, user_bot_id AS "botId"`;
}

/** What ended with a bot that was removed is due again: its owner has added it again. */
export async function reviveOfRemovedBot(db: Db, botId: number, now: Date): Promise<DueMessage[]> {
  return db.$queryRaw<DueMessage[]>`
    UPDATE promises SET done_at = NULL, outcome = NULL, ${TRY_AGAIN_NOW}, due_at = ${now}
     WHERE user_bot_id = ${botId} AND outcome = 'bot-removed'
    RETURNING id, user_bot_id AS "botId"`;
}
