import { DAY_MS, MINUTE_MS } from '../../shared/durations.ts';
import type { Channel } from '../channels/channel.ts';
import type { Duration } from '../plans/duration.ts';

/** The plan that somebody bought last for a chat, while it is on sale: to renew costs what it costs now. */
export interface Renewal {
  planId: number;
  duration: Duration;
  /** Tiyin. */
  price: bigint;
  /** Whole Stars, where nothing else is taken for it; null: something is. */
  starsPrice: number | null;
}

/** Warnings go out when this much is left. */
export const WARNING_MARKS_MS = { threeDays: 3 * DAY_MS, oneDay: DAY_MS } as const;

type SubscriptionState = 'active' | 'expired' | 'kicked';

/** A subscription as its owner reads it. */
export interface ShownSubscription {
  /** `grace`: active, and its time is up. */
  state: SubscriptionState | 'grace';
  /** Null = lifetime. */
  until: Date | null;
}

/** An active subscription, as its holder sees it. */
export interface HeldSubscription {
  id: number;
  channel: Channel;
  /** Null = lifetime. */
  expiresAt: Date | null;
  /** Until when the place is kept of somebody whose time is up; null while it runs. */
  graceUntil: Date | null;
  joinedAt: Date | null;
}

/** How long a provider that takes an order's money is waited for: nothing else is chosen in its place, and it holds the buyer's. */
export const ORDER_LOCK_MS = 30 * MINUTE_MS;

/** How long a waiting renewal receipt holds a place after the end, of its grace where there is one; counted once, from there. */
export const PLACE_HELD_MS = DAY_MS;

/**
 * Whether its holder has had access yet: nothing ends, and nobody is warned, that was never delivered. Whoever was seen
 * inside has what they paid for, although the bot could not tell them so.
 */
export function hasBegun(subscription: { deliveredAt: Date | null; joinedAt: Date | null }): boolean {
  return subscription.deliveredAt !== null || subscription.joinedAt !== null;
}

/** Whether the time that somebody had is up, whatever holds their place: they get no link then. */
export function isTimeUp(
  subscription: { expiresAt: Date | null; deliveredAt: Date | null; joinedAt: Date | null },
  now: Date,
): boolean {
  const { expiresAt } = subscription;
  return hasBegun(subscription) && expiresAt !== null && expiresAt <= now;
}

/** When a subscription ends, unless a receipt holds the place: at its end, or at that of its grace. Null = never. */
export function endsAt<T extends Date | null>({ expiresAt, graceUntil }: Ends<T>): T | Date {
  return graceUntil ?? expiresAt;
}

/** Whether its time is up and the place is kept. */
export function isInGrace({ expiresAt, graceUntil }: Ends<Date | null>, now: Date): boolean {
  return graceUntil !== null && expiresAt !== null && expiresAt <= now;
}

/** Whoever is in the grace is called so, and until when that lasts. */
export function toShown(row: Ends<Date | null> & { status: string }, now: Date): ShownSubscription {
  if (row.status === 'active' && isInGrace(row, now)) return { state: 'grace', until: row.graceUntil };
  return { state: row.status as SubscriptionState, until: row.expiresAt };
}

interface Ends<T> {
  expiresAt: T;
  graceUntil: Date | null;
}

/** What a subscription with a new end begins with: no grace, and nobody told of that end. */
export function newEnd(expiresAt: Date | null, now: Date) {
  return { expiresAt, graceUntil: null, notifiedEnd: false, ...warningFlags(expiresAt, now) };
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
