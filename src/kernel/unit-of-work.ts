import { isLostRaceInSql } from '../infra/postgres/sql-state.ts';
import { Prisma, type PrismaClient } from '../infra/prisma-client/client.ts';
import type { Clock } from '../shared/clock.ts';
import { type Audit, openTrail } from './audit.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { DomainEvents, EventName, Follower, Followers, FollowerWork } from './events.ts';
import type { DueMessage, NewMessage, Waker } from './outbox/outbox-message.ts';
import { insertMessages } from './outbox/outbox-queries.ts';

export type Db = PrismaClient | Prisma.TransactionClient;

/** One transaction in progress: what changes in the database, and what must follow from it. */
export interface Work {
  readonly db: Prisma.TransactionClient;
  readonly now: Date;
  readonly enqueue: (message: NewMessage) => void;
  readonly audit: Audit;
  /** Says what happened. Whoever follows it does so in this transaction, when the change is done. */
  readonly publish: <E extends EventName>(name: E, event: DomainEvents[E]) => void;
  /** These messages were due before, and are so again: the dispatcher is woken for them when this is committed. */
  readonly wake: (due: readonly DueMessage[]) => void;
  /**
   * Whether this press or message has its effect for the first time. Telegram repeats what was not answered, and
   * what is kept of an update to know it again is kept for an hour: later a repetition must change nothing, either.
   * @param act its name, see `actOf`; absent where nobody pressed or wrote anything
   */
  readonly once: (act: string | undefined) => Promise<boolean>;
}

/**
 * Runs a change and all messages that follow from it in one transaction, then wakes the dispatcher.
 * No Telegram call belongs inside: a transaction must not wait for the network.
 */
export type UnitOfWork = <T>(change: (work: Work) => Promise<T>) => Promise<T>;

/** A deadlock or a lost race over a unique index is tried again this often before it is a fault. */
const ATTEMPTS = 4;

/** Who hears of a change when it is committed. */
export interface Aftermath {
  waker: Waker;
  /** Whoever looks at what was changed hears of it. */
  feed: ChangeFeed;
}

interface UnitOfWorkDeps extends Aftermath {
  prisma: PrismaClient;
  clock: Clock;
  followers: Followers;
}

/**
 * What comes after every change that is committed.
 * @param botIds whose it was; null: nobody's
 */
export async function followUp(
  { waker, feed }: Aftermath,
  due: readonly DueMessage[],
  botIds: Iterable<number | null>,
): Promise<void> {
  const changed = new Set(botIds);
  if (changed.size > 0) feed.changed(changed);
  if (due.length > 0) await waker.wake(due);
}

export function createUnitOfWork(deps: UnitOfWorkDeps): UnitOfWork {
  return async (change) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { result, due, botIds } = await runOnce(deps, change);
        await followUp(deps, due, botIds);
        return result;
      } catch (error) {
        if (attempt >= ATTEMPTS || !isLostRace(error)) throw error;
      }
    }
  };
}

async function runOnce<T>(
  deps: UnitOfWorkDeps,
  change: (work: Work) => Promise<T>,
): Promise<{ result: T; due: DueMessage[]; botIds: Set<number | null> }> {
  return deps.prisma.$transaction(async (db) => {
    const messages: NewMessage[] = [];
    const trail = openTrail();
    const reopened: DueMessage[] = [];
    const following: ((work: FollowerWork) => Promise<void>)[] = [];
    const now = deps.clock.now();
    const work: Work = {
      db,
      now,
      enqueue: (message) => messages.push(message),
      audit: trail.audit,
      publish: (name, event) => following.push((present) => follow(deps.followers[name], present, event)),
      wake: (due) => reopened.push(...due),
      once: async (act) => {
        if (act === undefined) return true;
        const { count } = await db.act.createMany({ data: { key: act, at: now }, skipDuplicates: true });
        return count > 0;
      },
    };
    const result = await change(work);
    for (const next of following) await next(work);
    const due = [...(await insertMessages(db, messages, now)), ...reopened];
    await trail.write(db, now);
    const botIds = new Set([...messages.map(({ botId = null }) => botId), ...trail.botIds()]);
    return { result, due, botIds };
  });
}

async function follow<E extends EventName>(
  followers: readonly Follower<E>[],
  work: FollowerWork,
  event: DomainEvents[E],
): Promise<void> {
  for (const follower of followers) await follower(work, event);
}

/**
 * P2002: unique index; P2034: serialization failure or deadlock, which is never our caller's fault; P2010: either of
 * them in SQL of ours.
 */
function isLostRace(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code !== 'P2010') return error.code === 'P2034' || error.code === 'P2002';
  return isLostRaceInSql(error);
}
