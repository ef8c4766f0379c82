import type { StarSubscription } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { DAY_MS } from '../../../shared/durations.ts';
import { ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import type { HashPerson } from '../../platform/person-key.ts';
import { PLACE_HELD_MS } from '../../subscriptions/subscription.ts';
import { PROVIDER_NOTICES } from '../provider-notices.ts';
import { changeAttempt, isDeliverable, type Order } from '../providers/attempt-repository.ts';
import type { SettlementService } from '../providers/settlement-service.ts';
import { givePurchase } from '../purchase.ts';
import { noteCharge, paidAt, paidInStars, type StarCharge } from './star-attempts.ts';
import { oweBack } from './star-refunds.ts';
import { findRenewalOf, findRunningRenewal, stopRenewals } from './star-renewal-queries.ts';

/** What Telegram calls a month. */
const RENEWAL_MS = 30 * DAY_MS;

type Renewal = NonNullable<StarCharge['renewal']>;

export type StarRenewals = ReturnType<typeof createStarRenewals>;

/** What is paid in Stars again and again: what each charge gives. */
export function createStarRenewals({
  settlements,
  timeZone,
  hashPerson,
}: {
  settlements: Pick<SettlementService, 'settle'>;
  timeZone: string;
  hashPerson: () => Promise<HashPerson>;
}) {
  const readRules = async () => ({ timeZone, hash: await hashPerson() });

  /** A charge that nobody has heard of yet; its buyer is locked. */
  async function take(
    work: Work,
    scope: TenantScope,
    order: Order,
    charge: StarCharge,
    renewal: Renewal,
  ): Promise<void> {
    const known = await findRenewalOf(work.db, order.payment.id);
    if (!known) return begin(work, scope, order, charge, renewal);
    const until = endTold(known, renewal);
    // Its invoice was paid once more: they would be charged twice from now on.
    if (until === null) return refuseFirst(work, scope, order, charge, renewal);
    const isStopped = known.state === 'ended' && known.canceledBy === 'bot';
    if (isStopped || !(await isDeliverable(work, order, await readRules()))) {
      await oweBack(work, scope, order, charge, 'undeliverable');
      return stopRenewals(work, { id: known.id });
    }
    return renew(work, scope, order, charge, { known, until });
  }

  /** What somebody orders now is paid again by itself from here on, unless the chat is renewed by itself already. */
  async function begin(
    work: Work,
    scope: TenantScope,
    order: Order,
    charge: StarCharge,
    renewal: Renewal,
  ): Promise<void> {
    const { endUser, channelIds } = order;
    const running = await findRunningRenewal(work.db, { endUserId: endUser.id, channelIds });
    if (running) return refuseFirst(work, scope, order, charge, renewal);
    const attempt = await noteCharge(work, scope, charge, order.payment.id);
    const present = { ...order, attempts: [...order.attempts, attempt] };
    const exact = { kind: 'exact', ms: RENEWAL_MS, until: renewal.until } as const;
    const { outcome } = await settlements.settle(work, paidInStars(scope), present, attempt, { exact });
    const isGiven = outcome === 'settled';
    const { id } = await note(work, order, charge, renewal, isGiven ? 'active' : 'ended');
    if (!isGiven) await stopRenewals(work, { id });
  }

  async function refuseFirst(
    work: Work,
    scope: TenantScope,
    order: Order,
    charge: StarCharge,
    renewal: Renewal,
  ): Promise<void> {
    await oweBack(work, scope, order, charge, 'duplicate');
    const { id } = await note(work, order, charge, renewal, 'ended');
    await stopRenewals(work, { id });
  }

  /** A purchase of its own: the end moves as far as Telegram has moved its own. */
  async function renew(
    work: Work,
    scope: TenantScope,
    { payment: choice, channelIds }: Order,
    charge: StarCharge,
    { known, until }: { known: StarSubscription; until: Date },
  ): Promise<void> {
    const { db, now } = work;
    const { endUserId, botId, channelId, planId, durationMonths, durationDays, sourceId } = choice;
    const payment = await db.payment.create({
      data: {
        endUserId,
        botId,
        channelId,
        planId,
        durationMonths,
        durationDays,
        sourceId,
        amount: charge.stars,
        currency: 'XTR',
        paymentMethod: 'starsub',
        status: 'approved',
        createdAt: now,
        approvedAt: now,
        decidedAt: now,
      },
    });
    const attempt = await noteCharge(work, scope, charge, payment.id);
    await changeAttempt(work, attempt, { ...paidAt(work), settled: true });
    const step = until.getTime() - known.expiresAt.getTime();
    // One that is heard of after a later one has had its time with that.
    const exact = { kind: 'exact', ms: Math.max(step, 0), until } as const;
    await givePurchase(work, scope, { payment, channelIds, rejectedAt: null, exact }, await readRules());
    await db.starSubscription.update({
      where: { id: known.id },
      data: step > 0 ? { expiresAt: until, state: 'active', canceledBy: null } : {},
    });
    tell(work, PROVIDER_NOTICES.paymentReceived, ownerOf(scope), { paymentId: payment.id });
    const actor = { kind: 'provider', name: 'stars' } as const;
    work.audit(actor, 'payment.settled', { payment: payment.id, bot: scope.botId });
  }

  return { take };
}

/**
 * Until when a charge pays for what is known. A look back tells only when it was made, which is near an end or no renewal.
 * @returns null: it is the first of another
 */
function endTold({ expiresAt }: StarSubscription, { until, isFirst }: Renewal): Date | null {
  if (isFirst !== null) return isFirst ? null : until;
  const moved = until.getTime() - expiresAt.getTime();
  const periods = Math.round(moved / RENEWAL_MS);
  if (Math.abs(moved - periods * RENEWAL_MS) > PLACE_HELD_MS) return null;
  return new Date(expiresAt.getTime() + periods * RENEWAL_MS);
}

function note(
  { db, now }: Work,
  { payment, channelIds }: Order,
  { chargeId, stars }: StarCharge,
  { until }: Renewal,
  state: 'active' | 'ended',
): Promise<StarSubscription> {
  return db.starSubscription.create({
    data: {
      botId: payment.botId,
      endUserId: payment.endUserId,
      channelId: channelIds[0] ?? payment.channelId,
      planId: payment.planId,
      paymentId: payment.id,
      firstChargeId: chargeId,
      stars,
      state,
      expiresAt: until,
      createdAt: now,
    },
  });
}
