import type { Work } from './unit-of-work.ts';

/**
 * What has happened, with what a follower must know of it. The kernel knows none: modules add theirs to this interface,
 * named in the past tense.
 */
// biome-ignore lint/suspicious/noEmptyInterface: modules fill it.
export interface DomainEvents {}

export type EventName = keyof DomainEvents;

/**
 * Follows an event in the transaction that published it, after everything that the service did there. It writes outbox
 * messages, nothing else: so an event may have any number of followers, in any order.
 */
export type Follower<E extends EventName> = (work: Work, event: DomainEvents[E]) => Promise<void> | void;

/** Who follows what. */
export type Followers = { readonly [E in EventName]: readonly Follower<E>[] };
