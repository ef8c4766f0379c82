import type { Payment as PaymentRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { PersonName } from '../../kernel/person.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { endUserOf, type SentMessage } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { isOver, toDuration } from '../plans/duration.ts';
import { firstChatFirst } from '../plans/plan.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { lockEndUser, requireWelcome } from '../subscriptions/subscription-queries.ts';
import { findManagerId } from '../team/team-queries.ts';
import {
  isRejectReason,
  MAX_REJECT_TEXT_LENGTH,
  ownWordsReason,
  type Payment,
  statesBefore,
  toPayment,
} from './payment.ts';
import { PAYMENT_NOTICES } from './payment-notices.ts';
import type { PaymentStatus } from './payment-status.ts';
import { givePurchase, takePurchaseBack } from './purchase.ts';
import { findSameFile } from './reuse/receipt-traces.ts';
import type { ReviewContent } from './review-gateway.ts';
import { enqueueDecisionShown } from './review-messages.ts';
import { noteReviewCopy, readReview } from './review-viewer.ts';

/** What fits under one message as buttons. */
const WAITING_SHOWN = 10;

export interface WaitingReceipt {
  payment: Payment;
  payer: PersonName;
}

export type ReviewService = ReturnType<typeof createReviewService>;

/** The receipts desk. */
export function createReviewService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  timeZone: string;
  hashPerson: () => Promise<HashPerson>;
}) {
  const { prisma, transact, timeZone, hashPerson } = deps;

  /**
   * Approves once, however many press: the first conditional update wins, and adds the time.
   * @param isAsked a receipt was shown to them as one that waits: what somebody else has rejected meanwhile stays so
   * @throws AppError `notFound`, `payment.<status>`, `endUserForgotten`, `endUserBanned`, `chatNotConnected`,
   *   `trial.usedMeanwhile`, `plan.overMeanwhile`
   */
  async function approvePayment(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
    { isAsked = false }: { isAsked?: boolean } = {},
  ): Promise<Payment> {
    return approve(scope, actor, paymentId, { isAsked });
  }

  /**
   * The same of a receipt among many, which its owner need not have looked at: it waits still, and its file came with no
   * other payment before.
   * @throws AppError `receipt.flagged` besides
   */
  async function approveUnseen(scope: TenantScope, actor: Actor, paymentId: number): Promise<Payment> {
    return approve(scope, actor, paymentId, { isUnseen: true });
  }

  async function approve(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
    { isUnseen = false, isAsked = false }: { isUnseen?: boolean; isAsked?: boolean },
  ): Promise<Payment> {
    const hash = await hashPerson();
    return transact(async (work) => {
      const { payment, before } = await decide(
        work,
        scope,
        actor,
        paymentId,
        { status: 'approved', approvedAt: work.now, rejectReason: null },
        { from: isUnseen ? ['pending'] : statesBefore('approved'), isAsked },
      );
      if (isUnseen && (await findSameFile(work.db, paymentId))?.isEarlier)
        throw new AppError('receipt.flagged');
      const chats = await work.db.paymentChat.findMany({ where: { paymentId } });
      const channelIds = firstChatFirst({ ...payment, chats });
      // It would take the money and put its buyer out at once.
      if (isOver(toDuration(payment), work.now, timeZone)) throw new AppError('plan.overMeanwhile');
      const rejectedAt = before.status === 'rejected' ? before.decidedAt : null;
      await givePurchase(work, scope, { payment, channelIds, rejectedAt }, { timeZone, hash });
      return toPayment(payment);
    });
  }

  /**
   * Takes an approval back: subtracts exactly what it added. Where no time is left the subscription ends, and its
   * holder is put out.
   * @throws AppError `notFound`, `payment.<status>`
   */
  async function reversePayment(scope: TenantScope, actor: Actor, paymentId: number): Promise<Payment> {
    return transact(async (work) => {
      const { payment } = await decide(work, scope, actor, paymentId, {
        status: 'reversed',
        rejectReason: null,
      });
      await takePurchaseBack(work, payment, timeZone);
      return toPayment(payment);
    });
  }

  /** A payment whose approval can be taken back. @throws AppError `notFound`, `payment.<status>` */
  async function requireReversible(scope: TenantScope, actor: Actor, paymentId: number): Promise<Payment> {
    await requireMayRead(prisma, scope, actor, 'shop');
    return requireBefore('reversed', scope, actor, paymentId);
  }

  /**
   * Rejects with a ready reason.
   * @throws AppError `notFound`, `payment.<status>`
   */
  async function rejectPayment(
    scope: TenantScope,
    actor: Actor,
    { paymentId, reason }: { paymentId: number; reason: string },
  ): Promise<Payment> {
    if (!isRejectReason(reason)) throw new AppError('notFound');
    return reject(scope, actor, paymentId, reason);
  }

  /** Rejects with the owner's own words. @throws AppError `rejectText.*`, `notFound`, `payment.<status>` */
  async function rejectPaymentInWords(
    scope: TenantScope,
    actor: Actor,
    { paymentId, words }: { paymentId: number; words: string },
  ): Promise<Payment> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    const text = words.trim();
    if (text.length === 0) throw new AppError('rejectText.empty');
    if (text.length > MAX_REJECT_TEXT_LENGTH)
      throw new AppError('rejectText.tooLong', { max: MAX_REJECT_TEXT_LENGTH });
    return reject(scope, actor, paymentId, ownWordsReason(text));
  }

  async function reject(
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
    rejectReason: string,
  ): Promise<Payment> {
    return transact(async (work) => {
      const { payment } = await decide(work, scope, actor, paymentId, { status: 'rejected', rejectReason });
      tell(
        work,
        PAYMENT_NOTICES.paymentRejected,
        endUserOf(payment),
        { paymentId: payment.id },
        { botId: scope.botId },
      );
      return toPayment(payment);
    });
  }

  /** A payment that waits for a decision. @throws AppError `notFound`, `payment.<status>` */
  async function requireDecidable(scope: TenantScope, actor: Actor, paymentId: number): Promise<Payment> {
    return requireBefore('rejected', scope, actor, paymentId);
  }

  async function requireBefore(
    next: PaymentStatus,
    scope: TenantScope,
    actor: Actor,
    paymentId: number,
  ): Promise<Payment> {
    const payment = await getPayment(scope, actor, paymentId);
    if (!statesBefore(next).includes(payment.status)) throw new AppError(`payment.${payment.status}`);
    return payment;
  }

  /** A payment of the bot's, whatever became of it. @throws AppError `notFound` */
  async function getPayment(scope: TenantScope, actor: Actor, paymentId: number): Promise<Payment> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    const row = await prisma.payment.findFirst({ where: { id: paymentId, botId: scope.botId } });
    if (!row) throw new AppError('notFound');
    return toPayment(row);
  }

  /** Receipts that wait for a decision, the oldest first, as many as one message shows; and how many there are. */
  async function listWaiting(
    scope: TenantScope,
    actor: Actor,
  ): Promise<{ total: number; oldest: WaitingReceipt[] }> {
    await requireMayRead(prisma, scope, actor, 'receipts');
    const where = { botId: scope.botId, status: 'pending' };
    const [total, rows] = await Promise.all([
      prisma.payment.count({ where }),
      prisma.payment.findMany({
        where,
        include: { endUser: true },
        orderBy: { receiptAt: 'asc' },
        take: WAITING_SHOWN,
      }),
    ]);
    return {
      total,
      oldest: rows.map((row) => ({ payment: toPayment(row), payer: row.endUser })),
    };
  }

  /** A waiting receipt, to be looked at once more. @throws AppError `notFound`, `payment.<status>` */
  async function openReceipt(scope: TenantScope, actor: Actor, paymentId: number): Promise<ReviewContent> {
    await requireDecidable(scope, actor, paymentId);
    const review = await readReview(prisma, { paymentId });
    if (!review) throw new AppError('notFound');
    return review.content;
  }

  /**
   * The main bot shows whoever asks a waiting receipt once more: it has to be uploaded there, so this goes through the outbox.
   * @throws AppError `notFound`, `payment.<status>`
   */
  async function requestCopy(scope: TenantScope, actor: Actor, paymentId: number): Promise<void> {
    await requireDecidable(scope, actor, paymentId);
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'receipts');
      const managerId = await findManagerId(work.db, scope, actor);
      work.enqueue({ kind: 'review-copy', botId: scope.botId, payload: { paymentId, managerId } });
    });
  }

  /**
   * A copy of a receipt that was pressed, so that it tells the outcome like the others: when the answer to sending it got
   * lost, nobody else knows of it.
   */
  async function rememberCopy(
    scope: TenantScope,
    actor: Actor,
    { paymentId, copy }: { paymentId: number; copy: SentMessage },
  ): Promise<void> {
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'receipts');
      // A decision waits until this copy is noted, or is seen here.
      const [locked] = await work.db.$queryRaw<{ status: PaymentStatus }[]>`
        SELECT status FROM payments WHERE id = ${paymentId} AND user_bot_id = ${scope.botId} FOR SHARE`;
      if (!locked) return;
      const isNew = await noteReviewCopy(work.db, paymentId, copy);
      // One that was known has its outcome enqueued: a press more must not write it once more.
      if (isNew && locked.status !== 'pending')
        enqueueDecisionShown(work, { id: paymentId, botId: scope.botId });
    });
  }

  return {
    approvePayment,
    approveUnseen,
    rejectPayment,
    rejectPaymentInWords,
    reversePayment,
    getPayment,
    requireDecidable,
    requireReversible,
    listWaiting,
    openReceipt,
    requestCopy,
    rememberCopy,
  };
}

async function decide(
  work: Work,
  scope: TenantScope,
  actor: Actor,
  paymentId: number,
  decision: { status: 'approved' | 'rejected' | 'reversed'; approvedAt?: Date; rejectReason: string | null },
  {
    from = statesBefore(decision.status),
    isAsked = false,
  }: { from?: readonly PaymentStatus[]; isAsked?: boolean } = {},
): Promise<{ payment: PaymentRow; before: Pick<PaymentRow, 'status' | 'decidedAt'> }> {
  const { telegramUserId: reviewedBy } = await requireMay(
    work.db,
    scope,
    actor,
    decision.status === 'reversed' ? 'shop' : 'receipts',
  );
  const ours = { id: paymentId, botId: scope.botId };
  const before = await work.db.payment.findFirst({
    where: ours,
    select: { endUserId: true, status: true, decidedAt: true },
  });
  if (!before) throw new AppError('notFound');
  const payer = await lockEndUser(work.db, before.endUserId, scope.botId);
  if (!payer) throw new AppError('notFound');
  if (decision.status === 'approved') requireWelcome(payer);
  const decided = await work.db.payment.updateManyAndReturn({
    where: {
      ...ours,
      status: { in: [...from] },
      ...(isAsked ? { OR: [{ status: { not: 'rejected' } }, { reviewedBy }] } : {}),
    },
    data: { ...decision, decidedAt: work.now, reviewedBy },
  });
  const row = decided[0];
  if (!row) {
    const present = await work.db.payment.findFirstOrThrow({ where: ours, select: { status: true } });
    throw new AppError(`payment.${present.status as PaymentStatus}`);
  }
  enqueueDecisionShown(work, row);
  work.audit(actor, `payment.${decision.status}`, { payment: paymentId, bot: scope.botId });
  return { payment: row, before };
}
