import type { Prisma } from '../../../src/infra/prisma-client/client.ts';
import { addMonths } from '../../../src/shared/calendar.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/shared/durations.ts';
import type { Random } from '../random.ts';
import { plusDays } from './reckoning.ts';

export interface Sold {
  id: number;
  /** The first one takes the money. */
  chats: number[];
  columns: { durationMonths?: number; durationDays?: number; endsOn?: Date };
  /** Soʻm; 0: given, and no payment. Stars are a 250th. */
  price: number;
  isTrial: boolean;
}

type Stay = Prisma.SubscriptionCreateManyInput & { id: number; expiresAt: Date | null };
type Entry = Prisma.TimeEntryCreateManyInput & { addedFrom: Date };

/** What is written in the end. */
export interface Lines {
  people: Prisma.EndUserCreateManyInput[];
  visits: Prisma.SourceVisitCreateManyInput[];
  payments: Prisma.PaymentCreateManyInput[];
  chats: Prisma.PaymentChatCreateManyInput[];
  stays: Stay[];
  entries: Entry[];
}

interface Ground {
  botId: number;
  random: Random;
  now: Date;
  zone: string;
  plans: readonly Sold[];
  sources: readonly number[];
  nextId: () => number;
}

/** Whatever has an end by a date gets as many days, so that what a month of it is worth is a whole number. */
const DAYS_TO_DATE = 16;

/** One person with a bot, from their first /start on. */
export class Life {
  readonly #ground: Ground;
  readonly #lines: Lines;
  /** What runs, by chat. */
  readonly #held = new Map<number, Stay>();
  readonly #person: number;
  #at: Date;

  constructor(ground: Ground, lines: Lines, came: Date) {
    this.#ground = ground;
    this.#lines = lines;
    this.#person = ground.nextId();
    this.#at = this.#later(came, 1);
  }

  /** A moment within so many days. */
  #later(from: Date, days: number): Date {
    return new Date(from.getTime() + this.#ground.random.int(days * 24 * 60) * MINUTE_MS);
  }

  passes(): void {
    const { botId, random, now, sources } = this.#ground;
    if (this.#at >= now) return;
    const source = random.chance(60) ? random.pick(sources) : null;
    const person = {
      id: this.#person,
      telegramUserId: BigInt(7_000_000_000 + this.#person),
      botId,
      fullName: 'Somebody',
      language: 'en',
      sourceId: source,
      createdAt: this.#at,
    };
    this.#lines.people.push(person);
    if (source !== null) this.#visits(source, true);
    for (let act = random.int(16); act > 0; act -= 1) {
      this.#at = this.#later(this.#at, random.chance(60) ? 6 : 50);
      if (this.#at >= now) break;
      this.#endsWhatIsOver();
      this.#acts();
    }
    this.#at = now;
    this.#endsWhatIsOver();
    if (!random.chance(8)) return;
    this.#isPutOut();
    person.telegramUserId = -BigInt(this.#person);
    this.#lines.visits = this.#lines.visits.filter(({ endUserId }) => endUserId !== this.#person);
  }

  #visits(sourceId: number, isNew: boolean): void {
    const { visits } = this.#lines;
    if (visits.some((one) => one.sourceId === sourceId && one.endUserId === this.#person)) return;
    visits.push({
      sourceId,
      endUserId: this.#person,
      firstAt: this.#at,
      lastAt: this.#at,
      visits: 1,
      isNew,
    });
  }

  #acts(): void {
    const { random, plans, sources } = this.#ground;
    if (random.chance(15)) this.#visits(random.pick(sources), false);
    if (random.chance(10)) {
      this.#isPutOut();
      return;
    }
    const plan = random.pick(plans);
    // Nobody buys on top of a lifetime.
    if (plan.chats.some((chat) => this.#held.get(chat)?.expiresAt === null)) return;
    if (plan.price === 0) this.#tries(plan);
    else if (random.chance(10)) this.#gets(plan, 'grant', null);
    else this.#pays(plan);
  }

  /** Once, ever. */
  #tries(plan: Sold): void {
    const { entries } = this.#lines;
    const hasTried = entries.some((one) => one.source === 'trial' && one.endUserId === this.#person);
    if (!hasTried) this.#gets(plan, 'trial', this.#person);
  }

  #pays(plan: Sold): void {
    const { botId, random, now, sources, nextId } = this.#ground;
    const method = random.pick(['card', 'card', 'card', 'payme', 'click', 'stars', 'starsub']);
    const isInStars = method.startsWith('stars');
    const chosenAt = this.#at;
    const receiptAt = method === 'card' ? new Date(chosenAt.getTime() + MINUTE_MS) : null;
    const waits = random.pick([40_000, 20 * MINUTE_MS, 70 * MINUTE_MS, 7 * HOUR_MS, 100 * HOUR_MS]);
    const decidedAt = new Date(chosenAt.getTime() + MINUTE_MS + waits);
    const fate = random.pick(['sold', 'sold', 'sold', 'sold', 'reversed', 'rejected', 'cancelled']);
    const id = nextId();
    const payment: Prisma.PaymentCreateManyInput = {
      id,
      endUserId: this.#person,
      botId,
      channelId: plan.chats[0] as number,
      planId: plan.id,
      ...plan.columns,
      amount: isInStars ? plan.price / 250 : plan.price + random.int(3) * 12_000,
      paymentMethod: method,
      currency: isInStars ? 'XTR' : 'UZS',
      sourceId: random.chance(40) ? random.pick(sources) : null,
      createdAt: chosenAt,
      status: 'cancelled',
    };
    this.#lines.payments.push(payment);
    for (const channelId of plan.chats) {
      this.#lines.chats.push({ paymentId: id, channelId, endUserId: this.#person, isOpen: false });
    }
    if (decidedAt >= now || fate === 'cancelled') return;
    if (fate === 'rejected') {
      if (receiptAt) Object.assign(payment, { status: 'rejected', receiptAt, decidedAt });
      return;
    }
    this.#at = decidedAt;
    this.#endsWhatIsOver();
    Object.assign(payment, { status: 'approved', receiptAt, approvedAt: decidedAt, decidedAt });
    Object.assign(payment, this.#gets(plan, 'payment', id));
    if (fate === 'reversed') this.#takesBack(plan, payment);
  }

  #endOf({ columns }: Sold, from: Date): Date | null {
    const { durationMonths } = columns;
    if (durationMonths === 0) return null;
    if (durationMonths !== undefined) return addMonths(from, durationMonths, this.#ground.zone);
    return plusDays(from, columns.durationDays ?? DAYS_TO_DATE);
  }

  /** In each chat on top of what runs there. @returns what the first one got, as the payment notes it */
  #gets(plan: Sold, source: 'payment' | 'grant' | 'trial', sourceId: number | null) {
    const { botId, random, nextId } = this.#ground;
    const got = [];
    for (const channelId of plan.chats) {
      const about = { endUserId: this.#person, channelId };
      let stay = this.#held.get(channelId);
      const from = stay?.expiresAt ?? this.#at;
      const to = this.#endOf(plan, from);
      if (!stay) {
        const joinedAt = random.chance(80) ? this.#at : null;
        const begun = { startedAt: this.#at, joinedAt, deliveredAt: this.#at, status: 'active' };
        stay = { id: nextId(), ...about, ...begun, expiresAt: to };
        this.#lines.stays.push(stay);
        this.#held.set(channelId, stay);
      }
      stay.expiresAt = to;
      const { durationMonths: months } = plan.columns;
      this.#lines.entries.push({
        ...about,
        botId,
        subscriptionId: stay.id,
        source,
        sourceId,
        ...(months === undefined ? { days: DAYS_TO_DATE } : { months }),
        addedFrom: from,
        addedTo: to,
        createdAt: this.#at,
      });
      got.push({ subscriptionId: stay.id, extendedFrom: from, extendedTo: to });
    }
    return got[0];
  }

  #takesBack({ chats }: Sold, payment: Prisma.PaymentCreateManyInput): void {
    const at = this.#later(this.#at, 5);
    if (at >= this.#ground.now) return;
    this.#at = at;
    this.#endsWhatIsOver();
    Object.assign(payment, { status: 'reversed', decidedAt: at });
    for (const channelId of chats) {
      const living = this.#lines.entries.filter((entry) => entry.takenBackAt === undefined);
      const entry = living.find(
        (one) => one.source === 'payment' && one.sourceId === payment.id && one.channelId === channelId,
      ) as Entry;
      entry.takenBackAt = at;
      const stay = this.#held.get(channelId);
      if (!stay || stay.id !== entry.subscriptionId) continue;
      const isOnly = living.filter(({ subscriptionId }) => subscriptionId === stay.id).length === 1;
      if (isOnly || entry.addedFrom <= at) this.#ends(channelId, at, 'kicked');
      else stay.expiresAt = entry.addedFrom;
    }
  }

  #isPutOut(): void {
    for (const channelId of this.#held.keys()) this.#ends(channelId, this.#at, 'kicked');
  }

  /** At its end, or after two days in which the place was kept. */
  #endsWhatIsOver(): void {
    const hasGrace = this.#person % 4 === 0;
    for (const [channelId, { expiresAt }] of this.#held) {
      if (expiresAt === null) continue;
      const end = hasGrace ? plusDays(expiresAt, 2) : expiresAt;
      if (end <= this.#at) this.#ends(channelId, end, 'expired');
    }
  }

  #ends(channelId: number, endedAt: Date, status: 'expired' | 'kicked'): void {
    Object.assign(this.#held.get(channelId) as Stay, { status, endedAt });
    this.#held.delete(channelId);
  }
}
