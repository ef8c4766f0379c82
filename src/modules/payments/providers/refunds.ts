import { nameOf } from '../../../kernel/audit.ts';
import type { Db, Work } from '../../../kernel/unit-of-work.ts';
import { endUserOf, ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import { PROVIDER_NOTICES } from '../provider-notices.ts';
import { requestStarRefund } from '../stars/star-refund-request.ts';
import type { Attempt } from './attempt.ts';
import type { Order, PaidBot } from './attempt-repository.ts';

/**
 * Why money gives nothing. `duplicate`: its order was paid before. `late`: something was bought since. `undeliverable`:
 * there is nobody, or nowhere, to give it. `unclear`: it may have moved. `foreign`: it is no order of this bot.
 */
export type RefundReason = 'duplicate' | 'late' | 'undeliverable' | 'unclear' | 'foreign';

/**
 * Puts an attempt's money into the owner's queue, and tells who waits for it. A test moves no money, and Stars go back by
 * themselves.
 * @param order null for what is `foreign`: whose it is nobody knows, so nothing moves by itself
 */
export async function openRefund(
  work: Work,
  bot: PaidBot,
  order: Order | null,
  attempt: Attempt,
  reason: RefundReason,
): Promise<void> {
  const { scope, provider } = bot;
  if (attempt.isTest) return;
  const opened = await work.db.refund.createManyAndReturn({
    data: [{ attemptId: attempt.id, botId: scope.botId, reason, status: 'open', createdAt: work.now }],
    skipDuplicates: true,
  });
  const [refund] = opened;
  if (!refund) return;
  const about = { refundId: refund.id };
  work.audit({ kind: 'provider', name: provider }, 'refund.opened', {
    refund: refund.id,
    bot: scope.botId,
  });
  if (!order) {
    tell(work, PROVIDER_NOTICES.foreignStars, ownerOf(scope), about);
    return;
  }
  tell(work, PROVIDER_NOTICES.refundOpened, ownerOf(scope), about);
  // Their buyer hears of it when they are back.
  if (await requestStarRefund(work, attempt.id)) {
    await work.db.refund.update({ where: { id: refund.id }, data: { status: 'sending' } });
    return;
  }
  // Where nobody knows whether money has moved, its owner looks first.
  if (reason !== 'unclear') {
    tell(work, PROVIDER_NOTICES.refundPromised, endUserOf(order.payment), about, { botId: scope.botId });
  }
}

/**
 * The provider has returned the money itself: nobody has to any more. Its buyer is told.
 * @param order null: whose it was nobody knows
 */
export async function closeRefund(
  work: Work,
  { scope, provider }: PaidBot,
  order: Order | null,
  attempt: Attempt,
): Promise<void> {
  const actor = { kind: 'provider', name: provider } as const;
  const { botId } = scope;
  const closed = await work.db.refund.updateManyAndReturn({
    where: { attemptId: attempt.id, status: { in: ['open', 'sending'] } },
    data: { status: 'done', closedAt: work.now, closedBy: nameOf(actor) },
  });
  for (const { id: refundId } of closed) {
    if (order) tell(work, PROVIDER_NOTICES.refundDone, endUserOf(order.payment), { refundId }, { botId });
    work.audit(actor, 'refund.closed', { refund: refundId, bot: botId });
  }
}

/** The purchase that was given in place of an attempt's money; null where none was. */
export async function findCredited(db: Db, { id: attemptId }: Pick<Attempt, 'id'>): Promise<number | null> {
  const refund = await db.refund.findUnique({ where: { attemptId }, select: { creditedPaymentId: true } });
  return refund?.creditedPaymentId ?? null;
}
