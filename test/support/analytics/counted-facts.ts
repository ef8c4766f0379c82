import {
  type CohortFact,
  type Facts,
  SPEED_BUCKETS,
} from '../../../src/modules/statistics/analytics/facts.ts';
import { addMonths } from '../../../src/shared/calendar.ts';
import { DAY_MS, SECOND_MS } from '../../../src/shared/durations.ts';
import { isLive, isLost, isRenewed, listSales, type Sale } from './reckoned-sales.ts';
import { dayOf, daySpan, monthOf } from './reckoning.ts';
import type { Records, Stay } from './shop-records.ts';

/** Counts a shop's history as the database does it: each thing once, by the days and months that it lies in. */
export function countFacts(history: Records, now: Date, zone: string): Facts {
  const month = (instant: Date) => monthOf(instant, zone);
  const dayOrMonth = (instant: Date, days: number) =>
    instant >= daySpan(dayOf(now, zone), zone, -days).begins ? dayOf(instant, zone) : month(instant);
  const sales = listSales(history);
  const timed = sales.flatMap((sale) => {
    const { from, ends, isTrial, to } = sale;
    if (from === null || isTrial || (ends !== null && ends <= from)) return [];
    const fact = { ...soldOf(sale), isLifetime: to === null, n: 1, value: worthOf(sale) };
    return [{ fact, begins: from, ends }];
  });
  const sold = (sale: Sale, days: number) => ({
    ...soldOf(sale),
    at: dayOrMonth(sale.approvedAt, days),
    kind: sale.kind,
    n: 1,
    sum: sale.amount,
  });
  return {
    asOf: now,
    sales: merge(
      sales.map((sale) => sold(sale, 400)),
      'n',
      'sum',
    ),
    salesBySource: merge(
      sales.map((sale) => ({ ...sold(sale, 182), source: sale.source })),
      'n',
      'sum',
    ),
    periods: merge(
      timed.map(({ fact, begins, ends }) => ({ ...fact, from: month(begins), to: ends && month(ends) })),
      'n',
      'value',
    ),
    running: merge(
      timed
        .filter(({ begins, ends }) => begins <= now && (ends === null || now < ends))
        .map(({ fact }) => fact),
      'n',
      'value',
    ),
    due: merge(
      sales.flatMap((sale) => {
        if (sale.to === null || sale.to > now) return [];
        const renewed = isRenewed(sale, sales) ? 1 : 0;
        return [{ ...soldOf(sale), at: dayOrMonth(sale.to, 400), due: 1, renewed }];
      }),
      'due',
      'renewed',
    ),
    ...countStays(history, sales, now, zone),
    ...countPeople(history, zone),
  };
}

function soldOf({ chat, plan, method, currency }: Sale) {
  return { chat, plan, method, currency };
}

/** A month of it, in millionths of a soʻm or Star: made to be a whole number. */
function worthOf({ amount, currency, months, from, to }: Sale): bigint {
  if (from === null || to === null) return 0n;
  const millionths = amount * (currency === 'UZS' ? 10_000n : 1_000_000n);
  if (months !== null) return millionths / BigInt(months);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  return (millionths * 304_375n) / BigInt(days * 10_000);
}

function countStays(history: Records, sales: readonly Sale[], now: Date, zone: string) {
  const month = (instant: Date) => monthOf(instant, zone);
  const { stays } = history;
  const holder = ({ person, chat }: { person: number; chat: number }) => `${person} ${chat}`;
  const firsts = new Map<string, Stay>();
  for (const stay of stays.filter(({ sales: paid }) => paid.length > 0)) {
    const known = firsts.get(holder(stay));
    if (!known || stay.startedAt < known.startedAt) firsts.set(holder(stay), stay);
  }
  const firstOf = (one: { person: number; chat: number }) => firsts.get(holder(one))?.startedAt;
  const monthsUpTo = (first: Date, instant: Date) => {
    let months = 0;
    while (addMonths(first, months, zone) < instant) months += 1;
    return months;
  };
  const cohorts = new Map<string, CohortFact>();
  for (const { chat, startedAt } of firsts.values()) {
    const key = `${chat} ${month(startedAt)} ${Math.max(27, Number(dayOf(startedAt, zone).slice(8)))}`;
    const known = cohorts.get(key);
    const lastStart = known && known.lastStart > startedAt ? known.lastStart : startedAt;
    cohorts.set(key, { month: month(startedAt), chat, size: (known?.size ?? 0) + 1, lastStart });
  }
  const lastSaleOf = (stay: Stay) => sales.filter(({ id }) => stay.sales.includes(id)).at(-1);
  return {
    starts: merge(
      stays.map(({ startedAt, chat }) => ({ month: month(startedAt), chat, n: 1 })),
      'n',
    ),
    ends: merge(
      stays.flatMap((stay) => {
        const { endedAt, chat } = stay;
        return endedAt ? [{ month: month(endedAt), chat, isLost: isLost(history, stay), n: 1 }] : [];
      }),
      'n',
    ),
    live: merge(
      stays.filter((stay) => isLive(stay, now)).map(({ chat }) => ({ chat, n: 1 })),
      'n',
    ),
    cohorts: [...cohorts.values()],
    cohortSales: merge(
      sales.flatMap((sale) => {
        const first = firstOf(sale);
        return first ? [{ ...soldOf(sale), month: month(first), sum: sale.amount }] : [];
      }),
      'sum',
    ),
    spells: merge(
      stays.flatMap((stay) => {
        const first = firstOf(stay);
        if (!first || stay.startedAt < first) return [];
        const a = monthsUpTo(first, stay.startedAt);
        const z = stay.endedAt && monthsUpTo(first, stay.endedAt);
        return z === a ? [] : [{ month: month(first), chat: stay.chat, a, z, n: 1 }];
      }),
      'n',
    ),
    upcoming: merge(
      stays.flatMap((stay) => {
        const last = lastSaleOf(stay);
        if (!last || !stay.expiresAt || !isLive(stay, now)) return [];
        if (stay.expiresAt >= daySpan(dayOf(now, zone), zone, 92).begins) return [];
        const day = dayOf(stay.expiresAt, zone);
        return [{ ...soldOf(last), day, chat: stay.chat, n: 1, sum: last.amount }];
      }),
      'n',
      'sum',
    ),
  };
}

function countPeople({ people, payments, stays, sources }: Records, zone: string) {
  const reached = (...steps: boolean[]) =>
    steps.map((_, index) => (steps.slice(index).some(Boolean) ? 1 : 0)) as [number, number, number, number];
  const isSent = ({ receiptAt, approvedAt }: Records['payments'][number]) => Boolean(receiptAt ?? approvedAt);
  return {
    people: merge(
      people.map(({ id, createdAt, source }) => {
        const theirs = payments.filter(({ person }) => person === id);
        const [chose, paid, approved, joined] = reached(
          theirs.length > 0,
          theirs.some(isSent),
          theirs.some(({ isSale }) => isSale),
          stays.some(({ person, joinedAt }) => person === id && joinedAt !== null),
        );
        return { day: dayOf(createdAt, zone), source, started: 1, chose, paid, approved, joined };
      }),
      'started',
      'chose',
      'paid',
      'approved',
      'joined',
    ),
    sourcePeople: merge(
      [null, ...sources].flatMap((source) =>
        people.flatMap((person) => {
          const visit = source?.visits.find((one) => one.person === person.id)?.firstAt;
          const theirs = payments.filter(
            (one) => one.person === person.id && one.source === (source?.id ?? null),
          );
          const firstChoice = theirs
            .map(({ createdAt }) => createdAt)
            .sort((a, b) => Number(a) - Number(b))[0];
          const first = source ? (visit ?? firstChoice) : person.source === null ? person.createdAt : null;
          if (!first) return [];
          const isBuyer = theirs.some(({ isSale }) => isSale);
          const hasAccess = stays.some((stay) => stay.person === person.id && stay.endedAt === null);
          return [
            {
              month: monthOf(first, zone),
              source: source?.id ?? null,
              people: 1,
              newcomers: person.source === (source?.id ?? null) ? 1 : 0,
              chose: theirs.length > 0 ? 1 : 0,
              sent: theirs.some(isSent) ? 1 : 0,
              buyers: isBuyer ? 1 : 0,
              live: isBuyer && hasAccess ? 1 : 0,
            },
          ];
        }),
      ),
      'people',
      'newcomers',
      'chose',
      'sent',
      'buyers',
      'live',
    ),
    speed: merge(
      payments.flatMap(({ status, receiptAt, approvedAt, decidedAt }) => {
        const at = status === 'approved' ? approvedAt : status === 'rejected' ? decidedAt : null;
        if (!receiptAt || !at) return [];
        const seconds = (at.getTime() - receiptAt.getTime()) / SECOND_MS;
        const bucket = SPEED_BUCKETS.filter((longest) => longest <= seconds).length;
        return [{ day: dayOf(at, zone), decision: status as 'approved' | 'rejected', bucket, n: 1 }];
      }),
      'n',
    ),
  };
}

/** One row of all that are the same but for what is added up. */
function merge<Row extends object>(rows: readonly Row[], ...summed: (keyof Row & string)[]): Row[] {
  const merged = new Map<string, Record<string, unknown>>();
  for (const row of rows) {
    const entries = Object.entries(row);
    const key = JSON.stringify(entries.filter(([name]) => !(summed as string[]).includes(name)));
    const known = merged.get(key);
    if (!known) merged.set(key, Object.fromEntries(entries));
    else for (const name of summed) known[name] = add(known[name], row[name]);
  }
  return [...merged.values()] as Row[];
}

function add(one: unknown, other: unknown): number | bigint {
  if (typeof one === 'bigint' && typeof other === 'bigint') return one + other;
  return Number(one) + Number(other);
}
