import { Prisma, type PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { type AuditAction, managerNamed, ownerNamed } from '../../../kernel/audit.ts';
import { readBounded } from '../../../kernel/bounded-read.ts';
import { AppError } from '../../../kernel/errors.ts';
import { requireMayRead } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { amountIn, type Currency } from '../payment.ts';
import type { PaymentStatus } from '../payment-status.ts';
import type { AttemptState } from '../providers/attempt.ts';
import { type PaymentFilter, paymentsWhere } from './payment-filter.ts';
import { type DecisionRecord, type PaymentRecord, readDeciders, readRecords } from './payment-records.ts';

/** How much was asked for, of some payments; not summed where there are too many. */
export interface PaymentTotals {
  count: number;
  sums: { currency: Currency; amount: bigint }[];
  hasMore: boolean;
}

/** A payment with every try to pay it, and everything that was ever decided about it. */
export interface PaymentStory extends PaymentRecord {
  attempts: {
    id: number;
    provider: string;
    providerTxnId: string;
    state: AttemptState;
    currency: Currency;
    amount: bigint;
    at: Date;
  }[];
  /** The oldest first. */
  decisions: DecisionRecord[];
}

const MOST_SUMMED = 50_000;

/** What became of a payment by what the trail tells of it. */
const DECIDED_AS: Partial<Record<AuditAction, PaymentStatus>> = {
  'payment.approved': 'approved',
  'payment.settled': 'approved',
  'payment.rejected': 'rejected',
  'payment.reversed': 'reversed',
  'payment.refunded': 'reversed',
};

/** Everything that people paid, or were to pay, at a bot. */
export function createPaymentDeskService({ prisma, timeZone }: { prisma: PrismaClient; timeZone: string }) {
  /** The newest first. @throws AppError `tooBroad` */
  async function list(
    scope: TenantScope,
    actor: Actor,
    filter: PaymentFilter,
    { before, limit }: { before: number | null; limit: number },
  ): Promise<{ items: PaymentRecord[]; next: number | null }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const { botId } = scope;
    const ids = await readBounded(prisma, async (db) => {
      const where = await paymentsWhere(db, scope, filter, timeZone);
      // Compared as a pair, so that the index of both is used wherever in the table its payments stand.
      const since =
        before === null ? Prisma.empty : Prisma.sql`AND (p.user_bot_id, p.id) < (${botId}, ${before})`;
      return db.$queryRaw<{ id: number }[]>`
        SELECT p.id FROM payments p WHERE ${where} ${since}
         ORDER BY p.user_bot_id DESC, p.id DESC LIMIT ${limit + 1}`;
    });
    const shown = ids.slice(0, limit).map(({ id }) => id);
    return {
      items: await readRecords(prisma, scope, shown),
      next: ids.length > limit ? (shown.at(-1) ?? null) : null,
    };
  }

  /** @throws AppError `tooBroad` */
  async function sum(scope: TenantScope, actor: Actor, filter: PaymentFilter): Promise<PaymentTotals> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const rows = await readBounded(prisma, async (db) => {
      const where = await paymentsWhere(db, scope, filter, timeZone);
      return db.$queryRaw<{ currency: Currency; count: number; amount: string }[]>`
        SELECT currency, count(*)::int AS count, sum(amount)::text AS amount
          FROM (SELECT p.currency, p.amount FROM payments p WHERE ${where} LIMIT ${MOST_SUMMED + 1}) counted
         GROUP BY currency ORDER BY currency DESC`;
    });
    const count = rows.reduce((total, row) => total + row.count, 0);
    if (count > MOST_SUMMED) return { count: MOST_SUMMED, sums: [], hasMore: true };
    const sums = rows.map(({ currency, amount }) => ({ currency, amount: amountIn(currency, amount) }));
    return { count, sums, hasMore: false };
  }

  /** @throws AppError `notFound` */
  async function open(scope: TenantScope, actor: Actor, paymentId: number): Promise<PaymentStory> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const known = await prisma.payment.findFirst({
      where: { id: paymentId, botId: scope.botId, isTest: false },
      select: { createdAt: true, decidedAt: true, attempts: { orderBy: { id: 'asc' } } },
    });
    const [record] = known ? await readRecords(prisma, scope, [paymentId]) : [];
    if (!known || !record) throw new AppError('notFound');
    const decisions = known.decidedAt && (await readDecisions(scope, record, known.decidedAt));
    return {
      ...record,
      attempts: known.attempts.map((attempt) => ({
        id: attempt.id,
        provider: attempt.provider,
        providerTxnId: attempt.providerTxnId,
        // The database knows no other words of these two.
        state: attempt.state as AttemptState,
        currency: attempt.currency as Currency,
        amount: attempt.amount,
        at: new Date(Number(attempt.createTime)),
      })),
      decisions: decisions ?? [],
    };
  }

  /** By the trail of its time: of what is older than that is kept, the last decision is known. */
  async function readDecisions(
    { botId }: TenantScope,
    { id, createdAt, decision }: PaymentRecord,
    decidedAt: Date,
  ): Promise<DecisionRecord[]> {
    const lines = await prisma.auditEntry.findMany({
      where: {
        botId,
        at: { gte: createdAt, lte: decidedAt },
        target: `payment:${id}`,
        action: { in: Object.keys(DECIDED_AS) },
      },
      orderBy: { id: 'asc' },
    });
    const owners = lines.map(({ actor }) => ownerNamed(actor) ?? managerNamed(actor));
    const deciders = await readDeciders(
      prisma,
      botId,
      owners.filter((owner) => owner !== null),
    );
    const told = lines.flatMap(({ action, at }, index): DecisionRecord[] => {
      const status = DECIDED_AS[action as AuditAction];
      const owner = owners[index] ?? null;
      const by = owner === null ? null : (deciders.get(owner) ?? null);
      return status ? [{ status, at, by, reason: null }] : [];
    });
    // Why, is known of the last one alone.
    const isToldLast = told.at(-1)?.status === decision?.status;
    return [...(isToldLast ? told.slice(0, -1) : told), ...(decision ? [decision] : [])];
  }

  return { list, sum, open };
}
