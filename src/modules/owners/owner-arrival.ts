import type { Work } from '../../kernel/unit-of-work.ts';

/** Somebody opens the main bot for the first time, by the link of somebody who invites them. */
interface OwnerArrival {
  ownerId: number;
  /** The keyed hash of their Telegram id. */
  person: bigint;
  inviteCode: string;
}

/** Writes down who has brought an owner, in the transaction that makes them known: at no other time. */
export type AttributeOwner = (work: Work, arrival: OwnerArrival) => Promise<void>;
