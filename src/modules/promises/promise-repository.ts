import { randomUUID } from 'node:crypto';
import type { Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import {
  type ClaimedPromise,
  type DuePromise,
  LEASE_SECONDS,
  type NewPromise,
  type PromiseKind,
  type PromiseOutcome,
  type PromisePayloads,
} from './promise.ts';

type Db = PrismaClient | Prisma.TransactionClient;

/** Writes promises in one statement; returns the ids of those that did not exist yet. */
export async function insertPromises(
  db: Db,
  promises: readonly NewPromise[],
  now: Date,
): Promise<DuePromise[]> {
  if (promises.length === 0) return [];
  const rows = await db.outboxPromise.createManyAndReturn({
    data: promises.map((promise) => ({
      kind: promise.kind,
      key: promise.key ?? randomUUID(),
      botId: promise.botId ?? null,
      payload: promise.payload as Prisma.InputJsonValue,
      dueAt: promise.dueAt ?? now,
    })),
    skipDuplicates: true,
    select: { id: true, botId: true, dueAt: true },
  });
  return rows.filter((row) => row.dueAt <= now).map(({ id, botId }) => ({ id, botId }));
}

/** Whether the promise of this key was made before, kept or not. */
export async function isPromised(db: Db, key: string): Promise<boolean> {
  return (await db.outboxPromise.count({ where: { key } })) > 0;
}

interface ClaimRow {
  id: bigint;
  kind: string;
  user_bot_id: number | null;
  payload: unknown;
  attempts: number;
  interrupted: boolean;
}

/** Takes a promise for this process, if it is due, open and nobody's. */
export async function claimPromise(
  db: Db,
  id: bigint,
  claimedBy: string,
  now: Date,
): Promise<ClaimedPromise | null> {
  const rows = await db.$queryRaw<ClaimRow[]>`
    UPDATE promises p
       SET claimed_until = now() + make_interval(secs => ${LEASE_SECONDS}), claimed_by = ${claimedBy}, attempts = p.attempts + 1
      FROM (SELECT id, claimed_by FROM promises
             WHERE id = ${id} AND done_at IS NULL AND due_at <= ${now}
               AND (claimed_until IS NULL OR claimed_until <= now())
             FOR UPDATE SKIP LOCKED) free
     WHERE p.id = free.id
    RETURNING p.id, p.kind, p.user_bot_id, p.payload, p.attempts, free.claimed_by IS NOT NULL AS interrupted`;
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    kind: row.kind as PromiseKind,
    botId: row.user_bot_id,
    payload: row.payload as PromisePayloads[PromiseKind],
    earlierAttempts: row.attempts - 1,
    interrupted: row.interrupted,
  };
}

/** Keeps the claims of a living process alive. */
export async function renewClaims(db: Db, ids: readonly bigint[], claimedBy: string): Promise<void> {
  await db.$executeRaw`
    UPDATE promises SET claimed_until = now() + make_interval(secs => ${LEASE_SECONDS})
     WHERE id = ANY(${ids}) AND claimed_by = ${claimedBy} AND done_at IS NULL`;
}

export async function finishPromise(
  db: Db,
  id: bigint,
  claimedBy: string,
  outcome: PromiseOutcome,
  now: Date,
): Promise<void> {
  await db.$executeRaw`
    UPDATE promises SET done_at = ${now}, outcome = ${outcome}, claimed_until = NULL, claimed_by = NULL
     WHERE id = ${id} AND claimed_by = ${claimedBy}`;
}

/** Gives a promise back; nobody takes it before `delayMs` have passed by the database's clock. */
export async function postponePromise(db: Db, id: bigint, claimedBy: string, delayMs: number): Promise<void> {
  await db.$executeRaw`
    UPDATE promises SET claimed_until = now() + make_interval(secs => ${delayMs / 1000}), claimed_by = NULL
     WHERE id = ${id} AND claimed_by = ${claimedBy}`;
}

/** Due, open and nobody's, oldest first. Reads the partial index on open promises only. */
export async function listDuePromises(db: Db, now: Date, limit: number): Promise<DuePromise[]> {
  return db.$queryRaw<DuePromise[]>`
    SELECT id, user_bot_id AS "botId" FROM promises
     WHERE done_at IS NULL AND due_at <= ${now} AND (claimed_until IS NULL OR claimed_until <= now())
     ORDER BY due_at LIMIT ${limit}`;
}

/** Makes tenants' postponed promises due again, all or of these kinds: the door they waited at has opened. */
export async function reopenPromises(
  db: Db,
  botIds: readonly number[],
  kinds?: readonly PromiseKind[],
): Promise<DuePromise[]> {
  return db.$queryRaw<DuePromise[]>`
    UPDATE promises SET claimed_until = NULL
     WHERE user_bot_id = ANY(${botIds as number[]}) AND (${kinds === undefined} OR kind = ANY(${(kinds ?? []) as string[]})) AND done_at IS NULL AND claimed_by IS NULL
    RETURNING id, user_bot_id AS "botId"`;
}
