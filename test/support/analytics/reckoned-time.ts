import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/shared/durations.ts';
import { turnoverOf } from './reckoned-overview.ts';
import { type Currency, isLive, isRenewed, listSales, type Sale } from './reckoned-sales.ts';
import { changeFrom, dayOf, daySpan, dividedBy, isWithin, moneyOf, partOf, type Span } from './reckoning.ts';
import type { Records } from './shop-records.ts';

const BUCKETS = [0, 1, 5, 15, 60, 180, 360, 720, 1_440, 4_320].map((minutes) => minutes * 60);

/** How long receipts waited that were decided lately. */
export function reckonSpeed(
  { payments }: Records,
  { days: count }: { days: number },
  now: Date,
  zone: string,
) {
  const today = dayOf(now, zone);
  const decisions = payments.flatMap(({ status, receiptAt, approvedAt, decidedAt }) => {
    const at = status === 'approved' ? approvedAt : status === 'rejected' ? decidedAt : null;
    return receiptAt === null || at === null
      ? []
      : [{ at, status, seconds: (at.getTime() - receiptAt.getTime()) / SECOND_MS }];
  });
  const since = daySpan(today, zone, 1 - count);
  const within = (span: Pick<Span, 'begins' | 'ends'>) => decisions.filter(({ at }) => isWithin(at, span));
  const decided = within({ begins: since.begins, ends: daySpan(today, zone).ends });
  const before = within({ begins: daySpan(since.name, zone, -count).begins, ends: since.begins });
  const share = (ms: number) =>
    partOf(decided.filter(({ seconds }) => seconds * SECOND_MS < ms).length, decided.length);
  return {
    asOf: now.toISOString(),
    decided: decided.length,
    within: { '15m': share(15 * MINUTE_MS), '1h': share(HOUR_MS), '24h': share(DAY_MS) },
    medianSeconds: secondsAt(
      decided.map(({ seconds }) => seconds),
      50,
    ),
    p90Seconds: secondsAt(
      decided.map(({ seconds }) => seconds),
      90,
    ),
    change: 2 * count > 400 ? null : changeFrom(before.length, decided.length),
    days: Array.from({ length: count }, (_, index) => {
      const span = daySpan(since.name, zone, index);
      const of = (status: string) =>
        decided.filter((one) => one.status === status && isWithin(one.at, span)).length;
      return { day: span.name, approved: of('approved'), rejected: of('rejected') };
    }),
  };
}

/** By the buckets, as if each were evenly filled. */
function secondsAt(all: readonly number[], percent: number): number | null {
  if (all.length === 0) return null;
  for (const [index, over] of BUCKETS.slice(1).entries()) {
    const under = BUCKETS[index] as number;
    const before = all.filter((seconds) => seconds < under).length;
    const here = all.filter((seconds) => seconds >= under && seconds < over).length;
    const wanted = all.length * percent - before * 100;
    if (here > 0 && here * 100 >= wanted) {
      return under + Number(dividedBy(BigInt(wanted * (over - under)), BigInt(here * 100)));
    }
  }
  return BUCKETS.at(-1) as number;
}

const LEAST_DUE = 20;

/** What ends in the days to come, and how much of it is likely to be paid again. */
export function reckonForecast(
  records: Records,
  asked: {
    days: number;
    chat?: number | undefined;
    plan?: number | undefined;
    method?: string | undefined;
    currency: Currency;
  },
  now: Date,
  zone: string,
) {
  const sales = listSales(records);
  const today = dayOf(now, zone);
  const lately = { begins: daySpan(today, zone, -89).begins, ends: new Date(now.getTime() + 1) };
  const due = sales.filter(({ to }) => isWithin(to, lately));
  const ending = records.stays.flatMap((stay) => {
    const paid = sales.filter(({ id }) => stay.sales.includes(id));
    const last = paid.at(-1);
    const isMeant =
      last?.currency === asked.currency &&
      (asked.chat === undefined || stay.chat === asked.chat) &&
      (asked.plan === undefined || last.plan === asked.plan) &&
      (asked.method === undefined || last.method === asked.method);
    if (!last || !isMeant || !isLive(stay, now) || !stay.expiresAt) return [];
    // A bundle's money is told once, where its first chat is.
    return [{ ends: stay.expiresAt, last: stay.chat === last.chat ? last : { ...last, amount: 0n } }];
  });
  /** @returns how many of how many were renewed; null: too few to tell */
  const rateOf = (plan: number) => {
    const ofPlan = due.filter((sale) => sale.plan === plan);
    const base = ofPlan.length >= LEAST_DUE ? ofPlan : due;
    if (base.length < LEAST_DUE) return null;
    return { renewed: base.filter((sale) => isRenewed(sale, sales)).length, due: base.length };
  };
  const tell = (lasts: readonly Sale[]) => {
    let [over, under] = [0n, 1n];
    for (const { amount, plan } of lasts) {
      const rate = rateOf(plan) ?? { renewed: 0, due: 1 };
      over = over * BigInt(rate.due) + amount * BigInt(rate.renewed) * under;
      under *= BigInt(rate.due);
    }
    return {
      due: lasts.length,
      value: moneyOf(turnoverOf(lasts), asked.currency),
      expected: due.length < LEAST_DUE ? null : moneyOf(dividedBy(over, under), asked.currency),
    };
  };
  const days = Array.from({ length: asked.days }, (_, index) => daySpan(today, zone, index));
  const within = (span: Pick<Span, 'begins' | 'ends'>) =>
    ending.filter(({ ends }) => isWithin(ends, span)).map(({ last }) => last);
  return {
    asOf: now.toISOString(),
    currency: asked.currency,
    days: days.map((span) => ({ day: span.name, ...tell(within(span)) })),
    total: tell(within({ begins: (days[0] as Span).begins, ends: (days.at(-1) as Span).ends })),
  };
}
