import { describe, expect, test } from 'vitest';
import {
  beginAt,
  type HeldTime,
  layOn,
  type Settled,
  type TimeEntry,
  without,
} from '../../../src/modules/subscriptions/time-ledger.ts';
import { addMonths } from '../../../src/shared/calendar.ts';
import { DAY_MS, HOUR_MS } from '../../../src/shared/durations.ts';
import { Random } from '../../support/random.ts';

const TIME_ZONE = 'Asia/Tashkent';
const at = (text: string) => new Date(`${text}T09:00:00Z`);

/** A subscription as the database keeps it: what was given at which moments, in order. */
function held(start: Date, ...given: { months: number; now?: Date }[]): HeldTime {
  let expiresAt: Date | null = start;
  const entries: TimeEntry[] = [];
  for (const [index, { months, now = start }] of given.entries()) {
    const duration = { kind: 'months', months } as const;
    const place = layOn(expiresAt, duration, now, TIME_ZONE);
    entries.push({ id: index + 1, duration, createdAt: now, ...place });
    if (expiresAt !== null) expiresAt = place.addedTo;
  }
  return { expiresAt, hasBegun: true, entries };
}

const entry = (time: HeldTime, id: number): TimeEntry => {
  const found = time.entries.find((one) => one.id === id);
  if (!found) throw new Error(`There is no entry ${id}.`);
  return found;
};

function applied(time: HeldTime, { expiresAt, moved }: Settled, takenId?: number): HeldTime {
  const entries = time.entries
    .filter(({ id }) => id !== takenId)
    .map((one) => moved.find(({ id }) => id === one.id) ?? one);
  return { ...time, expiresAt, entries };
}

const less = (time: HeldTime, id: number): HeldTime =>
  applied(time, without(time, entry(time, id), TIME_ZONE), id);

const MONTH = { months: 1 };
const LIFETIME = { months: 0 };

describe('what is added', () => {
  test('a clamped day counts on', () => {
    const time = held(at('2027-01-31'), MONTH, MONTH);
    expect(time.entries.map(({ addedTo }) => addedTo)).toEqual([at('2027-02-28'), at('2027-03-28')]);
  });

  test('on top of a lifetime adds nothing', () => {
    const now = at('2027-03-05');
    const time = held(at('2027-01-31'), LIFETIME, { ...MONTH, now });
    expect(time.expiresAt).toBeNull();
    expect(entry(time, 2)).toMatchObject({ addedFrom: now, addedTo: now });
  });
});

describe('what is taken back', () => {
  const start = at('2027-01-31');

  test('the last of two', () => {
    expect(less(held(start, MONTH, MONTH), 2).expiresAt).toEqual(at('2027-02-28'));
  });

  test('the first of two: exactly its length, although the second began where it ended', () => {
    // January's 31 days are paid for no more, February's 28 are.
    const time = held(at('2027-01-15'), MONTH, MONTH);
    expect(time.expiresAt).toEqual(at('2027-03-15'));
    expect(less(time, 1).expiresAt).toEqual(at('2027-02-12'));
  });

  test('a month, then the lifetime above it: nothing is left', () => {
    const time = less(held(start, MONTH, LIFETIME), 1);
    expect(time.expiresAt).toBeNull();
    expect(less(time, 2).expiresAt).toEqual(start);
  });

  test('the lifetime, then the month below it: nothing is left', () => {
    const time = less(held(start, MONTH, LIFETIME), 2);
    expect(time.expiresAt).toEqual(at('2027-02-28'));
    expect(less(time, 1).expiresAt).toEqual(start);
  });

  test('a lifetime under a month: the month counts from where it would have', () => {
    const soon = held(start, LIFETIME, { ...MONTH, now: at('2027-01-31') });
    expect(less(soon, 1).expiresAt).toEqual(at('2027-02-28'));
    // Without the lifetime they would have been out, and would have begun anew.
    const late = held(start, LIFETIME, { ...MONTH, now: at('2027-06-10') }, MONTH);
    expect(less(late, 1).expiresAt).toEqual(at('2027-08-10'));
  });

  test('one of two lifetimes leaves the other', () => {
    const both = held(start, MONTH, LIFETIME, LIFETIME, MONTH);
    expect(less(both, 3).expiresAt).toBeNull();
    const second = less(both, 2);
    expect(second.expiresAt).toBeNull();
    expect(entry(second, 3)).toMatchObject({ addedFrom: at('2027-02-28'), addedTo: null });
    expect(less(second, 3).expiresAt).toEqual(at('2027-03-28'));
  });

  test('what waits on a lifetime takes nothing', () => {
    const time = held(start, LIFETIME, MONTH);
    expect(less(less(time, 2), 1).expiresAt).toEqual(start);
  });

  test('a lifetime that no entry accounts for stays', () => {
    const time: HeldTime = { ...held(start, MONTH), expiresAt: null };
    expect(less(time, 1).expiresAt).toBeNull();
  });
});

describe('a late first access', () => {
  const start = at('2027-01-31');
  const delivery = at('2027-03-31');

  test('lets all time count from it, each month anew', () => {
    const time = applied(held(start, MONTH, MONTH), beginAt(held(start, MONTH, MONTH), delivery, TIME_ZONE));
    expect(time.entries.map(({ addedFrom, addedTo }) => [addedFrom, addedTo])).toEqual([
      [delivery, at('2027-04-30')],
      [at('2027-04-30'), at('2027-05-30')],
    ]);
    expect(time.expiresAt).toEqual(at('2027-05-30'));
  });

  test('moves what a lifetime leaves', () => {
    const sold = held(start, MONTH, LIFETIME);
    const time = applied(sold, beginAt(sold, delivery, TIME_ZONE));
    expect(time.expiresAt).toBeNull();
    expect(less(time, 2).expiresAt).toEqual(at('2027-04-30'));
  });

  test('leaves alone what no entry accounts for', () => {
    const imported: HeldTime = { expiresAt: at('2027-05-01'), hasBegun: false, entries: [] };
    expect(beginAt(imported, delivery, TIME_ZONE).expiresAt).toEqual(at('2027-05-01'));
  });

  test('before it no time of what waits on a lifetime runs out', () => {
    const sold = { ...held(start, LIFETIME, { ...MONTH, now: at('2027-03-01') }), hasBegun: false };
    const time = less(sold, 1);
    expect(time.expiresAt).toEqual(at('2027-02-28'));
    expect(beginAt(time, delivery, TIME_ZONE).expiresAt).toEqual(at('2027-04-30'));
  });
});

/**
 * The same rules told naively: keeps everything that was ever given in one list, and counts the end from nothing each
 * time that it is asked for.
 */
class NaiveTime {
  readonly #given: { id: number; months: number; comes: Date; days: number | null; goneAt?: true }[] = [];
  #start: Date;
  #hasBegun = false;

  constructor(start: Date) {
    this.#start = start;
  }

  get end(): Date | null {
    return this.#given.some(({ months, goneAt }) => months === 0 && !goneAt) ? null : this.#timed();
  }

  gives(id: number, months: number, comes: Date): void {
    this.#given.push({ id, months, comes, days: null });
    this.#measure();
  }

  takes(id: number): void {
    for (const one of this.#given) if (one.id === id) one.goneAt = true;
    this.#measure();
  }

  begins(delivery: Date): void {
    this.#start = delivery;
    this.#hasBegun = true;
    // Whatever had its place gets it anew.
    const known = this.#given.filter(({ days, goneAt }) => days !== null && !goneAt);
    for (const one of known) one.days = null;
    for (const one of known) this.#fix(one, this.#timed());
  }

  #timed(): Date {
    const ms = this.#given
      .filter(({ goneAt }) => !goneAt)
      .reduce((sum, { days }) => sum + (days ?? 0) * DAY_MS, 0);
    return new Date(this.#start.getTime() + ms);
  }

  /** Time gets its length once it is under no lifetime that came before it. */
  #measure(): void {
    for (const one of this.#given) {
      const covered = this.#given.some((other) => other.months === 0 && !other.goneAt && other.id < one.id);
      if (one.goneAt || one.months === 0 || one.days !== null || covered) continue;
      const end = this.#timed();
      // They would have been out: the start moves on by as much as was lost.
      if (this.#hasBegun && one.comes > end) {
        this.#start = new Date(this.#start.getTime() + one.comes.getTime() - end.getTime());
      }
      this.#fix(one, this.#timed());
    }
  }

  #fix(one: { months: number; days: number | null }, from: Date): void {
    one.days = (addMonths(from, one.months, TIME_ZONE).getTime() - from.getTime()) / DAY_MS;
  }
}

describe('whatever happens, the end is what the ledger adds up to', () => {
  test.each(Array.from({ length: 500 }, (_, seed) => seed))('seed %i', (seed) => {
    const random = new Random(seed);
    let now = new Date(at('2027-01-25').getTime() + random.int(400) * DAY_MS);
    let time: HeldTime = { expiresAt: now, hasBegun: random.chance(60), entries: [] };
    const naive = new NaiveTime(now);
    if (time.hasBegun) naive.begins(now);
    let given = 0;
    for (let step = 0; step < 25; step += 1) {
      const what = random.int(10);
      const isOver = time.hasBegun && time.expiresAt !== null && time.expiresAt < now;
      if (what < 4 && !isOver) {
        given += 1;
        const months = random.pick([0, 1, 1, 6, 12]);
        const duration = { kind: 'months', months } as const;
        const place = layOn(time.expiresAt, duration, now, TIME_ZONE);
        time = {
          ...time,
          expiresAt: time.expiresAt && place.addedTo,
          entries: [...time.entries, { id: given, duration, createdAt: now, ...place }],
        };
        naive.gives(given, months, now);
      } else if (what < 7 && time.entries.length > 0) {
        const { id } = random.pick(time.entries);
        time = less(time, id);
        naive.takes(id);
      } else if (what === 7 && !time.hasBegun) {
        time = { ...applied(time, beginAt(time, now, TIME_ZONE)), hasBegun: true };
        naive.begins(now);
      } else {
        now = new Date(now.getTime() + random.int(45 * 24) * HOUR_MS);
      }
      expect(time.expiresAt, `step ${step}`).toEqual(naive.end);
    }
  });
});
