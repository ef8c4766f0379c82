import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { firstChatFirst } from '../plans/plan.ts';
import { holdUse, type PassedUse, passUse } from '../promo-codes/promo-uses.ts';
import { amountAgain, type OrderAmount } from './amounts/order-amount.ts';
import { addOtherChats } from './open-choices.ts';
import type { PayableRow } from './payable.ts';
import { enqueueDecisionShown } from './review-messages.ts';

/** What a further receipt takes over from the payment before it. */
interface HeldTerms {
  use: PassedUse | null;
  amount: OrderAmount;
}

export async function holdTerms(work: Work, scope: TenantScope, earlier: PayableRow): Promise<HeldTerms> {
  // Held before it is free: whoever waits for the last use does not get it in between.
  const use = await holdUse(work, earlier.id);
  return { use, amount: await amountAgain(work, scope, earlier) };
}

/** A further receipt is a payment of its own, on the terms of the one before it. */
export async function payAgain(
  work: Work,
  earlier: PayableRow,
  { use, amount }: HeldTerms,
  data: object,
): Promise<PaymentRow> {
  if (earlier.status === 'pending') {
    const cancelled = await work.db.payment.update({
      where: { id: earlier.id },
      data: { status: 'cancelled', decidedAt: work.now },
    });
    enqueueDecisionShown(work, cancelled);
  }
  const row = await work.db.payment.create({
    data: {
      endUserId: earlier.endUserId,
      botId: earlier.botId,
      channelId: earlier.channelId,
      planId: earlier.planId,
      durationMonths: earlier.durationMonths,
      durationDays: earlier.durationDays,
      endsOn: earlier.endsOn,
      ...amount,
      listPrice: earlier.listPrice,
      discount: earlier.discount,
      paymentMethod: earlier.paymentMethod,
      createdAt: work.now,
      status: 'pending',
      ...data,
    },
  });
  if (use) await passUse(work, use, row.id);
  await addOtherChats(work, row, firstChatFirst(earlier));
  return row;
}
