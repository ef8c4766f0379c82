import { z } from 'zod';
import type { Fernet } from '../../infra/crypto/fernet.ts';
import type {
  PanelConfirmation as ConfirmationRow,
  Prisma,
  PrismaClient,
} from '../../infra/prisma-client/client.ts';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { MINUTE_MS } from '../../shared/durations.ts';
import type { ErrorCode } from '../../shared/locale-keys.ts';
import { type AskedConfirmation, type Confirmation, stateOf } from './confirmation.ts';
import type { ConfirmedServices, Done } from './confirmed-action.ts';
import { type AskedAction, type ConfirmedRequest, findAction } from './confirmed-actions.ts';
import type { PanelFeed } from './panel-feed.ts';
import type { Session } from './session-service.ts';

/** Long enough to take the telephone in hand. */
const LASTS_MS = 5 * MINUTE_MS;

/** Kept encrypted: with what it is done, and what the question says of it. */
const kept = z.object({ payload: z.unknown(), asked: z.unknown() });

const WITH_SESSION = { session: { select: { browser: true } } } as const;
type AskedRow = Prisma.PanelConfirmationGetPayload<{ include: typeof WITH_SESSION }>;

type Outcome = { outcome: 'done'; error: null } | { outcome: 'failed'; error: ErrorCode };
const DONE: Outcome = { outcome: 'done', error: null };

export type ConfirmationService = ReturnType<typeof createConfirmationService>;

/**
 * What a browser asks for waits until its person agrees in the main bot: whoever has stolen a browser's session cannot turn
 * money round.
 */
export function createConfirmationService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  fernet: Fernet;
  services: ConfirmedServices;
  feed: PanelFeed;
}) {
  const { prisma, transact, clock, fernet, services, feed } = deps;

  /**
   * A newer question takes the place of what was asked before of the same action, so that no telephone fills with them.
   * @param requestKey whoever asks again by the same one is told of the same question
   * @throws AppError whatever would refuse it at once; `session.ended`
   */
  async function ask(
    { id: sessionId, person: { telegramUserId } }: Session,
    { action, payload }: ConfirmedRequest,
    requestKey: string | null = null,
  ): Promise<{ id: number; expiresAt: Date }> {
    const asked = await findAction(action).describe(services, { telegramUserId }, payload);
    return transact(async ({ db, now, enqueue }) => {
      // Locked, so that nobody is signed out or forgotten beside us.
      const [session] = await db.$queryRaw<object[]>`
        SELECT FROM panel_sessions WHERE id = ${sessionId} AND ended_at IS NULL FOR SHARE`;
      if (!session) throw new AppError('session.ended');
      const known = requestKey !== null && (await findByKey(db, { telegramUserId, requestKey }));
      if (known) return known;
      for (const older of await endWaiting(db, { telegramUserId, action }, now)) {
        enqueue({ kind: 'close-confirmation', payload: { confirmationId: older.id } });
      }
      const expiresAt = new Date(now.getTime() + LASTS_MS);
      const { id } = await db.panelConfirmation.create({
        data: {
          telegramUserId,
          sessionId,
          action,
          encryptedPayload: fernet.encrypt(JSON.stringify({ payload, asked })),
          expiresAt,
          requestKey,
        },
      });
      enqueue({ kind: 'ask-confirmation', payload: { confirmationId: id } });
      enqueue({ kind: 'close-confirmation', payload: { confirmationId: id }, dueAt: expiresAt });
      return { id, expiresAt };
    });
  }

  /** Locked, so that of two who ask at once one is the older. */
  async function endWaiting(
    db: Prisma.TransactionClient,
    asked: { telegramUserId: bigint; action: string },
    now: Date,
  ): Promise<{ id: number }[]> {
    await db.$queryRaw`
      SELECT pg_advisory_xact_lock(hashtext('confirmations of a person'), hashtext(${String(asked.telegramUserId)}))::text`;
    return db.panelConfirmation.updateManyAndReturn({
      where: { ...asked, decidedAt: null, expiresAt: { gt: now } },
      data: { expiresAt: now },
      select: { id: true },
    });
  }

  /** Locked, so that of two who ask at once one finds what the other has asked. */
  async function findByKey(
    db: Prisma.TransactionClient,
    asked: { telegramUserId: bigint; requestKey: string },
  ): Promise<{ id: number; expiresAt: Date } | null> {
    await db.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('confirmations'), hashtext(${asked.requestKey}))::text`;
    return db.panelConfirmation.findFirst({ where: asked, select: { id: true, expiresAt: true } });
  }

  /** @throws AppError `notFound` of what is not theirs */
  async function read({ person: { telegramUserId } }: Session, id: number): Promise<Confirmation> {
    const row = await prisma.panelConfirmation.findFirst({ where: { id, telegramUserId } });
    if (!row) throw new AppError('notFound');
    return toConfirmation(row);
  }

  /**
   * The word of whoever was asked: the first one counts, and only in time. What they agreed to is done once; a press that
   * is heard again finishes what one began that was cut off.
   * @throws AppError `notFound` of what is not theirs
   */
  async function decide(
    { telegramUserId }: OwnerActor,
    id: number,
    answer: 'yes' | 'no',
  ): Promise<AskedConfirmation> {
    await transact(async ({ db, now }) => {
      const decided = await db.panelConfirmation.updateMany({
        where: { id, telegramUserId, decidedAt: null, expiresAt: { gt: now } },
        data: { decidedAt: now, ...(answer === 'no' ? { outcome: 'refused' } : {}) },
      });
      if (decided.count > 0) return;
      const known = await db.panelConfirmation.count({ where: { id, telegramUserId } });
      if (known === 0) throw new AppError('notFound');
    });
    const settled = await settle(id);
    if (!settled) throw new AppError('notFound');
    return settled;
  }

  /** Finishes what was agreed to and is not done yet. @returns what has become of it; null: its person is forgotten */
  async function settle(id: number): Promise<AskedConfirmation | null> {
    const row = await prisma.panelConfirmation.findUnique({ where: { id } });
    let came: Done | null = null;
    if (row && row.decidedAt !== null && row.outcome === null) {
      const { done, ...data } = await perform(row);
      came = done ?? null;
      await transact(async ({ db }) => {
        await db.panelConfirmation.updateMany({ where: { id, outcome: null }, data });
      });
    }
    const settled = await find(id);
    if (row && settled && settled.state !== 'waiting') {
      feed.decided({ telegramUserId: row.telegramUserId, id, state: settled.state });
    }
    return settled && { ...settled, came };
  }

  /** Whether its effect is there already is asked first: a process may have ended between the two. */
  async function perform({
    id,
    action,
    telegramUserId,
    encryptedPayload,
  }: ConfirmationRow): Promise<Outcome & { done?: Done }> {
    const act = `panel-confirmation:${id}`;
    const isDone = async () => (await prisma.act.count({ where: { key: act } })) > 0;
    if (await isDone()) return DONE;
    const { payload } = unlock(encryptedPayload);
    try {
      const done = await findAction(action).run(services, { telegramUserId, act }, payload);
      return done ? { ...DONE, done } : DONE;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // Another press may have done it beside this one.
      return (await isDone()) ? DONE : { outcome: 'failed', error: error.code };
    }
  }

  /** With what its question says; null: its person is forgotten. */
  async function find(id: number): Promise<AskedConfirmation | null> {
    const row = await prisma.panelConfirmation.findUnique({ where: { id }, include: WITH_SESSION });
    return row && toAsked(row);
  }

  function toAsked(row: AskedRow): AskedConfirmation {
    const asked = findAction(row.action).asked.parse(unlock(row.encryptedPayload).asked);
    // Which action it is decides what is asked, and both stand in one row.
    const question = { action: row.action, asked } as AskedAction;
    return { ...toConfirmation(row), asked: question, browser: row.session.browser, came: null };
  }

  function toConfirmation(row: ConfirmationRow): Confirmation {
    return { id: row.id, state: stateOf(row, clock.now()), error: row.error as ErrorCode | null };
  }

  function unlock(encrypted: string): z.infer<typeof kept> {
    return kept.parse(JSON.parse(fernet.decrypt(encrypted)));
  }

  return { ask, read, decide, settle, find };
}
