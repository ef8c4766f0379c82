import type { Prisma } from '../../infra/prisma-client/client.ts';
import { addDays, addMonths } from '../../shared/calendar.ts';
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
 * @returns where the time begins that was added
 */
export async function addTariffTime(
  db: Prisma.TransactionClient,
  { ownerId, months, amount }: SoldTariff,
  now: Date,
  timeZone: string,
): Promise<Date> {
  const plan = tariffName(months);
  const paid = toDecimalString(amount);
  const running = await findRunning(db, ownerId, now);
  const from = running?.expiresAt ?? now;
  const expiresAt = addMonths(from, months, timeZone);
  if (running) {
    const data = { ...WARN_ANEW, plan, expiresAt, amountPaid: { increment: paid } };
    await db.tariffPeriod.update({ where: { id: running.id }, data });
  } else {
    const data = { ownerId, plan, startedAt: now, expiresAt, amountPaid: paid, status: 'active' };
    await db.tariffPeriod.create({ data });
  }
  return from;
}

/** The same of days that nobody paid for: a tariff that runs stays what it is, and whoever has none gets one. */
export async function addTariffDays(
  db: Prisma.TransactionClient,
  { ownerId, days }: { ownerId: number; days: number },
  now: Date,
  timeZone: string,
): Promise<void> {
  const running = await findRunning(db, ownerId, now);
  const expiresAt = addDays(running?.expiresAt ?? now, days, timeZone);
  if (running) {
    await db.tariffPeriod.update({ where: { id: running.id }, data: { ...WARN_ANEW, expiresAt } });
  } else {
    const data = {
      ownerId,
      plan: tariffName(1),
      startedAt: now,
      expiresAt,
      amountPaid: '0',
      status: 'active',
    };
    await db.tariffPeriod.create({ data });
  }
}

const WARN_ANEW = { notified3Day: false, notified1Day: false };

/** One whose end has passed is closed here, where the clock has not done so yet. */
async function findRunning(
  db: Prisma.TransactionClient,
  ownerId: number,
  now: Date,
): Promise<{ id: number; expiresAt: Date } | null> {
  const active = await db.tariffPeriod.findFirst({ where: { ownerId, status: 'active' } });
  if (active?.expiresAt && active.expiresAt > now) return { id: active.id, expiresAt: active.expiresAt };
  if (active) await db.tariffPeriod.update({ where: { id: active.id }, data: { status: 'expired' } });
  return null;
}
