import type { Facts } from '../facts.ts';
import { divide, ratioOf } from './rounding.ts';
import { groupBy, isMeant, type SoldQuery, sumOf, sumSales } from './sold.ts';

/** Where people come from. */
export interface KnownSource {
  id: number;
  slug: string;
  name: string;
  /** Tiyin; null: not said. */
  cost: bigint | null;
}

/** Money in tiyin, or whole Stars. */
interface SourceReport {
  /** These three are null for whoever came by none. */
  id: number | null;
  slug: string | null;
  name: string | null;
  people: number;
  new: number;
  chose: number;
  paid: number;
  buyers: number;
  turnover: bigint;
  live: number;
  /** Tiyin, whatever the currency of the payments. */
  cost: bigint | null;
  costPerBuyer: bigint | null;
  /** Turnover ÷ cost; null of Stars, which nothing was paid for in. */
  return: number | null;
}

const NO_SOURCE = { id: null, slug: null, name: null, cost: null } as const;

/**
 * People by the months in which they first came by a source, turnover by that of the sales: first of whoever came by
 * none, then of each known source, what brought the most first. A chat, a plan, a method and a currency narrow the turnover.
 */
export function reportSources(
  facts: Facts,
  query: SoldQuery,
  sources: readonly KnownSource[],
): { asOf: Date; items: SourceReport[] } {
  const { from, to, currency } = query;
  const keyOf = ({ source }: { source: number | null }) => String(source);
  const people = groupBy(
    facts.sourcePeople.filter(({ month }) => from <= month && month <= to),
    keyOf,
  );
  const sales = groupBy(
    facts.salesBySource.filter(
      (fact) => from <= fact.at.slice(0, 7) && fact.at.slice(0, 7) <= to && isMeant(fact, query),
    ),
    keyOf,
  );
  const report = ({ id, slug, name, cost }: KnownSource | typeof NO_SOURCE): SourceReport => {
    const came = people.get(String(id));
    const buyers = sumOf(came, (fact) => fact.buyers);
    const { turnover } = sumSales(sales.get(String(id)));
    return {
      id,
      slug,
      name,
      people: sumOf(came, (fact) => fact.people),
      new: sumOf(came, (fact) => fact.newcomers),
      chose: sumOf(came, (fact) => fact.chose),
      paid: sumOf(came, (fact) => fact.sent),
      buyers,
      turnover,
      live: sumOf(came, (fact) => fact.live),
      cost,
      costPerBuyer: cost === null || buyers === 0 ? null : divide(cost, BigInt(buyers)),
      return: cost === null || currency !== 'UZS' ? null : ratioOf(turnover, cost),
    };
  };
  return { asOf: facts.asOf, items: [report(NO_SOURCE), ...sources.map(report).sort(mostFirst)] };
}

function mostFirst(one: SourceReport, other: SourceReport): number {
  if (one.turnover !== other.turnover) return one.turnover > other.turnover ? -1 : 1;
  return other.people - one.people || Number(one.id) - Number(other.id);
}
