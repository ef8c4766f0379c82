import { type Duration, endOf, isLifetime as lastsForLife } from '../plans/duration.ts';

/**
 * How the end of a subscription follows from what was given to it. Each entry is laid at the present end when it comes
 * and keeps the length that it had there, so that taking it back subtracts exactly what it added, in any order:
 *
 *     end = where its time began + the lengths of all entries that live
 *
 * - Where an entry would have been over already, it counts from its own moment (`layOnActive`): what lies between the end
 *   before and that moment belongs to nobody, and is part of where the time began from then on.
 * - A lifetime has length 0. While it lives the subscription has no end, and its `addedFrom` keeps the end that all else
 *   adds up to: taken back, it leaves exactly that.
 * - What comes on top of a lifetime adds nothing and waits (`addedFrom` = `addedTo`). When the lifetime is taken back it
 *   is laid as if that had never been: at the end, or at its own moment where the time had run out by then.
 * - Time begins with the sale. Where the first access came late it begins with the access: all entries are laid anew from
 *   there, in order, because calendar months count from the day that they stand on, and a date stays that date.
 */
export interface TimeEntry {
  id: number;
  /** Null for time that is a length and nothing else. */
  duration: Duration | null;
  addedFrom: Date;
  /** Null for the lifetime that counts. */
  addedTo: Date | null;
  createdAt: Date;
}

/** What a subscription's time is made of. */
export interface HeldTime {
  /** Null = lifetime. */
  expiresAt: Date | null;
  /** Whether its holder has had access yet. */
  hasBegun: boolean;
  /** Those that live, in the order of their coming. */
  entries: readonly TimeEntry[];
}

/** Where the end is then, and the entries that lie elsewhere than before. */
export interface Settled {
  expiresAt: Date | null;
  moved: TimeEntry[];
}

/** Where time is laid that comes at `now`, on top of what ends at `end`: null for a lifetime, where it waits. */
export function layOn(
  end: Date | null,
  duration: Duration,
  now: Date,
  timeZone: string,
): Pick<TimeEntry, 'addedFrom' | 'addedTo'> {
  if (end === null) return { addedFrom: now, addedTo: now };
  return { addedFrom: end, addedTo: endOf(duration, end, timeZone) };
}

/** What is left without one of the entries. */
export function without(held: HeldTime, taken: TimeEntry, timeZone: string): Settled {
  const rest = held.entries.filter((entry) => entry.id !== taken.id);
  if (taken.addedTo === null) return layWaiting(rest, taken.addedFrom, held.hasBegun, timeZone);
  const length = lengthOf(taken);
  if (held.expiresAt !== null) return { expiresAt: later(held.expiresAt, -length), moved: [] };
  const lifetime = rest.find(isLifetime);
  if (!lifetime || length === 0) return { expiresAt: null, moved: [] };
  return { expiresAt: null, moved: [{ ...lifetime, addedFrom: later(lifetime.addedFrom, -length) }] };
}

/** What is left without several of them. */
export function withoutAll(held: HeldTime, takenIds: ReadonlySet<number>, timeZone: string): Settled {
  const moved = new Map<number, TimeEntry>();
  let rest = held;
  for (const { id } of held.entries) {
    const taken = takenIds.has(id) && rest.entries.find((entry) => entry.id === id);
    if (!taken) continue;
    const settled = without(rest, taken, timeZone);
    for (const entry of settled.moved) moved.set(entry.id, entry);
    moved.delete(id);
    const entries = rest.entries.filter((entry) => entry !== taken);
    rest = {
      ...rest,
      expiresAt: settled.expiresAt,
      entries: entries.map((entry) => moved.get(entry.id) ?? entry),
    };
  }
  return { expiresAt: rest.expiresAt, moved: [...moved.values()] };
}

/** The lifetime above them is gone: what waited is laid from `end` on, up to another lifetime. */
function layWaiting(entries: readonly TimeEntry[], end: Date, hasBegun: boolean, timeZone: string): Settled {
  const moved: TimeEntry[] = [];
  let expiresAt: Date | null = end;
  for (const entry of entries) {
    if (!isWaiting(entry)) continue;
    // Before the first access no time runs out; and a lifetime keeps the end that it finds.
    const canBeOver = hasBegun && !lastsForLife(entry.duration);
    const from: Date = canBeOver ? latest(expiresAt, entry.createdAt) : expiresAt;
    const addedTo = endOf(entry.duration, from, timeZone);
    moved.push({ ...entry, addedFrom: from, addedTo });
    expiresAt = addedTo;
    if (expiresAt === null) break;
  }
  return { expiresAt, moved };
}

/**
 * All time counts from the first access at `at`. Time that no entry accounts for, given before there was a ledger, stays
 * where it lies.
 */
export function beginAt(held: HeldTime, at: Date, timeZone: string): Settled {
  const lifetime = held.entries.find(isLifetime);
  const laid = held.entries.filter((entry) => entry !== lifetime && !isWaiting(entry));
  const present = held.expiresAt ?? lifetime?.addedFrom ?? at;
  const accounted = laid.reduce((sum, entry) => sum + lengthOf(entry), 0);
  let end = latest(at, later(present, -accounted));
  const moved: TimeEntry[] = [];
  for (const entry of laid) {
    const { duration } = entry;
    const addedTo = (duration && endOf(duration, end, timeZone)) ?? later(end, lengthOf(entry));
    moved.push({ ...entry, addedFrom: end, addedTo });
    end = addedTo;
  }
  if (lifetime) moved.push({ ...lifetime, addedFrom: end });
  return { expiresAt: held.expiresAt === null ? null : end, moved };
}

function isLifetime(entry: TimeEntry): boolean {
  return entry.addedTo === null;
}

function isWaiting(entry: TimeEntry): entry is TimeEntry & { duration: Duration } {
  return entry.duration !== null && entry.addedFrom.getTime() === entry.addedTo?.getTime();
}

/** Milliseconds; 0 for a lifetime. */
function lengthOf({ addedFrom, addedTo }: TimeEntry): number {
  return addedTo === null ? 0 : addedTo.getTime() - addedFrom.getTime();
}

function later(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
