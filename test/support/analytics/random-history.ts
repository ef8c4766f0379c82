import { addMonths } from '../../../src/shared/calendar.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/shared/durations.ts';
import type { Random } from '../random.ts';
import { plusDays } from './reckoning.ts';
import type { RecordedPayment, Records, Stay } from './shop-records.ts';

const PEOPLE = 40;
const DAYS = 800;
const CHATS = [1, 2];
const SOURCES = [1, 2];

/** Such prices that a month of each is worth a whole number of millionths. */
const PLANS = [
  { id: 1, chat: 1, months: 1, days: null, price: 36_000, isTrial: false },
  { id: 2, chat: 1, months: 12, days: null, price: 480_000, isTrial: false },
  { id: 3, chat: 1, months: 0, days: null, price: 900_000, isTrial: false },
  { id: 4, chat: 1, months: null, days: 5, price: 6_000, isTrial: true },
  { id: 5, chat: 2, months: 3, days: null, price: 72_000, isTrial: false },
  { id: 6, chat: 2, months: null, days: 10, price: 16_000, isTrial: false },
] as const;

/** Two years of a shop by chance: who bought, left, came back within a week or later, got grants, took money back. */
export function makeHistory(random: Random, now: Date, zone: string): Records {
  const history: Records = {
    payments: [],
    stays: [],
    people: [],
    sources: SOURCES.map((id) => ({
      id,
      slug: `s${id}`,
      name: `Source ${id}`,
      cost: id === 1 ? 12_345_600n : null,
      visits: [],
    })),
  };
  for (let id = 1; id <= PEOPLE; id += 1) {
    const createdAt = within(random, plusDays(now, -DAYS), now);
    const source = random.pick([null, ...SOURCES]);
    history.people.push({ id, createdAt, source, isOwner: false });
    for (const visited of history.sources) {
      if (visited.id === source) visited.visits.push({ person: id, firstAt: createdAt });
      else if (random.chance(20))
        visited.visits.push({ person: id, firstAt: within(random, createdAt, now) });
    }
    for (const chat of CHATS) {
      if (random.chance(70)) passLife({ random, history, now, zone }, id, chat, createdAt);
    }
  }
  return history;
}

/** Whole hours, so that some lie on midnight and some together. */
function within(random: Random, from: Date, to: Date): Date {
  const hours = Math.max(1, Math.floor((to.getTime() - from.getTime()) / HOUR_MS));
  return new Date(from.getTime() + random.int(hours) * HOUR_MS);
}

interface Ground {
  random: Random;
  history: Records;
  now: Date;
  zone: string;
}

/** One person in one chat: a subscription after the other, some of them soon. */
function passLife(ground: Ground, person: number, chat: number, since: Date): void {
  const { random, history, now } = ground;
  let startedAt = within(random, since, now);
  for (let spells = 1 + random.int(4); spells > 0 && startedAt < now; spells -= 1) {
    const id = history.stays.length + 1;
    const joinedAt = random.chance(70) ? startedAt : null;
    const stay: Stay = {
      id,
      person,
      chat,
      startedAt,
      joinedAt,
      endedAt: null,
      expiresAt: null,
      status: 'active',
      sales: [],
    };
    history.stays.push(stay);
    stay.expiresAt = fill(ground, stay);
    const leaves = random.chance(15) ? within(random, startedAt, now) : null;
    const runsOut = stay.expiresAt && plusDays(stay.expiresAt, random.chance(25) ? 2 : 0);
    const [endedAt] = [leaves, runsOut]
      .filter((at) => at !== null)
      .sort((one, other) => Number(one) - Number(other));
    if (!endedAt || endedAt > now) return;
    Object.assign(stay, { endedAt, status: endedAt === leaves ? 'kicked' : 'expired' });
    startedAt = new Date(endedAt.getTime() + random.pick([0, 1, 72, 168, 169, 700, 2_000]) * HOUR_MS);
  }
}

/** With what was paid and given while it ran. @returns its end */
function fill(ground: Ground, stay: Stay): Date | null {
  const { random, history, now, zone } = ground;
  let [at, end]: [Date, Date | null] = [stay.startedAt, stay.startedAt];
  for (let lines = 1 + random.int(5); lines > 0; lines -= 1) {
    const plan = random.pick(PLANS.filter(({ chat }) => chat === stay.chat));
    const to: Date | null =
      plan.days !== null
        ? plusDays(end, plan.days)
        : plan.months === 0
          ? null
          : addMonths(end, plan.months, zone);
    if (random.chance(15)) {
      end = to;
    } else {
      const payment = makePayment(ground, stay, plan, at);
      history.payments.push({ ...payment, stay: stay.id, from: end, to });
      if (payment.isSale) {
        stay.sales.push(payment.id);
        end = to;
      }
    }
    if (end === null) return null;
    at = within(random, at, end);
    if (at >= now) break;
  }
  return end;
}

function makePayment(
  { random, history }: Ground,
  { person, chat }: Stay,
  plan: (typeof PLANS)[number],
  at: Date,
): RecordedPayment {
  const method = random.pick(['card', 'card', 'payme', 'stars']);
  const status = random.pick(['approved', 'approved', 'approved', 'approved', 'reversed', 'rejected']);
  const wait = random.pick([30_000, MINUTE_MS, 11 * MINUTE_MS, 2 * HOUR_MS, 30 * HOUR_MS, 80 * HOUR_MS]);
  const receiptAt = new Date(at.getTime() - wait);
  return {
    id: history.payments.length + 1,
    person,
    chat,
    plan: plan.id,
    method,
    currency: method === 'stars' ? 'XTR' : 'UZS',
    amount: BigInt(method === 'stars' ? plan.price / 250 : plan.price * 100),
    source: random.pick([null, ...SOURCES]),
    isSale: status === 'approved',
    isTrial: plan.isTrial,
    status,
    createdAt: receiptAt,
    receiptAt: method === 'card' ? receiptAt : null,
    approvedAt: status === 'rejected' ? null : at,
    decidedAt: at,
    months: plan.months,
    stay: null,
    from: null,
    to: null,
  };
}
