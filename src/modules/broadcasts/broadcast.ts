import type { Broadcast as BroadcastRow } from '../../infra/prisma-client/client.ts';
import { nextBetween } from '../../shared/calendar.ts';
import { DAY_MS } from '../../shared/durations.ts';
import type { BroadcastStatus, PauseReason } from './broadcast-status.ts';
import { readSegment, type Segment } from './segment.ts';

export interface Broadcast {
  id: number;
  status: BroadcastStatus;
  segment: Segment;
  planId: number | null;
  createdAt: Date;
  /** When it was due to start; null: nobody has started it. */
  startsAt: Date | null;
  pauseReason: PauseReason | null;
  /** For how many people it was when it started. */
  total: number;
}

/** A message in somebody's chat with a bot, which stays at Telegram. */
export interface Original {
  fromChatId: bigint;
  messageId: number;
}

export function toBroadcast(row: BroadcastRow): Broadcast {
  const { id, planId, createdAt, startsAt, total } = row;
  return {
    id,
    planId,
    createdAt,
    startsAt,
    total,
    status: row.status as BroadcastStatus,
    segment: readSegment(row.segment),
    pauseReason: row.pauseReason as PauseReason | null,
  };
}

/** Nobody is written to at night: hours of the platform's time zone. */
const DAYTIME = { from: 8, to: 22 } as const;

/** When people may be written to again; null: now. */
export function waitsUntil(now: Date, timeZone: string): Date | null {
  const day = nextBetween(now, DAYTIME, timeZone);
  return day > now ? day : null;
}

/** How many a bot may start within some time, and to how many people each. */
export interface BroadcastLimits {
  starts: number;
  withinMs: number;
  people: number;
}

export const LIMITS: Readonly<Record<'free' | 'paid', BroadcastLimits>> = {
  free: { starts: 1, withinMs: 7 * DAY_MS, people: 500 },
  paid: { starts: 3, withinMs: DAY_MS, people: 50_000 },
};

/** Moderators hear of one that was for more people. */
export const LARGE = 10_000;
