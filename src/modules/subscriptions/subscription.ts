import { DAY_MS } from '../../shared/durations.ts';
import type { Channel } from '../channels/channel.ts';
import type { Duration } from '../plans/duration.ts';

/** The plan that somebody bought last for a chat, while it is on sale: to renew costs what it costs now. */
export interface Renewal {
  planId: number;
  duration: Duration;
  /** Tiyin. */
  price: bigint;
}

/** Warnings go out when this much is left. */
export const WARNING_MARKS_MS = { threeDays: 3 * DAY_MS, oneDay: DAY_MS } as const;

export type SubscriptionState = 'active' | 'expired' | 'kicked';

/** An active subscription, as its holder sees it. */
export interface HeldSubscription {
  id: number;
  channel: Channel;
  /** Null = lifetime. */
  expiresAt: Date | null;
  joinedAt: Date | null;
}

/** How long a waiting renewal receipt holds a place after the end; counted once, from the end. */
export const PLACE_HELD_MS = DAY_MS;

/**
 * Whether its holder has had access yet: nothing ends, and nobody is warned, that was never delivered. Whoever was seen
 * inside has what they paid for, although the bot could not tell them so.
 */
export function hasBegun(subscription: { deliveredAt: Date | null; joinedAt: Date | null }): boolean {
  return subscription.deliveredAt !== null || subscription.joinedAt !== null;
}

/** Marks that lie behind us already at a sale or renewal count as warned: nobody is warned of what they just bought. */
export function warningFlags(
  expiresAt: Date | null,
  now: Date,
): { notified3Day: boolean; notified1Day: boolean } {
  if (expiresAt === null) return { notified3Day: false, notified1Day: false };
  const left = expiresAt.getTime() - now.getTime();
  return { notified3Day: left <= WARNING_MARKS_MS.threeDays, notified1Day: left <= WARNING_MARKS_MS.oneDay };
}
