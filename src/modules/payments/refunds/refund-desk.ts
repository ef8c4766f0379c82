import type { Prisma, PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { requireMayRead } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { WITH_CHAT_TITLES } from '../../plans/plan.ts';
import { type PaymentRecord, toPurchase, WITH_PURCHASE } from '../desk/payment-records.ts';
import type { Reversals } from '../providers/reversals.ts';
import {
  type ForeignRefund,
  type Refund,
  toForeignRefund,
  toRefund,
  WAITING,
  WITH_WHAT_IT_IS_OF,
} from './refund.ts';

/** A refund of the queue with what was bought, and what can become of it now. */
export type DeskRefund = { can: RefundAction[] } & (
  | (Refund & { purchase: Pick<PaymentRecord, 'plan' | 'duration' | 'chats' | 'payer'> })
  | ForeignRefund
);

export type RefundAction = 'send' | 'done' | 'credit';

/** The queue of money that is to be returned, as a long list. */
export function createRefundDesk({
  prisma,
  reversals,
}: {
  prisma: PrismaClient;
  reversals: Pick<Reversals, 'findReversible'>;
}) {
  /** Those that wait, the oldest first. */
  async function list(
    scope: TenantScope,
    actor: Actor,
    { after, limit }: { after: number; limit: number },
  ): Promise<{ items: DeskRefund[]; next: number | null }> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const rows = await prisma.refund.findMany({
      where: { botId: scope.botId, ...WAITING, id: { gt: after } },
      include: WITH_ALL,
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    const shown = rows.slice(0, limit);
    return { items: await look(shown), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
  }

  /** One of them, whatever became of it. @throws AppError `notFound` */
  async function open(scope: TenantScope, actor: Actor, refundId: number): Promise<DeskRefund> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const row = await prisma.refund.findFirst({
      where: { id: refundId, botId: scope.botId },
      include: WITH_ALL,
    });
    const [refund] = row ? await look([row]) : [];
    if (!refund) throw new AppError('notFound');
    return refund;
  }

  async function look(rows: readonly RefundRow[]): Promise<DeskRefund[]> {
    const reversible = await reversals.findReversible(
      prisma,
      rows.map(({ attemptId }) => attemptId),
    );
    return rows.map((row): DeskRefund => {
      const canSend = reversible.has(row.attemptId);
      const refund = toRefund(row);
      const { payment } = row.attempt;
      if (refund && payment) {
        return { ...refund, purchase: toPurchase(payment), can: allowedOn(refund, canSend) };
      }
      const foreign = toForeignRefund(row);
      return { ...foreign, can: allowedOn({ ...foreign, isWelcome: false }, canSend) };
    });
  }

  return { list, open };
}

const WITH_ALL = {
  ...WITH_WHAT_IT_IS_OF,
  attempt: { include: { payment: { include: { ...WITH_CHAT_TITLES, ...WITH_PURCHASE, endUser: true } } } },
} as const satisfies Prisma.RefundInclude;

type RefundRow = Prisma.RefundGetPayload<{ include: typeof WITH_ALL }>;

function allowedOn(
  { status, isWelcome }: Pick<Refund, 'status' | 'isWelcome'>,
  canSend: boolean,
): RefundAction[] {
  if (status !== 'open') return [];
  return [...(canSend ? ['send' as const] : []), 'done', ...(isWelcome ? ['credit' as const] : [])];
}
