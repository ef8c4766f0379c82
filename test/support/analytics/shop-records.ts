import type { Database } from '../../../src/infra/postgres/prisma.ts';

/** A payment as the records have it. Money: tiyin, or whole Stars. */
export interface RecordedPayment {
  id: number;
  person: number;
  chat: number;
  plan: number;
  method: string;
  currency: 'UZS' | 'XTR';
  amount: bigint;
  source: number | null;
  isSale: boolean;
  isTrial: boolean;
  status: string;
  createdAt: Date;
  receiptAt: Date | null;
  approvedAt: Date | null;
  decidedAt: Date | null;
  months: number | null;
  /** What it added, and to what. */
  stay: number | null;
  from: Date | null;
  to: Date | null;
}

/** A subscription: of one person in one chat. */
export interface Stay {
  id: number;
  person: number;
  chat: number;
  startedAt: Date;
  endedAt: Date | null;
  expiresAt: Date | null;
  joinedAt: Date | null;
  status: string;
  /** The sales that gave it time, those of bundles with other first chats too. */
  sales: number[];
}

interface RecordedPerson {
  id: number;
  createdAt: Date;
  source: number | null;
  isOwner: boolean;
}

interface RecordedSource {
  id: number;
  slug: string;
  name: string;
  cost: bigint | null;
  visits: { person: number; firstAt: Date }[];
}

/** Everything about one bot that a report could ask for, row by row. */
export interface Records {
  payments: RecordedPayment[];
  stays: Stay[];
  people: RecordedPerson[];
  sources: RecordedSource[];
}

export async function readRecords(prisma: Database['prisma'], botId: number): Promise<Records> {
  const { owner } = await prisma.sellerBot.findUniqueOrThrow({
    where: { id: botId },
    include: { owner: true },
  });
  const payments = await prisma.payment.findMany({
    where: { botId, isTest: false },
    include: { plan: true },
    orderBy: { id: 'asc' },
  });
  const entries = await prisma.timeEntry.findMany({ where: { botId, source: 'payment', takenBackAt: null } });
  const stays = await prisma.subscription.findMany({ where: { channel: { botId } }, orderBy: { id: 'asc' } });
  const people = await prisma.endUser.findMany({ where: { botId } });
  const sources = await prisma.source.findMany({ where: { botId }, include: { visits: true } });
  const sold = new Set(payments.flatMap(({ id, status }) => (status === 'approved' ? id : [])));
  return {
    payments: payments.map(({ plan, amount, ...row }) => ({
      id: row.id,
      person: row.endUserId,
      chat: row.channelId,
      plan: row.planId,
      method: row.paymentMethod === 'starsub' ? 'stars' : row.paymentMethod,
      currency: row.currency as 'UZS' | 'XTR',
      amount: row.currency === 'XTR' ? BigInt(amount.toFixed(0)) : BigInt(amount.mul(100).toFixed(0)),
      source: row.sourceId,
      isSale: row.status === 'approved',
      isTrial: plan.isTrial,
      status: row.status,
      createdAt: row.createdAt,
      receiptAt: row.receiptAt,
      approvedAt: row.approvedAt,
      decidedAt: row.decidedAt,
      months: row.durationMonths,
      stay: row.subscriptionId,
      from: row.extendedFrom,
      to: row.extendedTo,
    })),
    stays: stays.map(({ id, endUserId, channelId, ...row }) => ({
      id,
      person: endUserId,
      chat: channelId,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
      expiresAt: row.expiresAt,
      joinedAt: row.joinedAt,
      status: row.status,
      sales: entries.flatMap(({ subscriptionId, sourceId }) =>
        subscriptionId === id && sourceId !== null && sold.has(sourceId) ? sourceId : [],
      ),
    })),
    people: people.map(({ id, createdAt, sourceId, telegramUserId }) => ({
      id,
      createdAt,
      source: sourceId,
      isOwner: telegramUserId === owner.telegramUserId,
    })),
    sources: sources.map(({ id, slug, name, cost, visits }) => ({
      id,
      slug,
      name,
      cost: cost && BigInt(cost.mul(100).toFixed(0)),
      visits: visits.map(({ endUserId, firstAt }) => ({ person: endUserId, firstAt })),
    })),
  };
}
