import {
  type Asked,
  type Currency,
  isLive,
  isLost,
  isMeant,
  isRenewed,
  listSales,
  type Sale,
  standingAt,
} from './reckoned-sales.ts';
import {
  changeFrom,
  dividedBy,
  isWithin,
  moneyOf,
  monthOf,
  monthSpan,
  monthsBetween,
  partOf,
  plusDays,
  type Span,
  sumOf,
} from './reckoning.ts';
import type { Records } from './shop-records.ts';

interface Question extends Asked {
  from: string;
  to: string;
  currency: Currency;
}

const MILLION = 1_000_000n;

export function countSales(sales: readonly Sale[]) {
  const of = (kind: Sale['kind']) => sales.filter((sale) => sale.kind === kind).length;
  return { new: of('new'), renewal: of('renewal'), return: of('return') };
}

export function turnoverOf(sales: readonly Sale[]): bigint {
  return sumOf(sales.map(({ amount }) => amount));
}

export const soldIn = (sales: readonly Sale[], span: Pick<Span, 'begins' | 'ends'>) =>
  sales.filter(({ approvedAt }) => isWithin(approvedAt, span));

/** Each definition taken at its word, and every month reckoned anew from all the records. */
export function reckonOverview(records: Records, asked: Question, now: Date, zone: string) {
  const all = listSales(records);
  const anyMoney = all.filter((sale) => isMeant(sale, { ...asked, currency: undefined }));
  const meant = all.filter((sale) => isMeant(sale, asked));
  const stays = records.stays.filter(({ chat }) => asked.chat === undefined || chat === asked.chat);
  const ofPeople = <T>(value: T) => (asked.plan === undefined && asked.method === undefined ? value : null);
  const { currency } = asked;

  /** At the last moment of a month that is over, else now. */
  const momentOf = ({ ends }: Span) => (ends > now ? now : new Date(ends.getTime() - 1));
  const describe = (at: Date) => {
    const { value, paying, lifetime } = standingAt(meant, at);
    return {
      mrr: moneyOf(dividedBy(value, MILLION), currency),
      paying,
      lifetime,
      live: ofPeople(stays.filter((stay) => isLive(stay, at)).length),
      arpu: paying === 0 ? null : moneyOf(dividedBy(value, MILLION * BigInt(paying)), currency),
    };
  };
  const payingBefore = ({ begins }: Span) => standingAt(anyMoney, new Date(begins.getTime() - 1)).paying;
  const lostIn = (span: Span) =>
    stays.filter((stay) => isWithin(stay.endedAt, span) && isLost(records, stay)).length;

  function reckonMonth(span: Span) {
    const sold = soldIn(meant, span);
    const due = meant.filter(({ to }) => isWithin(to, span) && to !== null && to <= now);
    const renewed = due.filter((sale) => isRenewed(sale, all)).length;
    const lost = lostIn(span);
    return {
      month: span.name,
      turnover: moneyOf(turnoverOf(sold), currency),
      sales: countSales(sold),
      ...describe(momentOf(span)),
      started: ofPeople(stays.filter(({ startedAt }) => isWithin(startedAt, span)).length),
      ended: ofPeople(stays.filter(({ endedAt }) => isWithin(endedAt, span)).length),
      lost: ofPeople(lost),
      churn: ofPeople(partOf(lost, payingBefore(span))),
      due: due.length,
      renewed,
      renewalRate: partOf(renewed, due.length),
      provisional: span.ends > plusDays(now, -7),
    };
  }

  function reckonLtv() {
    const spans = [3, 2, 1].map((ago) => monthSpan(monthOf(now, zone), zone, -ago)) as [Span, Span, Span];
    const lost = spans.reduce((sum, span) => sum + lostIn(span), 0);
    const base = spans.reduce((sum, span) => sum + payingBefore(span), 0);
    const { value, paying } = standingAt(meant, momentOf(spans[2]));
    if (paying === 0 || lost === 0 || base === 0) return null;
    const amount = dividedBy(value * BigInt(base), MILLION * BigInt(paying) * BigInt(lost));
    return { amount: moneyOf(amount, currency), lost, base };
  }

  const months = monthsBetween(asked.from, asked.to, zone);
  const begins = (months[0] as Span).begins;
  const shown = soldIn(meant, { begins, ends: (months.at(-1) as Span).ends });
  const before = soldIn(meant, {
    begins: monthSpan(asked.from, zone, -months.length).begins,
    ends: begins,
  });
  return {
    asOf: now.toISOString(),
    currency,
    now: { ...describe(now), ltv: ofPeople(reckonLtv()) },
    total: {
      turnover: moneyOf(turnoverOf(shown), currency),
      sales: countSales(shown),
      change: changeFrom(turnoverOf(before), turnoverOf(shown)),
    },
    months: months.map(reckonMonth),
  };
}
