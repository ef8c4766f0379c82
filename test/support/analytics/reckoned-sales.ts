import { DAY_MS } from '../../../src/shared/durations.ts';
import { plusDays } from './reckoning.ts';
import type { RecordedPayment, Records, Stay } from './shop-records.ts';

export type Currency = 'UZS' | 'XTR';

/** Which sales are meant; what is absent leaves none out. */
export interface Asked {
  chat?: number | undefined;
  plan?: number | undefined;
  method?: string | undefined;
  currency?: Currency | undefined;
}

type Kind = 'new' | 'renewal' | 'return';

export type Sale = RecordedPayment & { approvedAt: Date; kind: Kind; ends: Date | null };

/** Not before days that mean years to nobody. */
const AVERAGE_MONTH_MS = (304_375 * DAY_MS) / 10_000;

/** Every sale with what it is: the records read from the first line to the last. */
export function listSales({ payments, stays }: Records): Sale[] {
  const sold = payments
    .filter((one): one is RecordedPayment & { approvedAt: Date } => one.isSale && one.approvedAt !== null)
    .sort((one, other) => one.approvedAt.getTime() - other.approvedAt.getTime() || one.id - other.id);
  return sold.map((sale, place) => {
    const earlier = sold.slice(0, place).filter((one) => one.person === sale.person && !one.isTrial);
    const kind = earlier.some((one) => one.stay === sale.stay)
      ? 'renewal'
      : earlier.some((one) => one.chat === sale.chat)
        ? 'return'
        : 'new';
    return { ...sale, kind, ends: endOf(sale, stays) };
  });
}

/** When its time ends: with the subscription at the latest. */
function endOf({ to, stay }: RecordedPayment, stays: readonly Stay[]): Date | null {
  const endedAt = stays.find(({ id }) => id === stay)?.endedAt ?? null;
  if (to === null || endedAt === null) return to ?? endedAt;
  return to < endedAt ? to : endedAt;
}

export function isMeant(sale: RecordedPayment, { chat, plan, method, currency }: Asked): boolean {
  return (
    (chat === undefined || sale.chat === chat) &&
    (plan === undefined || sale.plan === plan) &&
    (method === undefined || sale.method === method) &&
    (currency === undefined || sale.currency === currency)
  );
}

function covers({ from, ends }: Sale, at: Date): boolean {
  return from !== null && from <= at && (ends === null || at < ends);
}

/** In millionths of a tiyin or a Star. */
function monthlyValue({ amount, months, from, to }: Sale): bigint {
  const millionths = amount * 1_000_000n;
  if (from === null || to === null) return 0n;
  if (months !== null) return millionths / BigInt(months);
  return (millionths * BigInt(AVERAGE_MONTH_MS)) / BigInt(to.getTime() - from.getTime());
}

/** What runs at an instant. */
export function standingAt(sales: readonly Sale[], at: Date) {
  const running = sales.filter((sale) => !sale.isTrial && covers(sale, at));
  const paying = running.filter(({ to }) => to !== null);
  return {
    value: paying.reduce((sum, sale) => sum + monthlyValue(sale), 0n),
    paying: paying.length,
    lifetime: running.length - paying.length,
  };
}

/** Whether another sale of the person and chat begins soon after its time. */
export function isRenewed(sale: Sale, sales: readonly Sale[]): boolean {
  const { from, to } = sale;
  if (from === null || to === null) return false;
  return sales.some(
    (one) =>
      one.person === sale.person &&
      one.chat === sale.chat &&
      one.from !== null &&
      (one.from > from || (one.from.getTime() === from.getTime() && one.id > sale.id)) &&
      one.from <= plusDays(to, 7),
  );
}

export function isLive({ startedAt, endedAt }: Stay, at: Date): boolean {
  return startedAt <= at && (endedAt === null || at < endedAt);
}

/** Paid and timed, and nobody came back to it soon. */
export function isLost({ stays }: Pick<Records, 'stays'>, stay: Stay): boolean {
  const { endedAt } = stay;
  if (endedAt === null || stay.expiresAt === null || stay.sales.length === 0) return false;
  return !stays.some(
    (one) =>
      one.person === stay.person &&
      one.chat === stay.chat &&
      one.startedAt > stay.startedAt &&
      one.startedAt <= plusDays(endedAt, 7),
  );
}
