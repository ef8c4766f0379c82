import type { Duration } from './duration.ts';

/** Months that can be sold; 0 is for ever. */
export const PLAN_MONTHS = [1, 6, 12, 0] as const;
export type PlanMonths = (typeof PLAN_MONTHS)[number];

export interface Plan {
  id: number;
  /** Its first chat. */
  channelId: number;
  /** Every chat that it opens, the first one first. */
  channelIds: number[];
  duration: Duration;
  /** The owner's own; null: it is called by its duration. */
  name: string | null;
  /** Tiyin. */
  price: bigint;
  /** Whole Stars; null: it is not sold for Stars. */
  starsPrice: number | null;
  /** In Stars it can also be paid again and again. */
  starsRenew: boolean;
  isActive: boolean;
  isTrial: boolean;
  /** Not one of the four standard plans. */
  isCustom: boolean;
}

export function isPlanMonths(months: number): months is PlanMonths {
  return (PLAN_MONTHS as readonly number[]).includes(months);
}

/** The chats of a plan or payment, as everybody takes them: its first one first. */
export function firstChatFirst({
  channelId: first,
  chats,
}: {
  channelId: number;
  chats: readonly { channelId: number }[];
}): number[] {
  const others = chats.map(({ channelId }) => channelId).filter((channelId) => channelId !== first);
  return [first, ...others.sort((one, other) => one - other)];
}

/** Reads the titles of all chats that something opens. */
export const WITH_CHAT_TITLES = {
  channel: { select: { title: true } },
  chats: { select: { channelId: true, channel: { select: { title: true } } }, orderBy: { channelId: 'asc' } },
} as const;

/** What somebody buys, by its chats: the first one first. */
export function soldTitle(sold: {
  channelId: number;
  channel: { title: string };
  chats: readonly { channelId: number; channel: { title: string } }[];
}): string {
  const others = sold.chats.filter(({ channelId }) => channelId !== sold.channelId);
  return [sold, ...others].map(({ channel }) => channel.title).join(' + ');
}
