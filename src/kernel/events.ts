import type { Prisma } from '../infra/prisma-client/client.ts';
import type { Work } from './unit-of-work.ts';

/**
 * What has happened, with what a follower must know of it. The kernel knows none: modules add theirs to this interface,
 * named in the past tense.
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules fill it.
export interface DomainEvents {}

export type EventName = keyof DomainEvents;

/** The tables, to be read; and SQL, for the outbox messages that are woken. */
type FollowerDb = Pick<Prisma.TransactionClient, '$queryRaw'> & {
  readonly [M in Uncapitalize<Prisma.ModelName>]: Pick<
    Prisma.TransactionClient[M],
    Extract<keyof Prisma.TransactionClient[M], `find${string}` | 'count'>
  >;
};

/** What a follower has of the transaction: it writes outbox messages and wakes some, and cannot change or publish anything. */
export interface FollowerWork extends Pick<Work, 'now' | 'enqueue' | 'wake'> {
  readonly db: FollowerDb;
}

/**
 * Follows an event in the transaction that published it, after everything that the service did there. It writes outbox
 * messages, nothing else: so an event may have any number of followers, in any order.
 */
export type Follower<E extends EventName> = (
  work: FollowerWork,
  event: DomainEvents[E],
) => Promise<void> | void;

/** Who follows what. */
export type Followers = { readonly [E in EventName]: readonly Follower<E>[] };
