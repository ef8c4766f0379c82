import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';

/** What stands in the link with which somebody opens a bot: who invited them, or where it was advertised. */
export interface ArrivalLink {
  inviteCode: string | null;
  sourceSlug: string | null;
}

/** Somebody opens a bot for the first time, by a link. */
export interface Arrival {
  scope: TenantScope;
  endUserId: number;
  /** The keyed hash of their Telegram id. */
  person: bigint;
  link: ArrivalLink;
}

/** Writes down who or what has brought somebody, in the transaction that makes them known: at no other time. */
export type Attribute = (work: Work, arrival: Arrival) => Promise<void>;
