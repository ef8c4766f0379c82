import { addDays } from '../../../../shared/calendar.ts';
import type { Currency } from '../../../payments/payment.ts';
import type { DueFact, EndFact, Facts, Month, StartFact } from '../facts.ts';
import { endOfMonth, monthOf, monthsOf, plusMonths } from './months.ts';
import { changeOf, divide, MILLIONTHS, ratioOf } from './rounding.ts';
import {
  groupBy,
  isMeant,
  type SalesTotal,
  type SoldFilter,
  type SoldQuery,
  sumOf,
  sumSales,
} from './sold.ts';
import { accumulate, type Standing, standingAtEnds, standingOf } from './standing.ts';

/** Money in tiyin, or whole Stars; what is told of subscriptions is null where one plan or one method is asked for. */
interface StandingReport {
  mrr: bigint;
  paying: number;
  lifetime: number;
  live: number | null;
  /** Null: nobody pays. */
  arpu: bigint | null;
}

interface OverviewMonth extends SalesTotal, StandingReport {
  month: Month;
  started: number | null;
  ended: number | null;
  lost: number | null;
  churn: number | null;
  due: number;
  renewed: number;
  renewalRate: number | null;
  /** It can still change without a reversal: the month runs, or was over less than seven days ago. */
  provisional: boolean;
}

export interface OverviewReport {
  asOf: Date;
  now: StandingReport & { ltv: { amount: bigint; lost: number; base: number } | null };
  /** Of the months that are told, beside as many before. */
  total: SalesTotal & { change: number | null };
  months: OverviewMonth[];
}

/** Of how many full months the value of a subscriber is reckoned. */
const LTV_MONTHS = 3;
/** Within so many days whoever left comes back as one who never did. */
const PROVISIONAL_DAYS = 7;

/** How a shop does, month by month, up to the present one. */
export function reportOverview(facts: Facts, query: SoldQuery, timeZone: string): OverviewReport {
  const present = monthOf(facts.asOf, timeZone);
  const months = monthsOf(query).filter((month) => month <= present);
  const salesOf = salesByMonth(facts, query);
  const standing = readStandings(facts, query, present);
  const people = readPeople(facts, query, present);
  const dueByMonth = groupBy(
    facts.due.filter((fact) => isMeant(fact, query)),
    ({ at }) => at.slice(0, 7),
  );
  const total = sumSales(months.flatMap(salesOf));
  const before = sumSales(months.flatMap((month) => salesOf(plusMonths(month, -months.length))));

  return {
    asOf: facts.asOf,
    now: {
      ...describe(standing.at(present), people?.liveAt(present) ?? null, query.currency),
      ltv: people && ltvOf(present, standing, people, query.currency),
    },
    total: { ...total, change: changeOf(total.turnover, before.turnover) },
    months: months.map((month) => ({
      month,
      ...sumSales(salesOf(month)),
      ...describe(standing.at(month), people?.liveAt(month) ?? null, query.currency),
      started: people?.startedIn(month) ?? null,
      ended: people?.endedIn(month) ?? null,
      lost: people?.lostIn(month) ?? null,
      churn: people && ratioOf(people.lostIn(month), standing.payingBefore(month)),
      ...renewalsOf(dueByMonth.get(month)),
      provisional: addDays(endOfMonth(month, timeZone), PROVISIONAL_DAYS, timeZone) > facts.asOf,
    })),
  };
}

function salesByMonth({ sales }: Facts, query: SoldQuery) {
  const byMonth = groupBy(
    sales.filter((fact) => isMeant(fact, query)),
    ({ at }) => at.slice(0, 7),
  );
  return (month: Month) => byMonth.get(month) ?? [];
}

interface Standings {
  /** At the end of a month, of the present one now. */
  at(month: Month): Standing;
  /** Who could be lost in a month: as the lost, in whatever currency they pay. */
  payingBefore(month: Month): number;
}

function readStandings(facts: Facts, query: SoldQuery, present: Month): Standings {
  const meant = <T extends Parameters<typeof isMeant>[0]>(items: readonly T[], filter: SoldFilter) =>
    items.filter((fact) => isMeant(fact, filter));
  const now = standingOf(meant(facts.running, query));
  const atEnd = standingAtEnds(meant(facts.periods, query));
  const anyAtEnd = standingAtEnds(meant(facts.periods, { ...query, currency: undefined }));
  return {
    at: (month) => (month === present ? now : atEnd(month)),
    payingBefore: (month) => anyAtEnd(plusMonths(month, -1)).paying,
  };
}

interface People {
  liveAt(month: Month): number;
  startedIn(month: Month): number;
  endedIn(month: Month): number;
  lostIn(month: Month): number;
}

/** Null where plans or methods are told apart: subscriptions have none. */
function readPeople({ starts, ends, live }: Facts, query: SoldQuery, present: Month): People | null {
  if (query.plan !== undefined || query.method !== undefined) return null;
  const inChat = ({ chat }: { chat: number }) => chat === (query.chat ?? chat);
  const startsIn = groupBy<StartFact>(starts.filter(inChat), ({ month }) => month);
  const endsIn = groupBy<EndFact>(ends.filter(inChat), ({ month }) => month);
  const startedIn = (month: Month) => sumOf(startsIn.get(month), ({ n }) => n);
  const endedIn = (month: Month) => sumOf(endsIn.get(month), ({ n }) => n);
  const changes = [...startsIn.keys(), ...endsIn.keys()].map(
    (month) => [month, startedIn(month) - endedIn(month)] as const,
  );
  const atEnd = accumulate(new Map(changes), 0, (sum, change) => sum + change);
  const now = sumOf(live.filter(inChat), ({ n }) => n);
  return {
    liveAt: (month) => (month === present ? now : atEnd(month)),
    startedIn,
    endedIn,
    lostIn: (month) => sumOf(endsIn.get(month), ({ isLost, n }) => (isLost ? n : 0)),
  };
}

function describe(
  { paying, lifetime, value }: Standing,
  live: number | null,
  currency: Currency,
): StandingReport {
  const unit = MILLIONTHS[currency];
  return {
    mrr: divide(value, unit),
    paying,
    lifetime,
    live,
    arpu: paying === 0 ? null : divide(value, unit * BigInt(paying)),
  };
}

function renewalsOf(facts: readonly DueFact[] | undefined) {
  const due = sumOf(facts, (fact) => fact.due);
  const renewed = sumOf(facts, (fact) => fact.renewed);
  return { due, renewed, renewalRate: ratioOf(renewed, due) };
}

/** What a month brings of one who pays ÷ the share of them that a month loses; null: nobody is lost, or there is no such share. */
function ltvOf(present: Month, standing: Standings, people: People, currency: Currency) {
  const months = Array.from({ length: LTV_MONTHS }, (_, index) => plusMonths(present, index - LTV_MONTHS));
  const lost = sumOf(months, people.lostIn);
  const base = sumOf(months, standing.payingBefore);
  const { paying, value } = standing.at(plusMonths(present, -1));
  if (paying === 0 || lost === 0 || base === 0) return null;
  const amount = divide(value * BigInt(base), MILLIONTHS[currency] * BigInt(paying) * BigInt(lost));
  return { amount, lost, base };
}
