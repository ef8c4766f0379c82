import { DateTime } from 'luxon';
import { DAY_MS, HOUR_MS } from '../../../src/shared/durations.ts';

/** What was bought or given, as the buyer reads it. */
export type Bought = { months: number } | { days: number } | { until: string };

/** One row of the ledger. */
export interface Line {
  source: string;
  sourceId: number | null;
  bought: Bought;
  at: number;
  from: number;
  /** Null: for life. */
  to: number | null;
  isTakenBack: boolean;
}

/** One stay in a chat, from the first time given to its end. */
export interface Stay {
  startedAt: number;
  hasBegun: boolean;
  status: 'active' | 'expired' | 'kicked';
  /** Null: for life. */
  end: number | null;
  lines: Line[];
  /** Until when the place is kept after the end; null before that. */
  graceUntil: number | null;
  /** How long nothing was bought for, because a lifetime that was taken back lay over it. */
  gap: number;
}

/** After so long without an end being enforced, time given counts from now. */
const HELD_MS = DAY_MS;

/**
 * One person's time in one chat, as the contract tells it: a model of its own, to compare with what the program keeps. It
 * knows no database, and sees one thing after the other.
 */
export class BoughtTime {
  readonly stays: Stay[] = [];
  readonly #zone: string;
  readonly #graceDays: number;

  constructor(zone: string, graceDays: number) {
    this.#zone = zone;
    this.#graceDays = graceDays;
  }

  get active(): Stay | undefined {
    return this.stays.find(({ status }) => status === 'active');
  }

  gives(source: string, sourceId: number | null, bought: Bought, now: number): void {
    const held = this.active;
    if (held?.hasBegun && held.end !== null && this.#overAt(held, held.end) <= now - HELD_MS)
      held.status = 'expired';
    const stay = this.active ?? this.#opens(now);
    stay.graceUntil = null;
    const line = { source, sourceId, bought, at: now, isTakenBack: false };
    if (stay.end === null) {
      stay.lines.push({ ...line, from: now, to: now });
      return;
    }
    let from = stay.end;
    let to = this.#after(from, bought);
    // Nobody pays for what is over already, in the grace after an end that lies behind.
    if (stay.hasBegun && to !== null && to <= now) {
      stay.gap += now - from;
      from = now;
      to = this.#after(from, bought);
    }
    stay.lines.push({ ...line, from, to });
    stay.end = to;
  }

  takesBack(source: string, sourceId: number, now: number): void {
    for (const stay of this.stays) {
      const line = living(stay).find((one) => one.source === source && one.sourceId === sourceId);
      if (!line) continue;
      line.isTakenBack = true;
      const before = stay.end;
      const end = this.#without(stay, line);
      if (stay.status !== 'expired') stay.end = end;
      const over = stay.hasBegun ? now : stay.startedAt;
      if (stay.status !== 'active' || end === before) continue;
      stay.graceUntil = null;
      if (end !== null && end <= over) stay.status = 'kicked';
    }
  }

  /** The person is inside for the first time: what comes late counts from then, all of it. */
  begins(now: number): void {
    const stay = this.active;
    if (!stay || stay.hasBegun) return;
    stay.hasBegun = true;
    if (now - stay.startedAt <= HOUR_MS) return;
    stay.startedAt = now;
    let end = now;
    const lifetime = lifetimeOf(stay);
    for (const line of living(stay)) {
      if (line === lifetime || addsNothing(line)) continue;
      line.from = end;
      end = this.#after(end, line.bought) ?? end;
      line.to = end;
    }
    if (lifetime) lifetime.from = end;
    else stay.end = end;
  }

  /** @param isHeld a receipt waits: the place is kept for a day more */
  passes(now: number, isHeld: boolean): void {
    const stay = this.active;
    if (!stay?.hasBegun || stay.end === null || stay.end > now) return;
    const over = this.#overAt(stay, stay.end);
    if (over <= now && (!isHeld || over <= now - HELD_MS)) stay.status = 'expired';
    else if (over > stay.end) stay.graceUntil = over;
  }

  /** The end, or that of the grace after it, which nobody gets who only tried. */
  #overAt(stay: Stay, end: number): number {
    const isTrial = living(stay).at(-1)?.source === 'trial';
    return stay.graceUntil ?? (isTrial ? end : (this.#after(end, { days: this.#graceDays }) ?? end));
  }

  #opens(now: number): Stay {
    const stay: Stay = {
      startedAt: now,
      hasBegun: false,
      status: 'active',
      end: now,
      lines: [],
      graceUntil: null,
      gap: 0,
    };
    this.stays.push(stay);
    return stay;
  }

  #without(stay: Stay, gone: Line): number | null {
    if (gone.to !== null) {
      const length = gone.to - gone.from;
      const lifetime = lifetimeOf(stay);
      if (lifetime) lifetime.from -= length;
      return stay.end === null ? null : stay.end - length;
    }
    // The lifetime is gone: what was bought on top of it counts now, unless it is one itself.
    let end = gone.from;
    for (const line of living(stay)) {
      if (!addsNothing(line)) continue;
      const isForLife = 'months' in line.bought && line.bought.months === 0;
      const from = stay.hasBegun && !isForLife ? Math.max(end, line.at) : end;
      const to = this.#after(from, line.bought);
      stay.gap += from - end;
      line.from = from;
      line.to = to;
      if (to === null) return null;
      end = to;
    }
    return end;
  }

  #after(from: number, bought: Bought): number | null {
    const local = DateTime.fromMillis(from, { zone: this.#zone });
    if ('days' in bought) return local.plus({ days: bought.days }).toMillis();
    if ('months' in bought) return bought.months === 0 ? null : local.plus(bought).toMillis();
    const midnight = DateTime.fromISO(bought.until, { zone: this.#zone }).plus({ days: 1 }).toMillis();
    return Math.max(from, midnight);
  }
}

function living(stay: Stay): Line[] {
  return stay.lines.filter(({ isTakenBack }) => !isTakenBack);
}

function lifetimeOf(stay: Stay): Line | undefined {
  return living(stay).find(({ to }) => to === null);
}

function addsNothing({ from, to }: Line): boolean {
  return from === to;
}
