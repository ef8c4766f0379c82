import type {
  Prisma,
  Subscription as SubscriptionRow,
  TimeEntry as TimeEntryRow,
} from '../../infra/prisma-client/client.ts';
import type { Db, Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { type Duration, toDuration, toDurationColumns } from '../plans/duration.ts';
import { endAccess, endAtItsTime } from './ending.ts';
import { beginGrace, graceAfter } from './grace.ts';
import { endsAt, hasBegun, newEnd, PLACE_HELD_MS } from './subscription.ts';
import { requireGivable } from './subscription-queries.ts';
import { beginAt, type HeldTime, layOn, type Settled, type TimeEntry, withoutAll } from './time-ledger.ts';

/** Whatever gives time: of all but a grant it can be taken back by that id. */
export type TimeSource =
  /** `promo`: of the use of a code; `trial`: of the end user, who has one a chat; `referral`: of that. */
  | { source: 'payment' | 'promo' | 'trial' | 'referral'; sourceId: number }
  | { source: 'grant'; sourceId: null };

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** Somebody has time in a chat, or more than before. */
    timeGiven: { botId: number; subscriptionId: number; source: TimeSource['source'] };
  }
}

/** Time by Telegram's own calendar. */
export interface ExactTime {
  kind: 'exact';
  /** By how much an end moves, in milliseconds. */
  ms: number;
  /** The end of whoever has none. */
  until: Date;
}

export type GivenTime = TimeSource & {
  botId: number;
  endUserId: number;
  /** Every chat that it opens, the plan's first one first. */
  channelIds: readonly number[];
  duration: Duration | ExactTime;
};

/** The entries that live, in the order of their coming: what the fold reads. */
export const LIVING_ENTRIES = { where: { takenBackAt: null }, orderBy: { id: 'asc' } } as const;

type EntryRow = Pick<
  TimeEntryRow,
  'id' | 'months' | 'days' | 'endsOn' | 'addedFrom' | 'addedTo' | 'createdAt'
>;

/** What a subscription's time is made of, as the database has it. */
export function toHeldTime(
  subscription: Pick<SubscriptionRow, 'expiresAt' | 'deliveredAt' | 'joinedAt'> & {
    timeEntries: readonly EntryRow[];
  },
): HeldTime {
  const { expiresAt, timeEntries } = subscription;
  return { expiresAt, hasBegun: hasBegun(subscription), entries: timeEntries.map(toEntry) };
}

function toEntry({ id, months, days, endsOn, addedFrom, addedTo, createdAt }: EntryRow): TimeEntry {
  const isOfPlan = months !== null || days !== null || endsOn !== null;
  const duration = isOfPlan ? toDuration({ durationMonths: months, durationDays: days, endsOn }) : null;
  return { id, duration, addedFrom, addedTo, createdAt };
}

/**
 * Gives time in every chat: on top of the active subscription there, else as a new one that starts now. The caller holds
 * the lock on the end user, so nobody gives, takes or ends beside us; and no chat is disconnected beside us.
 * @returns a subscription for each chat, in their order
 * @throws AppError `chatNotConnected` where one of the chats is gone, or of several the bot was thrown out: then nothing is given
 */
export async function settle(work: Work, given: GivenTime, timeZone: string): Promise<SubscriptionRow[]> {
  const { db } = work;
  const { botId, endUserId, channelIds, source, sourceId } = given;
  await requireGivable(db, given);
  const active = await db.subscription.findMany({
    where: { endUserId, channelId: { in: [...channelIds] }, status: 'active' },
  });
  const settled: SubscriptionRow[] = [];
  for (const [index, channelId] of channelIds.entries()) {
    const present = active.find((one) => one.channelId === channelId);
    const { subscription, place } = await giveIn(work, given, channelId, present, timeZone);
    if (source === 'payment' && index === 0) {
      const data = {
        subscriptionId: subscription.id,
        extendedFrom: place.addedFrom,
        extendedTo: place.addedTo,
      };
      await db.payment.update({ where: { id: sourceId }, data });
    }
    work.publish('timeGiven', { subscriptionId: subscription.id, botId, source });
    settled.push(subscription);
  }
  return settled;
}

async function giveIn(
  work: Work,
  { botId, endUserId, duration, source, sourceId }: GivenTime,
  channelId: number,
  present: SubscriptionRow | undefined,
  timeZone: string,
): Promise<{ subscription: SubscriptionRow; place: Pick<TimeEntry, 'addedFrom' | 'addedTo'> }> {
  const { db, now } = work;
  const active = present && (await endedLongAgo(work, present, botId, timeZone)) ? undefined : present;
  const { place, expiresAt } = layOnHeld(active, duration, now, timeZone);
  const renewed = {
    ...newEnd(expiresAt, now),
    ...(source === 'payment' || source === 'grant' ? { paymentId: sourceId } : {}),
  };
  const subscription = active
    ? await db.subscription.update({ where: { id: active.id }, data: renewed })
    : await db.subscription.create({
        data: { ...renewed, endUserId, channelId, startedAt: now, status: 'active' },
      });
  const {
    durationMonths: months,
    durationDays: days,
    endsOn,
  } = duration.kind === 'exact' ? NO_DURATION : toDurationColumns(duration);
  const about = { botId, endUserId, channelId, subscriptionId: subscription.id };
  await db.timeEntry.create({
    data: { ...about, source, sourceId, months, days, endsOn, ...place, createdAt: now },
  });
  return { subscription, place };
}

/** A length and nothing else. */
const NO_DURATION = { durationMonths: null, durationDays: null, endsOn: null };

/** What somebody has in a chat, as far as time that comes on top of it is concerned. */
type Held = Pick<SubscriptionRow, 'expiresAt' | 'deliveredAt' | 'joinedAt'>;

/** Where time comes to lie that is given at `now`, and when the whole ends then. */
function layOnHeld(
  held: Held | undefined,
  duration: Duration | ExactTime,
  now: Date,
  timeZone: string,
): { place: Pick<TimeEntry, 'addedFrom' | 'addedTo'>; expiresAt: Date | null } {
  if (duration.kind === 'exact') {
    const place = layExactly(held, duration, now);
    return { place, expiresAt: held?.expiresAt === null ? null : place.addedTo };
  }
  const place = held ? layOnActive(held, duration, now, timeZone) : layOn(now, duration, now, timeZone);
  return { place, expiresAt: held?.expiresAt === null ? null : place.addedTo };
}

/** Nobody pays for nothing here either: what would be over already ends where Telegram says. */
function layExactly(
  held: Held | undefined,
  { ms, until }: ExactTime,
  now: Date,
): { addedFrom: Date; addedTo: Date } {
  if (held?.expiresAt === null) return { addedFrom: now, addedTo: now };
  const from = held?.expiresAt ?? now;
  const to = held ? new Date(from.getTime() + ms) : until;
  return to > now ? { addedFrom: from, addedTo: to } : { addedFrom: now, addedTo: until > now ? until : now };
}

/**
 * At its end, also where that lies behind us and the place is kept; but nobody pays for nothing: what would be over already
 * from there counts from now.
 */
function layOnActive(
  active: Held,
  duration: Duration,
  now: Date,
  timeZone: string,
): Pick<TimeEntry, 'addedFrom' | 'addedTo'> {
  const place = layOn(active.expiresAt, duration, now, timeZone);
  const isOver = hasBegun(active) && active.expiresAt && place.addedTo && place.addedTo <= now;
  return isOver ? layOn(now, duration, now, timeZone) : place;
}

/**
 * A subscription that nobody could end while everything was down ends here instead: time given long after an end counts
 * from now, not from that end.
 */
async function endedLongAgo(
  work: Work,
  active: SubscriptionRow,
  botId: number,
  timeZone: string,
): Promise<boolean> {
  if (!isUpLongAgo(active, work.now)) return false;
  const ended = { ...active, graceUntil: active.graceUntil ?? (await beginGrace(work, active, timeZone)) };
  if (endsAt(ended) > longBefore(work.now)) return false;
  await endAtItsTime(work, ended, botId);
  return true;
}

/** Its time was up before a place is held no longer for a receipt alone; its grace may go on. */
function isUpLongAgo<S extends Held>(active: S, now: Date): active is S & { expiresAt: Date } {
  const { expiresAt } = active;
  return expiresAt !== null && hasBegun(active) && expiresAt <= longBefore(now);
}

const longBefore = (now: Date): Date => new Date(now.getTime() - PLACE_HELD_MS);

/**
 * Until when somebody would have a chat if all this came to it at `now`, one after another. Nothing is given, and nothing
 * locked: by the time that it is, that may have changed.
 * @returns null for a lifetime
 */
export async function foreseeEnd(
  db: Db,
  given: { endUserId: number; channelId: number; durations: readonly Duration[] },
  now: Date,
  timeZone: string,
): Promise<Date | null> {
  const { endUserId, channelId, durations } = given;
  const present = await db.subscription.findFirst({ where: { endUserId, channelId, status: 'active' } });
  let held: Held | undefined = present ?? undefined;
  if (present && isUpLongAgo(present, now)) {
    const graceUntil = present.graceUntil ?? (await graceAfter(db, present, timeZone));
    if (endsAt({ ...present, graceUntil }) <= longBefore(now)) held = undefined;
  }
  for (const duration of durations) {
    const { expiresAt } = layOnHeld(held, duration, now, timeZone);
    held = { ...(held ?? { deliveredAt: null, joinedAt: null }), expiresAt };
  }
  return held?.expiresAt ?? null;
}

/** What became of a subscription that time was taken from. */
export interface TimeTaken {
  subscriptionId: number;
  isOver: boolean;
}

/**
 * Takes back exactly what some sources gave, wherever they gave any. Where no time is left the subscription ends, and its
 * holder is put out. Where they gave none, as on top of a lifetime, nothing ends that runs or whose place is kept. One that
 * had ended before its time keeps that much less for whoever undoes that end.
 * The caller holds the lock on the end user.
 * @param gently `keeps`: nobody's time ends sooner by it, so that some of what was given may go on to count
 * @returns the active subscriptions whose end moved by it; where none did, all that it was taken from
 */
export async function takeBack(
  work: Work,
  sources: readonly Exclude<TimeSource, { source: 'grant' }>[],
  timeZone: string,
  gently?: { keeps: Date },
): Promise<TimeTaken[]> {
  const { db, now } = work;
  const living = { takenBackAt: null, OR: [...sources] };
  const subscriptions = await db.subscription.findMany({
    where: { timeEntries: { some: living } },
    include: { timeEntries: LIVING_ENTRIES, channel: { select: { botId: true } } },
    orderBy: { channelId: 'asc' },
  });
  const gone = await db.timeEntry.updateManyAndReturn({ where: living, data: { takenBackAt: now } });
  const goneIds = new Set(gone.map(({ id }) => id));
  const taken: TimeTaken[] = [];
  const untouched: TimeTaken[] = [];
  for (const subscription of subscriptions) {
    const { expiresAt: without, moved } = withoutAll(toHeldTime(subscription), goneIds, timeZone);
    await moveEntries(db, moved);
    const expiresAt = gently
      ? keepUntil(gently.keeps, { without, present: subscription.expiresAt })
      : without;
    if (expiresAt && without && expiresAt > without) {
      const entry = gone.find(({ subscriptionId }) => subscriptionId === subscription.id);
      await keepInPart(db, entry, expiresAt.getTime() - without.getTime());
    }
    const isUntouched = expiresAt?.getTime() === subscription.expiresAt?.getTime();
    if (subscription.status === 'kicked' && !isUntouched) {
      await db.subscription.update({ where: { id: subscription.id }, data: newEnd(expiresAt, now) });
    }
    if (subscription.status !== 'active') continue;
    if (isUntouched) {
      untouched.push({ subscriptionId: subscription.id, isOver: false });
      continue;
    }
    // Time that has not begun does not run out.
    const isOver = expiresAt !== null && expiresAt <= (hasBegun(subscription) ? now : subscription.startedAt);
    if (isOver) {
      const { botId } = subscription.channel;
      await endAccess(work, subscription, botId, { status: 'kicked', why: 'approvalUndone', expiresAt });
    } else {
      await db.subscription.update({ where: { id: subscription.id }, data: newEnd(expiresAt, now) });
    }
    taken.push({ subscriptionId: subscription.id, isOver });
  }
  return taken.length > 0 ? taken : untouched;
}

/** An end that is not brought before `keeps` by what is taken; one that lies before it already stays where it is. */
function keepUntil(
  keeps: Date,
  { without, present }: { without: Date | null; present: Date | null },
): Date | null {
  if (without === null || present === null || without >= keeps) return without;
  return present < keeps ? present : keeps;
}

/** Says of time that was taken back in part until when it still counts. */
async function keepInPart(
  db: Prisma.TransactionClient,
  entry: TimeEntryRow | undefined,
  keptMs: number,
): Promise<void> {
  if (!entry) return;
  const takenBackTo = new Date(entry.addedFrom.getTime() + keptMs);
  await db.timeEntry.update({ where: { id: entry.id }, data: { takenBackTo } });
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
    data: { startedAt: at, ...newEnd(expiresAt, at) },
  });
}

/** The payments that gave them say the same, as far as their first chat is concerned. */
async function moveEntries(db: Prisma.TransactionClient, moved: Settled['moved']): Promise<void> {
  for (const { id, addedFrom, addedTo } of moved) {
    const entry = await db.timeEntry.update({ where: { id }, data: { addedFrom, addedTo } });
    const { source, sourceId, channelId } = entry;
    if (source !== 'payment' || sourceId === null) continue;
    await db.payment.updateMany({
      where: { id: sourceId, channelId },
      data: { extendedFrom: addedFrom, extendedTo: addedTo },
    });
  }
}
