import type { Currency } from '../../../payments/payment.ts';
import { SALE_KINDS, type SaleFact, type SaleKind } from '../facts.ts';
import type { Period } from './months.ts';

/** Which sales are meant; what is absent leaves none out. */
export interface SoldFilter {
  chat?: number | undefined;
  plan?: number | undefined;
  method?: string | undefined;
  currency?: Currency | undefined;
}

export interface SoldQuery extends SoldFilter, Period {
  currency: Currency;
}

/** Sales, and what they brought. */
export interface SalesTotal {
  /** Tiyin, or whole Stars. */
  turnover: bigint;
  sales: Record<SaleKind, number>;
}

export function isMeant(
  { chat, plan, method, currency }: Pick<SaleFact, 'chat' | 'plan' | 'method' | 'currency'>,
  asked: SoldFilter,
): boolean {
  return (
    chat === (asked.chat ?? chat) &&
    plan === (asked.plan ?? plan) &&
    method === (asked.method ?? method) &&
    currency === (asked.currency ?? currency)
  );
}

export function sumSales(facts: readonly SaleFact[] = []): SalesTotal {
  const sales = Object.fromEntries(SALE_KINDS.map((kind) => [kind, 0])) as Record<SaleKind, number>;
  let turnover = 0n;
  for (const { kind, n, sum } of facts) {
    sales[kind] += n;
    turnover += sum;
  }
  return { turnover, sales };
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function sumOf<T>(items: readonly T[] | undefined, numberOf: (item: T) => number): number {
  return (items ?? []).reduce((sum, item) => sum + numberOf(item), 0);
}
