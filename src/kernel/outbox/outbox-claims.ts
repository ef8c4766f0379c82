import { type PreparedBatch, preparedBatchLoader, type RunPrepared } from '../../infra/postgres/prepared.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isUnavailable } from '../../infra/unavailable.ts';
import {
  type ClaimedMessage,
  LEASE_SECONDS,
  type OutboxKind,
  type OutboxOutcome,
  type OutboxPayloads,
} from './outbox-message.ts';
import { IS_FREE } from './outbox-queries.ts';

/** Which process has a message in hand. Those asked for while others are on their way share a round trip. */
export interface OutboxClaims {
  /** Takes a message for a process, if it is due, open and nobody's. */
  claim(id: bigint, claimedBy: string, now: Date): Promise<ClaimedMessage | null>;
  /** Notes how it ended, if it is still theirs. */
  finish(id: bigint, claimedBy: string, outcome: OutboxOutcome, now: Date): Promise<void>;
  /** Gives it back; nobody takes it before `delayMs` have passed by the database's clock. */
  postpone(id: bigint, claimedBy: string, delayMs: number): Promise<void>;
}

/** Due is what `isDue` says. Whoever else holds one does not keep the others waiting. */
const CLAIM: PreparedBatch = {
  name: 'outbox-claim',
  with: `free AS (
      SELECT q.n, q.taker, p.id, p.claimed_by
        FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) WITH ORDINALITY q(id, taker, now, n)
        JOIN promises p ON p.id = q.id
       WHERE p.done_at IS NULL AND (p.due_at <= q.now OR p.attempts > 0)
         AND ${IS_FREE.sql}
       FOR UPDATE OF p SKIP LOCKED)`,
  text: `
    UPDATE promises p
       SET claimed_until = now() + make_interval(secs => ${LEASE_SECONDS}), claimed_by = free.taker, retry_at = NULL,
           attempts = p.attempts + 1
      FROM free
     WHERE p.id = free.id
    RETURNING free.n, p.id::text, p.kind, p.user_bot_id AS "botId", p.payload, p.attempts,
              free.claimed_by IS NOT NULL AS interrupted,
              (extract(epoch FROM now() - p.refused_at) * 1000)::float8 AS "refusedForMs",
              p.reported_at IS NOT NULL AS "isReported",
              EXISTS (SELECT FROM user_bots b WHERE b.id = p.user_bot_id AND b.removed_at IS NOT NULL) AS "isBotRemoved"`,
};

interface ClaimRow extends Omit<ClaimedMessage, 'id' | 'kind' | 'payload' | 'earlierAttempts'> {
  id: string;
  kind: string;
  payload: unknown;
  attempts: number;
}

/** Those that are still in their holders' hands: what somebody has locked keeps nobody waiting. */
const heldWith = (arrays: string, columns: string) => `held AS (
      SELECT q.*
        FROM unnest($1::bigint[], $2::text[], ${arrays}) WITH ORDINALITY q(id, holder, ${columns}, n)
        JOIN promises p ON p.id = q.id AND p.claimed_by = q.holder
       FOR UPDATE OF p SKIP LOCKED)`;

const FINISH: PreparedBatch = {
  name: 'outbox-finish',
  with: heldWith('$3::text[], $4::timestamptz[]', 'outcome, at'),
  text: `
    UPDATE promises p SET done_at = held.at, outcome = held.outcome, claimed_until = NULL, claimed_by = NULL
      FROM held
     WHERE p.id = held.id
    RETURNING held.n`,
};

const POSTPONE: PreparedBatch = {
  name: 'outbox-postpone',
  with: heldWith('$3::float8[]', 'delay_ms'),
  text: `
    UPDATE promises p
       SET retry_at = now() + make_interval(secs => held.delay_ms / 1000), claimed_until = NULL, claimed_by = NULL
      FROM held
     WHERE p.id = held.id
    RETURNING held.n`,
};

/** @param run on connections that wait for nobody: a batch leaves out what somebody has locked, and that waits by itself */
export function createOutboxClaims(run: RunPrepared, prisma: PrismaClient): OutboxClaims {
  const claim = preparedBatchLoader<[bigint, string, Date], ClaimRow>(run, CLAIM);
  const finish = preparedBatchLoader<[bigint, string, OutboxOutcome, Date], object>(run, FINISH);
  const postpone = preparedBatchLoader<[bigint, string, number], object>(run, POSTPONE);
  return {
    async claim(id, claimedBy, now) {
      const row = await claim(id, claimedBy, now);
      if (!row) return null;
      const { kind, payload, attempts, ...rest } = row;
      return {
        ...rest,
        id,
        kind: kind as OutboxKind,
        payload: payload as OutboxPayloads[OutboxKind],
        earlierAttempts: attempts - 1,
      };
    },
    async finish(id, claimedBy, outcome, now) {
      if (await isDone(finish(id, claimedBy, outcome, now))) return;
      await prisma.$executeRaw`
        UPDATE promises SET done_at = ${now}, outcome = ${outcome}, claimed_until = NULL, claimed_by = NULL
         WHERE id = ${id} AND claimed_by = ${claimedBy}`;
    },
    async postpone(id, claimedBy, delayMs) {
      if (await isDone(postpone(id, claimedBy, delayMs))) return;
      await prisma.$executeRaw`
        UPDATE promises SET retry_at = now() + make_interval(secs => ${delayMs / 1000}), claimed_until = NULL, claimed_by = NULL
         WHERE id = ${id} AND claimed_by = ${claimedBy}`;
    },
  };
}

/** Whether it was done with the others. What is wrong with one of them is no fault of this one. */
async function isDone(shared: Promise<object | undefined>): Promise<boolean> {
  try {
    return (await shared) !== undefined;
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return false;
  }
}
