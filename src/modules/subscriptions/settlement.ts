import type { Prisma, Subscription as SubscriptionRow } from '../../infra/prisma-client/client.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { endAccess } from './ending.ts';
import { hasBegun, PLACE_HELD_MS, warningFlags } from './subscription.ts';
import { requireConnected } from './subscription-queries.ts';
import { beginAt, type HeldTime, layOn, type Settled, type TimeEntry, without } from './time-ledger.ts';

/** Whatever gives time: a payment can be taken back by its id. */
type TimeSource = { source: 'payment'; sourceId: number } | { source: 'grant'; sourceId: null };

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** Somebody has time in a chat, or more than before. */
    timeGiven: { botId: number; subscriptionId: number; source: TimeSource['source'] };
  }
}

export type GivenTime = TimeSource & {
  botId: number;
  endUserId: number;
  channelId: number;
  /** 0 = lifetime. */
  months: number;
};

/** The entries that live, in the order of their coming: what the fold reads. */
export const LIVING_ENTRIES = { where: { takenBackAt: null }, orderBy: { id: 'asc' } } as const;

/** What a subscription's time is made of, as the database has it. */
export function toHeldTime(
  subscription: Pick<SubscriptionRow, 'expiresAt' | 'deliveredAt' | 'joinedAt'> & {
    timeEntries: TimeEntry[];
  },
): HeldTime {
  const { expiresAt, timeEntries: entries } = subscription;
  return { expiresAt, hasBegun: hasBegun(subscription), entries };
}

/**
 * Gives time: on top of the active subscription, else as a new one that starts now. The caller holds the lock on the
 * end user, so nobody gives, takes or ends beside us; and no chat is disconnected beside us.
 * @throws AppError `chatNotConnected`
 */
export async function settle(work: Work, given: GivenTime, timeZone: string): Promise<SubscriptionRow> {
  const { db, now } = work;
  const { botId, endUserId, channelId, months, source, sourceId } = given;
  await requireConnected(db, given);
  const active = await findHolding(work, given);
  const place = layOn(active ? active.expiresAt : now, months, now, timeZone);
  const expiresAt = active?.expiresAt === null ? null : place.addedTo;
  const renewed = { expiresAt, paymentId: sourceId, ...warningFlags(expiresAt, now) };
  const subscription = active
    ? await db.subscription.update({ where: { id: active.id }, data: renewed })
    : await db.subscription.create({
        data: { ...renewed, endUserId, channelId, startedAt: now, status: 'active' },
      });
  const subscriptionId = subscription.id;
  const about = { botId, endUserId, channelId, subscriptionId };
  await db.timeEntry.create({ data: { ...about, source, sourceId, months, ...place, createdAt: now } });
  if (source === 'payment') {
    const data = { subscriptionId, extendedFrom: place.addedFrom, extendedTo: place.addedTo };
    await db.payment.update({ where: { id: sourceId }, data });
  }
  work.publish('timeGiven', { subscriptionId, botId, source });
  return subscription;
}

/**
 * The subscription that time is added to. One that nobody could end while everything was down ends here instead: time
 * given long after an end counts from now, not from that end.
 */
async function findHolding(
  work: Work,
  { botId, endUserId, channelId }: GivenTime,
): Promise<SubscriptionRow | null> {
  const active = await work.db.subscription.findFirst({ where: { endUserId, channelId, status: 'active' } });
  if (!active?.expiresAt || !hasBegun(active)) return active;
  if (active.expiresAt.getTime() > work.now.getTime() - PLACE_HELD_MS) return active;
  await endAccess(work, active, botId, { status: 'expired', why: 'timeUp' });
  return null;
}

/** What became of a subscription that time was taken from. */
export interface TimeTaken {
  subscriptionId: number;
  isOver: boolean;
}

/**
 * Takes back exactly what a source gave, wherever it gave any. Where no time is left the subscription ends, and its
 * holder is put out. One that had ended before its time keeps that much less for whoever undoes that end.
 * The caller holds the lock on the end user.
 * @returns the active subscriptions that it was taken from
 */
export async function takeBack(
  work: Work,
  { source, sourceId, timeZone }: { source: 'payment'; sourceId: number; timeZone: string },
): Promise<TimeTaken[]> {
  const { db, now } = work;
  const taken: TimeTaken[] = [];
  const entries = await db.timeEntry.findMany({
    where: { source, sourceId, takenBackAt: null },
    include: { subscription: { include: { timeEntries: LIVING_ENTRIES } } },
    orderBy: { id: 'asc' },
  });
  for (const entry of entries) {
    const { subscription, botId } = entry;
    const held = toHeldTime(subscription);
    const { expiresAt, moved } = without(held, entry, timeZone);
    await db.timeEntry.update({ where: { id: entry.id }, data: { takenBackAt: now } });
    await moveEntries(db, moved);
    if (subscription.status === 'kicked') {
      await db.subscription.update({ where: { id: subscription.id }, data: { expiresAt } });
    }
    if (subscription.status !== 'active') continue;
    // Time that has not begun does not run out.
    const isOver = expiresAt !== null && expiresAt <= (held.hasBegun ? now : subscription.startedAt);
    if (isOver) {
      await endAccess(work, subscription, botId, { status: 'kicked', why: 'approvalUndone', expiresAt });
    } else {
      const data = { expiresAt, ...warningFlags(expiresAt, now) };
      await db.subscription.update({ where: { id: subscription.id }, data });
    }
    taken.push({ subscriptionId: subscription.id, isOver });
  }
  return taken;
}

/** First access later than this after the sale: the time given counts from the access. */
const FAIR_DELIVERY_MS = HOUR_MS;

/** Whether the first access comes too late for its time to count from the sale. */
export function isLateAt(
  subscription: Pick<SubscriptionRow, 'startedAt' | 'deliveredAt' | 'joinedAt'>,
  at: Date,
): boolean {
  return !hasBegun(subscription) && at.getTime() - subscription.startedAt.getTime() > FAIR_DELIVERY_MS;
}

/**
 * Somebody has access: where it is the first time and late, all their time counts from it.
 * @param subscription as it is under the lock on its holder
 */
export async function startTimeIfLate(
  { db }: Work,
  subscription: SubscriptionRow,
  at: Date,
  timeZone: string,
): Promise<void> {
  if (!isLateAt(subscription, at)) return;
  const { id: subscriptionId } = subscription;
  const timeEntries = await db.timeEntry.findMany({
    ...LIVING_ENTRIES,
    where: { ...LIVING_ENTRIES.where, subscriptionId },
  });
  const { expiresAt, moved } = beginAt(toHeldTime({ ...subscription, timeEntries }), at, timeZone);
  await moveEntries(db, moved);
  await db.subscription.update({
    where: { id: subscriptionId },
    data: { startedAt: at, expiresAt, ...warningFlags(expiresAt, at) },
  });
}

/** The payments that gave them say the same. */
async function moveEntries(db: Prisma.TransactionClient, moved: Settled['moved']): Promise<void> {
  for (const { id, addedFrom, addedTo } of moved) {
    const { source, sourceId } = await db.timeEntry.update({ where: { id }, data: { addedFrom, addedTo } });
    if (source !== 'payment' || sourceId === null) continue;
    await db.payment.update({
      where: { id: sourceId },
      data: { extendedFrom: addedFrom, extendedTo: addedTo },
    });
  }
}
