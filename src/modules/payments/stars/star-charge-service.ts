import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import type { Order } from '../providers/attempt-repository.ts';
import type { SettlementService } from '../providers/settlement-service.ts';
import { findCharge, noteCharge, paidInStars, type StarCharge } from './star-attempts.ts';
import { isPriceOf, lockInvoiced } from './star-checkout-service.ts';
import { noteReturned, oweBack } from './star-refunds.ts';
import type { StarRenewals } from './star-renewals.ts';

export type StarChargeService = ReturnType<typeof createStarChargeService>;

/** Stars that came, or went back, as Telegram tells of them: each charge once, however often it is heard of. */
export function createStarChargeService({
  settlements,
  starRenewals,
}: {
  settlements: Pick<SettlementService, 'handle' | 'settle' | 'takeBack'>;
  starRenewals: Pick<StarRenewals, 'take'>;
}) {
  /** It is honoured whether or not anybody asked before if it might be paid. */
  function take(scope: TenantScope, charge: StarCharge): Promise<void> {
    return settlements.handle(async (work) => {
      await takeIn(work, scope, charge, await findOrderOf(work, scope, charge));
    });
  }

  /** The same of one that is only heard of later; what no order of ours asked for is another program's. */
  async function takeLate(work: Work, scope: TenantScope, charge: StarCharge): Promise<void> {
    const order = await findOrderOf(work, scope, charge);
    if (order) await takeIn(work, scope, charge, order);
  }

  async function takeIn(
    work: Work,
    scope: TenantScope,
    charge: StarCharge,
    order: Order | null,
  ): Promise<void> {
    if (await findCharge(work.db, scope, charge.chargeId)) return;
    if (!order) return oweBack(work, scope, null, charge, 'foreign');
    // Whoever pays for another has their own Stars back.
    const isBuyer = order.endUser.telegramUserId === charge.telegramUserId;
    if (!isBuyer) return oweBack(work, scope, order, charge, 'undeliverable');
    if (charge.renewal) return starRenewals.take(work, scope, order, charge, charge.renewal);
    const attempt = await noteCharge(work, scope, charge, order.payment.id);
    const present = { ...order, attempts: [...order.attempts, attempt] };
    await settlements.settle(work, paidInStars(scope), present, attempt);
  }

  /** Stars went back, whoever sent them. */
  function giveBack(scope: TenantScope, chargeId: string): Promise<void> {
    return settlements.handle((work) => noteReturned(work, settlements, scope, chargeId));
  }

  return { take, takeLate, giveBack };
}

/** What a charge pays for, locked; null: nothing that this bot asked for at that price. */
async function findOrderOf(work: Work, scope: TenantScope, charge: StarCharge): Promise<Order | null> {
  const order = await lockInvoiced(work, scope, charge.payload);
  return order && isPriceOf(order.payment, charge) ? order : null;
}
