import { addMonths } from '../../../src/shared/calendar.ts';
import { turnoverOf } from './reckoned-overview.ts';
import { type Asked, type Currency, isLive, isMeant, listSales } from './reckoned-sales.ts';
import {
  changeFrom,
  daySpan,
  dividedBy,
  isWithin,
  moneyOf,
  monthOf,
  monthSpan,
  monthsBetween,
  partOf,
  type Span,
  sumOf,
} from './reckoning.ts';
import type { RecordedPayment, Records, Stay } from './shop-records.ts';

interface Months {
  from: string;
  to: string;
}

interface Sales extends Asked {
  currency: Currency;
}

const MOST = 24;

/** Who stays, of those whose first paid subscription in a chat began in a month. */
export function reckonRetention(records: Records, asked: Months & Sales, now: Date, zone: string) {
  const stays = records.stays.filter(({ chat }) => asked.chat === undefined || chat === asked.chat);
  const members = stays.flatMap((one, place) => {
    const theirs = stays.filter(({ person, chat }) => person === one.person && chat === one.chat);
    if (stays.indexOf(theirs[0] as Stay) !== place) return [];
    const paid = theirs.filter(({ sales }) => sales.length > 0).map(({ startedAt }) => startedAt);
    if (paid.length === 0) return [];
    const first = new Date(Math.min(...paid.map((at) => at.getTime())));
    return [{ theirs, first, person: one.person, chat: one.chat }];
  });
  const sales = listSales(records).filter((sale) => isMeant(sale, asked));
  const present = monthOf(now, zone);
  const cohorts = monthsBetween(asked.from, asked.to, zone).flatMap((span) => {
    const cohort = members.filter(({ first }) => isWithin(first, span));
    if (cohort.length === 0) return [];
    const until = Math.min(MOST, monthsBetween(span.name, present, zone).length);
    const retained = Array.from({ length: until }, (_, k) => {
      const moments = cohort.map(({ theirs, first }) => ({ theirs, at: addMonths(first, k, zone) }));
      if (moments.some(({ at }) => at > now)) return null;
      return partOf(
        moments.filter(({ theirs, at }) => theirs.some((stay) => isLive(stay, at))).length,
        cohort.length,
      );
    });
    const turnover = cohort.map(({ person, chat }) =>
      turnoverOf(sales.filter((sale) => sale.person === person && sale.chat === chat)),
    );
    const each = dividedBy(sumOf(turnover), BigInt(cohort.length));
    return [
      {
        month: span.name,
        size: cohort.length,
        retained,
        turnoverPerSubscriber: moneyOf(each, asked.currency),
      },
    ];
  });
  return { asOf: now.toISOString(), currency: asked.currency, cohorts: cohorts.slice(-MOST) };
}

const STEPS = ['started', 'chose', 'paid', 'approved', 'joined'] as const;

/** How far each has come, by their own payments and subscriptions. */
export function reckonFunnel(
  { people, payments, stays }: Records,
  { since, until, source }: { since: string; until: string; source?: number | undefined },
  now: Date,
  zone: string,
) {
  const reached = people
    .filter((one) => !one.isOwner && (source === undefined || (one.source ?? 0) === source))
    .map(({ id, createdAt }) => {
      const theirs = payments.filter(({ person }) => person === id);
      const did = [
        true,
        theirs.length > 0,
        theirs.some(isSent),
        theirs.some(({ isSale }) => isSale),
        stays.some(({ person, joinedAt }) => person === id && joinedAt !== null),
      ];
      return { createdAt, step: did.lastIndexOf(true) };
    });
  const length = daySpan(since, zone).begins;
  const days = Math.round((daySpan(until, zone).ends.getTime() - length.getTime()) / 86_400_000);
  const within = (span: Pick<Span, 'begins' | 'ends'>, step: number) =>
    reached.filter((one) => isWithin(one.createdAt, span) && one.step >= step).length;
  const asked = { begins: length, ends: daySpan(until, zone).ends };
  const before = { begins: daySpan(since, zone, -days).begins, ends: asked.begins };
  return {
    asOf: now.toISOString(),
    steps: STEPS.map((step, index) => ({
      step,
      people: within(asked, index),
      ofFirst: partOf(within(asked, index), within(asked, 0)),
      ofPrevious: index === 0 ? null : partOf(within(asked, index), within(asked, index - 1)),
      change: changeFrom(within(before, index), within(asked, index)),
    })),
  };
}

/** A receipt of it was sent, or its money taken. */
function isSent({ receiptAt, approvedAt }: RecordedPayment): boolean {
  return receiptAt !== null || approvedAt !== null;
}

/** What each source brought, of people who first came by it in these months. */
export function reckonSources(records: Records, filter: Months & Sales, now: Date, zone: string) {
  const { from, to, currency } = filter;
  const asked = { begins: monthSpan(from, zone).begins, ends: monthSpan(to, zone).ends };
  const { people, payments, stays, sources } = records;
  const sales = listSales(records).filter(
    (sale) => isMeant(sale, filter) && isWithin(sale.approvedAt, asked),
  );
  const items = [null, ...sources].map((source) => {
    const id = source?.id ?? null;
    const byIt = payments.filter((payment) => payment.source === id);
    const came = people.filter((person) => {
      if (source === null)
        return person.source === null && !person.isOwner && isWithin(person.createdAt, asked);
      const visit = source.visits.find((one) => one.person === person.id)?.firstAt;
      const chosen = byIt
        .filter((one) => one.person === person.id)
        .map(({ createdAt }) => createdAt.getTime());
      const first = visit ?? (chosen.length > 0 ? new Date(Math.min(...chosen)) : null);
      return isWithin(first, asked);
    });
    const count = (did: (payment: RecordedPayment) => boolean) =>
      came.filter((person) => byIt.some((one) => one.person === person.id && did(one)));
    const buyers = count(({ isSale }) => isSale);
    const turnover = turnoverOf(sales.filter((sale) => sale.source === id));
    const cost = source?.cost ?? null;
    return {
      id,
      slug: source?.slug ?? null,
      name: source?.name ?? null,
      people: came.length,
      new: came.filter((person) => person.source === id).length,
      chose: count(() => true).length,
      paid: count(isSent).length,
      buyers: buyers.length,
      turnover: moneyOf(turnover, currency),
      live: buyers.filter(({ id: buyer }) => stays.some((stay) => stay.person === buyer && isLive(stay, now)))
        .length,
      cost: cost === null ? null : moneyOf(cost, 'UZS'),
      costPerBuyer:
        cost === null || buyers.length === 0 ? null : moneyOf(dividedBy(cost, BigInt(buyers.length)), 'UZS'),
      return: cost === null || currency === 'XTR' ? null : partOf(turnover, cost),
    };
  });
  return { asOf: now.toISOString(), items };
}
