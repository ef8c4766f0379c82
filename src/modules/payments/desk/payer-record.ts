import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type KnownPerson, stillKnown } from '../../../kernel/person.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { foreseeEnd } from '../../subscriptions/settlement.ts';
import { amountIn, type Currency } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';
import { type PaymentRecord, reasonOf } from './payment-records.ts';

/** What a payer has bought at this bot before, and what an approval would give them. */
export interface PayerRecord {
  approved: number;
  rejected: number;
  /** Tiyin; Stars are counted apart from money. */
  spent: bigint;
  /** Null: they have no access to what they pay for. */
  active: { until: Date | null } | null;
  /** Until when they would have it after an approval; null: for ever. */
  after: Date | null;
  recent: {
    id: number;
    status: PaymentStatus;
    currency: Currency;
    amount: bigint;
    at: Date;
    reason: string | null;
  }[];
  invitedBy: KnownPerson | null;
}

const RECENT_SHOWN = 10;
const DECIDED = ['approved', 'rejected', 'reversed'];

export async function readPayerRecord(
  prisma: PrismaClient,
  { id, payer, chats, duration, promo, status }: PaymentRecord,
  { now, timeZone }: { now: Date; timeZone: string },
): Promise<PayerRecord> {
  const channelId = chats[0]?.id ?? 0;
  const others = { endUserId: payer.id, id: { not: id }, isTest: false };
  const ofCode = promo && promo.days > 0 ? [{ kind: 'days', days: promo.days } as const] : [];
  const given = { endUserId: payer.id, channelId, durations: [duration, ...ofCode] };
  const [sums, recent, present, mine, brought, foreseen] = await Promise.all([
    prisma.payment.groupBy({
      by: ['status', 'currency'],
      where: { ...others, status: { in: DECIDED } },
      _count: true,
      _sum: { amount: true },
    }),
    prisma.payment.findMany({
      where: { ...others, status: { in: DECIDED } },
      orderBy: { id: 'desc' },
      take: RECENT_SHOWN,
    }),
    prisma.subscription.findFirst({
      where: { endUserId: payer.id, channelId, status: 'active' },
      select: { expiresAt: true },
    }),
    prisma.payment.findUnique({ where: { id }, select: { extendedTo: true } }),
    prisma.referral.findUnique({ where: { friendId: payer.id }, select: { inviter: true } }),
    foreseeEnd(prisma, given, now, timeZone),
  ]);
  const count = (wanted: string) =>
    sums.filter((sum) => sum.status === wanted).reduce((total, { _count }) => total + _count, 0);
  const spent = sums.find((sum) => sum.status === 'approved' && sum.currency === 'UZS')?._sum.amount;
  return {
    approved: count('approved'),
    rejected: count('rejected'),
    spent: spent ? fromDecimal(spent) : 0n,
    active: present && { until: present.expiresAt },
    // What is approved has given its time already.
    after: status === 'approved' && mine ? mine.extendedTo : foreseen,
    recent: recent.map((row) => ({
      id: row.id,
      status: row.status as PaymentStatus,
      currency: row.currency as Currency,
      amount: amountIn(row.currency as Currency, row.amount.toFixed(2)),
      at: row.decidedAt ?? row.createdAt,
      reason: reasonOf(row.rejectReason),
    })),
    invitedBy: stillKnown(brought?.inviter),
  };
}
