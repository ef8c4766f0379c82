import type { Prisma, TariffPeriod } from '../../infra/prisma-client/client.ts';
import { addMonths } from '../../shared/calendar.ts';
import { toDecimalString } from '../../shared/money.ts';
import { type TariffMonths, tariffName } from './tariff.ts';

export interface SoldTariff {
  ownerId: number;
  months: TariffMonths;
  /** Tiyin; 0 for a grant. */
  amount: bigint;
}

/**
 * Adds to the present end, or starts now. The caller holds the lock on the owner, so nobody adds or ends beside us.
 */
export async function addTariffTime(
  db: Prisma.TransactionClient,
  { ownerId, months, amount }: SoldTariff,
  now: Date,
  timeZone: string,
): Promise<TariffPeriod> {
  const active = await db.tariffPeriod.findFirst({ where: { ownerId, status: 'active' } });
  const plan = tariffName(months);
  const paid = toDecimalString(amount);
  if (active?.expiresAt && active.expiresAt > now) {
    const expiresAt = addMonths(active.expiresAt, months, timeZone);
    return db.tariffPeriod.update({
      where: { id: active.id },
      data: { plan, expiresAt, amountPaid: { increment: paid }, notified3Day: false, notified1Day: false },
    });
  }
  if (active) await db.tariffPeriod.update({ where: { id: active.id }, data: { status: 'expired' } });
  const expiresAt = addMonths(now, months, timeZone);
  return db.tariffPeriod.create({
    data: { ownerId, plan, startedAt: now, expiresAt, amountPaid: paid, status: 'active' },
  });
}
