import type { Payment as PaymentRow } from '../../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { toDurationColumns } from '../../plans/duration.ts';
import { holdUse, type KeptChoice, keepBesideStars } from '../../promo-codes/promo-uses.ts';
import { findLatestSource } from '../../sources/visit-service.ts';
import { addOtherChats, replaceChoices } from '../open-choices.ts';
import type { PlanOnSale } from '../storefront-service.ts';
import { findRunningRenewal } from './star-renewal-queries.ts';

/**
 * Orders a plan at its price in Stars, which no code changes: one that was chosen before stays reserved until the day of
 * that choice is over, for whoever goes back. The caller holds the lock on the buyer.
 * @throws AppError `planGone` where it has no such price any more
 */
export async function orderInStars(
  work: Work,
  scope: TenantScope,
  { endUserId }: EndUserActor,
  {
    plan,
    method,
    replaced,
    kept,
  }: { plan: PlanOnSale; method: 'stars' | 'starsub'; replaced: number[]; kept: KeptChoice | null },
): Promise<PaymentRow> {
  const { id: planId, channelIds, duration, starsPrice } = plan;
  if (starsPrice === null) throw new AppError('planGone');
  // Held before it is free: whoever waits for the last use does not get it in between.
  const use = kept && (await holdUse(work, kept.paymentId));
  await replaceChoices(work, { endUserId }, { replaced, channelIds });
  const row = await work.db.payment.create({
    data: {
      endUserId,
      botId: scope.botId,
      channelId: channelIds[0] ?? 0,
      planId,
      ...toDurationColumns(duration),
      amount: starsPrice,
      currency: 'XTR',
      paymentMethod: method,
      status: 'created',
      createdAt: kept?.createdAt ?? work.now,
      sourceId: await findLatestSource(work, endUserId),
    },
  });
  if (use) await keepBesideStars(work, use, { paymentId: row.id, listPrice: kept.listPrice });
  await addOtherChats(work, row, channelIds);
  return row;
}

/** A chat is renewed by itself once: whoever has that is not offered it again. */
export async function withoutSecondRenewal(
  { db }: Work,
  { endUserId }: EndUserActor,
  plan: PlanOnSale,
): Promise<PlanOnSale> {
  const { channelIds, methods } = plan;
  if (!methods.includes('starsub') || !(await findRunningRenewal(db, { endUserId, channelIds }))) return plan;
  return { ...plan, methods: methods.filter((method) => method !== 'starsub') };
}
