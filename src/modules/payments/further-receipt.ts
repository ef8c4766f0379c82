import { type Payment as PaymentRow, Prisma } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { fromDecimal, toDecimalString } from '../../shared/money.ts';
import { firstChatFirst } from '../plans/plan.ts';
import { holdUse, type KeptChoice, type PassedUse, passUse } from '../promo-codes/promo-uses.ts';
import { amountAgain, amountOf, type OrderAmount } from './amounts/order-amount.ts';
import type { PaymentMethod } from './methods/payment-method.ts';
import { addOtherChats, replaceChoices } from './open-choices.ts';
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

/**
 * The same plan again, or by another method, with the code that it was chosen with: at its price, and until its day is
 * over. The caller holds the lock on the buyer.
 */
export async function keepTerms(
  work: Work,
  scope: TenantScope,
  kept: KeptChoice,
  {
    method,
    replaced,
    channelIds,
  }: { method: PaymentMethod; replaced: number[]; channelIds: readonly number[] },
): Promise<PaymentRow> {
  const { db } = work;
  const earlier = await db.payment.findUniqueOrThrow({ where: { id: kept.paymentId } });
  if (earlier.paymentMethod === method) return earlier;
  const use = await holdUse(work, earlier.id);
  await replaceChoices(work, earlier, { replaced, channelIds });
  const price = new Prisma.Decimal(toDecimalString(keptPrice(kept)));
  const row = await db.payment.create({
    data: {
      endUserId: earlier.endUserId,
      botId: earlier.botId,
      channelId: earlier.channelId,
      planId: earlier.planId,
      durationMonths: earlier.durationMonths,
      durationDays: earlier.durationDays,
      endsOn: earlier.endsOn,
      ...(await amountOf(work, scope, { price, method })),
      listPrice: kept.listPrice,
      discount: kept.discount,
      sourceId: earlier.sourceId,
      createdAt: earlier.createdAt,
      paymentMethod: method,
      status: 'created',
    },
  });
  if (use) await passUse(work, use, row.id);
  await addOtherChats(work, row, channelIds);
  return row;
}

/** Without what an amount of its own has on top. */
export function keptPrice({ amount, listPrice, discount }: KeptChoice): bigint {
  return listPrice === null || discount === null
    ? fromDecimal(amount)
    : fromDecimal(listPrice) - fromDecimal(discount);
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
      sourceId: earlier.sourceId,
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
