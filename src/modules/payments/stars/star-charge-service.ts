import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { changeAttempt, lockOrder, type Order } from '../providers/attempt-repository.ts';
import { openRefund } from '../providers/refunds.ts';
import type { SettlementService } from '../providers/settlement-service.ts';
import { findCharge, noteCharge, paidInStars, type StarCharge } from './star-attempts.ts';
import { isPriceOf } from './star-checkout-service.ts';
import { orderOfPayload } from './star-invoice.ts';
import { noteReturned } from './star-refunds.ts';

/** Stars that came, or went back, as Telegram tells of them: each charge once, however often it is heard of. */
export function createStarChargeService({
  settlements,
}: {
  settlements: Pick<SettlementService, 'handle' | 'settle' | 'takeBack'>;
}) {
  /** It is honoured whether or not anybody asked before if it might be paid. */
  function take(scope: TenantScope, charge: StarCharge): Promise<void> {
    return settlements.handle(async (work) => {
      const order = await findOrderOf(work, scope, charge);
      if (await findCharge(work.db, scope, charge.chargeId)) return;
      if (order) await settle(work, scope, order, charge);
      else await keepForeign(work, scope, charge);
    });
  }

  async function settle(work: Work, scope: TenantScope, order: Order, charge: StarCharge): Promise<void> {
    const bot = paidInStars(scope);
    const attempt = await noteCharge(work, scope, charge, order.payment.id);
    const present = { ...order, attempts: [...order.attempts, attempt] };
    // Whoever pays for another has their own Stars back.
    const isBuyer = order.endUser.telegramUserId === charge.telegramUserId;
    if (isBuyer) await settlements.settle(work, bot, present, attempt);
    else {
      const paid = await changeAttempt(work, attempt, paidAt(work));
      await openRefund(work, bot, order, paid, 'undeliverable');
    }
  }

  /** Another program sells through the same bot: nothing moves by itself. */
  async function keepForeign(work: Work, scope: TenantScope, charge: StarCharge): Promise<void> {
    const attempt = await noteCharge(work, scope, charge, null);
    const paid = await changeAttempt(work, attempt, paidAt(work));
    await openRefund(work, paidInStars(scope), null, paid, 'foreign');
  }

  /** Stars went back, whoever sent them. */
  function giveBack(scope: TenantScope, chargeId: string): Promise<void> {
    return settlements.handle((work) => noteReturned(work, settlements, scope, chargeId));
  }

  return { take, giveBack };
}

const paidAt = ({ now }: Work) => ({ state: 'paid', performTime: BigInt(now.getTime()) });

/** What a charge pays for, locked; null: nothing that this bot asked for at that price. */
async function findOrderOf(work: Work, scope: TenantScope, charge: StarCharge): Promise<Order | null> {
  const paymentId = orderOfPayload(charge.payload);
  const order = paymentId === null ? null : await lockOrder(work, paidInStars(scope), paymentId);
  return order && isPriceOf(order.payment, charge) ? order : null;
}
