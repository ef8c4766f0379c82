import type { Payment as PaymentRow } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { endUserOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { toDuration } from '../plans/duration.ts';
import type { HashPerson } from '../platform/person-key.ts';
import { countUse, dropUnused } from '../promo-codes/promo-uses.ts';
import { type ExactTime, settle, takeBack } from '../subscriptions/settlement.ts';
import { SUBSCRIPTION_NOTICES } from '../subscriptions/subscription-notices.ts';
import { noteBoughtTrial } from '../trials/trials.ts';
import { MAY_BE_CHARGED, stopRenewals } from './stars/star-renewal-queries.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** What somebody has paid for was given to them, or taken back. */
    purchaseSettled: { botId: number; endUserId: number; paymentId: number };
  }
}

/**
 * Gives what a payment that is approved in this moment has bought: its own time and that of its code, in every chat. The
 * caller holds the lock on the end user.
 * @param exact what it gives in place of the plan's own time
 * @param rejectedAt when it was rejected before; null where it was not
 * @throws AppError `chatNotConnected`, `trial.usedMeanwhile`: then nothing is approved
 */
export async function givePurchase(
  work: Work,
  scope: TenantScope,
  {
    payment,
    channelIds,
    rejectedAt,
    exact,
  }: {
    payment: PaymentRow;
    channelIds: readonly number[];
    rejectedAt: Date | null;
    exact?: ExactTime | undefined;
  },
  { timeZone, hash }: { timeZone: string; hash: HashPerson },
): Promise<void> {
  const { id: paymentId, endUserId } = payment;
  const given = { botId: scope.botId, endUserId, channelIds, duration: toDuration(payment) };
  const isInStars = payment.currency === 'XTR';
  if (isInStars) await dropUnused(work, paymentId);
  const use = isInStars ? null : await countUse(work, { ...scope, paymentId, rejectedAt });
  const bought = { ...given, duration: exact ?? given.duration };
  await settle(work, { ...bought, source: 'payment', sourceId: paymentId }, timeZone);
  if (use) {
    const duration = { kind: 'days', days: use.days } as const;
    await settle(work, { ...given, duration, source: 'promo', sourceId: use.useId }, timeZone);
  }
  await noteBoughtTrial(work, { paymentId, channelIds, hash });
  work.publish('purchaseSettled', { botId: scope.botId, endUserId, paymentId });
}

/** Subtracts exactly what a payment and its code gave, and tells its buyer. The caller holds the lock on the end user. */
export async function takePurchaseBack(work: Work, payment: PaymentRow, timeZone: string): Promise<void> {
  const use = await work.db.promoUse.findUnique({ where: { paymentId: payment.id } });
  const ofCode = use ? [{ source: 'promo', sourceId: use.id } as const] : [];
  const taken = await takeBack(work, [{ source: 'payment', sourceId: payment.id }, ...ofCode], timeZone);
  const { id: paymentId, botId, endUserId, channelId } = payment;
  // It would only be paid for again.
  if (payment.paymentMethod === 'starsub') {
    await stopRenewals(work, { endUserId, channelId, ...MAY_BE_CHARGED });
  }
  work.publish('purchaseSettled', { botId, endUserId, paymentId });
  for (const { subscriptionId, isOver } of taken) {
    const notice = isOver ? SUBSCRIPTION_NOTICES.accessTakenBack : SUBSCRIPTION_NOTICES.accessShortened;
    tell(work, notice, endUserOf(payment), { subscriptionId }, { botId });
  }
}
