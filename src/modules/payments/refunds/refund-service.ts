import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type Actor, requireFormerOwner, requireModerator } from '../../../kernel/actor.ts';
import { nameOf } from '../../../kernel/audit.ts';
import { AppError } from '../../../kernel/errors.ts';
import { requireMay, requireMayRead } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../shared/clock.ts';
import { type Page, pageOf, readCursor } from '../../../shared/page.ts';
import { endUserOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { isOver, toDuration } from '../../plans/duration.ts';
import { firstChatFirst } from '../../plans/plan.ts';
import { settle } from '../../subscriptions/settlement.ts';
import { lockEndUser, requireAddsTime, requireWelcome } from '../../subscriptions/subscription-queries.ts';
import { PROVIDER_NOTICES } from '../provider-notices.ts';
import type { Reversals } from '../providers/reversals.ts';
import {
  type ForeignRefund,
  type ListedRefund,
  OVERDUE_AFTER_MS,
  type Refund,
  toForeignRefund,
  toRefund,
  WAITING,
  WITH_WHAT_IT_IS_OF,
} from './refund.ts';
import { REFUND_NOTICES } from './refund-notices.ts';

/** What fits under one message as buttons. */
const REFUNDS_PER_PAGE = 10;

/** A refund, and whether its provider returns the money when it is asked. */
export interface RefundPage {
  refund: Refund | ForeignRefund;
  canSend: boolean;
}

/** The queue of money that is to be returned. */
export function createRefundService({
  prisma,
  transact,
  clock,
  moderatorIds,
  timeZone,
  reversals,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  moderatorIds: readonly bigint[];
  timeZone: string;
  reversals: Pick<Reversals, 'canReverse' | 'request'>;
}) {
  /** Those that wait, the oldest first. */
  async function list(scope: TenantScope, actor: Actor, after: string): Promise<Page<ListedRefund>> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const rows = await prisma.refund.findMany({
      where: {
        botId: scope.botId,
        ...WAITING,
        id: { gt: readCursor(after) },
      },
      include: WITH_WHAT_IT_IS_OF,
      orderBy: { id: 'asc' },
      take: REFUNDS_PER_PAGE + 1,
    });
    return pageOf(rows, REFUNDS_PER_PAGE, (row) => toRefund(row) ?? toForeignRefund(row));
  }

  /** Of all bots: what its owner has let wait for days, the oldest first, as many as one message shows; and how many there are. */
  async function listOverdue(actor: Actor): Promise<{ total: number; oldest: (Refund | ForeignRefund)[] }> {
    requireModerator(actor, moderatorIds);
    const where = {
      ...WAITING,
      createdAt: { lte: new Date(clock.now().getTime() - OVERDUE_AFTER_MS) },
    };
    const [total, rows] = await Promise.all([
      prisma.refund.count({ where }),
      prisma.refund.findMany({
        where,
        include: WITH_WHAT_IT_IS_OF,
        orderBy: { id: 'asc' },
        take: REFUNDS_PER_PAGE,
      }),
    ]);
    return { total, oldest: rows.map((row) => toRefund(row) ?? toForeignRefund(row)) };
  }

  /** @throws AppError `notFound` */
  async function open(scope: TenantScope, actor: Actor, refundId: number): Promise<RefundPage> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const row = await prisma.refund.findFirst({
      where: { id: refundId, botId: scope.botId },
      include: WITH_WHAT_IT_IS_OF,
    });
    if (!row) throw new AppError('notFound');
    const refund = toRefund(row) ?? toForeignRefund(row);
    return { refund, canSend: await reversals.canReverse(prisma, row.attemptId) };
  }

  /** Asks the provider to return the money. @throws AppError `notFound`, `refund.byHand`, `refund.closed`, `refund.sending` */
  async function send(scope: TenantScope, actor: Actor, refundId: number): Promise<void> {
    await transact(async (work) => {
      const { attemptId } = await change(work, scope, actor, refundId, { status: 'sending', note: null });
      if (!(await reversals.request(work, attemptId))) throw new AppError('refund.byHand');
    });
  }

  /** The owner has returned it themselves. @throws AppError `notFound`, `refund.closed`, `refund.sending` */
  async function markDone(scope: TenantScope, actor: Actor, refundId: number): Promise<void> {
    await transact(async (work) => {
      const { reason, attempt } = await change(work, scope, actor, refundId, {
        status: 'done',
        closedAt: work.now,
        closedBy: nameOf(actor),
      });
      work.audit(actor, 'refund.closed', { refund: refundId, bot: scope.botId });
      // Of what nobody knows whether it had come its buyer was told nothing.
      if (!attempt.payment || reason === 'unclear') return;
      tell(
        work,
        PROVIDER_NOTICES.refundDone,
        endUserOf(attempt.payment),
        { refundId },
        { botId: scope.botId },
      );
    });
  }

  /** What can have time instead of its money. @throws AppError `notFound`, `refund.*`, `endUserForgotten`, `endUserBanned` */
  async function requireCreditable(scope: TenantScope, actor: Actor, refundId: number): Promise<Refund> {
    const { refund } = await open(scope, actor, refundId);
    if (refund.person === null) throw new AppError('notFound');
    requireOpen(refund.status);
    if (!refund.isWelcome) throw new AppError('endUserBanned');
    return refund;
  }

  /**
   * The buyer agreed to time instead: what they paid for is given, as a purchase of its own, once. It is taken back if its
   * provider returns the money after all.
   * @throws AppError `notFound`, `refund.closed`, `refund.sending`, `endUserForgotten`, `endUserBanned`, `endUserHasLifetime`,
   *   `endUserHasLonger`, `plan.overMeanwhile`, `chatNotConnected`
   */
  async function credit(scope: TenantScope, actor: Actor, refundId: number): Promise<void> {
    await transact(async (work) => {
      const { db, now } = work;
      const owner = await requireMay(db, scope, actor, 'shop');
      const { attempt } = await find(work, scope, refundId);
      if (!attempt.payment) throw new AppError('notFound');
      const { chats, ...order } = attempt.payment;
      const endUser = await lockEndUser(db, order.endUserId, scope.botId);
      if (!endUser) throw new AppError('notFound');
      requireWelcome(endUser);
      await change(work, scope, actor, refundId, {
        status: 'credited',
        closedAt: now,
        closedBy: nameOf(actor),
      });
      const duration = toDuration(order);
      if (isOver(duration, now, timeZone)) throw new AppError('plan.overMeanwhile');
      const channelIds = firstChatFirst({ ...order, chats });
      await requireAddsTime(db, { endUserId: order.endUserId, channelIds, duration }, timeZone);
      const { id: paymentId } = await db.payment.create({
        data: {
          endUserId: order.endUserId,
          botId: scope.botId,
          channelId: order.channelId,
          planId: order.planId,
          durationMonths: order.durationMonths,
          durationDays: order.durationDays,
          endsOn: order.endsOn,
          amount: order.amount,
          currency: order.currency,
          paymentMethod: order.paymentMethod,
          status: 'approved',
          createdAt: now,
          approvedAt: now,
          decidedAt: now,
          reviewedBy: owner.telegramUserId,
          sourceId: order.sourceId,
        },
      });
      // The database has written the first of them itself.
      await db.paymentChat.createMany({
        data: channelIds.map((channelId) => ({
          paymentId,
          channelId,
          endUserId: order.endUserId,
          isOpen: false,
        })),
        skipDuplicates: true,
      });
      await db.refund.update({ where: { id: refundId }, data: { creditedPaymentId: paymentId } });
      const given = { botId: scope.botId, endUserId: order.endUserId, channelIds, duration };
      await settle(work, { ...given, source: 'payment', sourceId: paymentId }, timeZone);
      work.publish('purchaseSettled', { botId: scope.botId, endUserId: order.endUserId, paymentId });
      tell(work, REFUND_NOTICES.refundCredited, endUserOf(order), { refundId }, { botId: scope.botId });
      work.audit(actor, 'refund.closed', { refund: refundId, bot: scope.botId });
    });
  }

  /**
   * Changes what is open, once. The buyer is locked first, as by a provider that returns the money beside us. The caller's
   * transaction has nothing locked that comes before the bot.
   */
  async function change(
    work: Work,
    scope: TenantScope,
    actor: Actor,
    refundId: number,
    data: { status: RefundStatusAfter; note?: null; closedAt?: Date; closedBy?: string },
  ) {
    // A manager's part ends with the bot; what its owner owes does not.
    if (actor.kind === 'manager') await requireMay(work.db, scope, actor, 'shop');
    else await requireFormerOwner(work.db, scope, actor);
    const { attempt } = await find(work, scope, refundId);
    if (attempt.payment) await lockEndUser(work.db, attempt.payment.endUserId, scope.botId);
    const { count } = await work.db.refund.updateMany({
      where: { id: refundId, botId: scope.botId, status: 'open' },
      data,
    });
    const present = await find(work, scope, refundId);
    if (count === 0) requireOpen(present.status);
    return present;
  }

  return { list, listOverdue, open, send, markDone, requireCreditable, credit };
}

type RefundStatusAfter = 'sending' | 'done' | 'credited';

async function find({ db }: Work, { botId }: TenantScope, refundId: number) {
  const row = await db.refund.findFirst({
    where: { id: refundId, botId },
    include: { attempt: { include: { payment: { include: { chats: true } } } } },
  });
  if (!row) throw new AppError('notFound');
  return row;
}

function requireOpen(status: string): void {
  if (status === 'sending') throw new AppError('refund.sending');
  if (status !== 'open') throw new AppError('refund.closed');
}
