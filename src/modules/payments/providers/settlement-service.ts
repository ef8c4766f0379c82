import { AppError } from '../../../kernel/errors.ts';
import type { UnitOfWork, Work } from '../../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { endUserOf, ownerOf } from '../../notifications/address.ts';
import { tell } from '../../notifications/notice.ts';
import type { HashPerson } from '../../platform/person-key.ts';
import type { ExactTime } from '../../subscriptions/settlement.ts';
import { ORDER_LOCK_MS } from '../../subscriptions/subscription.ts';
import { PROVIDER_NOTICES } from '../provider-notices.ts';
import { givePurchase, takePurchaseBack } from '../purchase.ts';
import type { Attempt, AttemptState } from './attempt.ts';
import {
  changeAttempt,
  isBoughtSince,
  isDeliverable,
  type Merchant,
  type Order,
  type PaidBot,
  type Standing,
  standingOf,
  unlockOrder,
} from './attempt-repository.ts';
import { closeRefund, findCredited, openRefund, type RefundReason } from './refunds.ts';

export interface NewAttempt {
  /** As the provider calls it. */
  providerTxnId: string;
  /** Milliseconds; null where the provider names no time. */
  providerTime: bigint | null;
  /** Click's number for its own papers. */
  paydocId?: string;
}

/** `settled`: its order is approved by it. `refund`: its money is to be returned. `refused`: nothing was changed. */
export interface Settlement {
  attempt: Attempt;
  outcome: 'settled' | 'refund' | 'refused';
}

/** From which states money can come: what has run out may be heard of late. */
const BEFORE_PAID: readonly AttemptState[] = ['created', 'expired'];

export type SettlementService = ReturnType<typeof createSettlementService>;

/**
 * What becomes of an order by what its provider tells. Each of these is a part of the caller's transaction, which holds the
 * lock on the buyer by `lockOrder`; each returns the attempt as it is then, and answers are built from that.
 */
export function createSettlementService({
  transact,
  timeZone,
  hashPerson,
}: {
  transact: UnitOfWork;
  timeZone: string;
  hashPerson: () => Promise<HashPerson>;
}) {
  const rules = async () => ({ timeZone, hash: await hashPerson() });

  /**
   * One call, in one transaction. Whoever is overtaken by a chat that goes, or by a trial that is begun, while they give is
   * asked once more: then that is seen before.
   */
  async function handle<T>(change: (work: Work) => Promise<T>): Promise<T> {
    try {
      return await transact(change);
    } catch (error) {
      if (!(error instanceof AppError && OVERTAKEN.has(error.code))) throw error;
      return transact(change);
    }
  }

  /** Whether an attempt at an order may begin now. */
  async function standing(work: Work, order: Order): Promise<Standing> {
    return standingOf(work, order, await rules());
  }

  /** The provider begins to take the money: nothing else is chosen in the order's place for now. */
  async function start(
    work: Work,
    { scope, provider, accountId }: Merchant,
    { payment }: Order,
    { providerTxnId, providerTime, paydocId }: NewAttempt,
  ): Promise<Attempt> {
    const { db, now } = work;
    const lockedUntil = new Date(now.getTime() + ORDER_LOCK_MS);
    await db.payment.update({ where: { id: payment.id }, data: { lockedUntil } });
    return db.paymentAttempt.create({
      data: {
        paymentId: payment.id,
        botId: scope.botId,
        provider,
        merchantAccountId: accountId,
        isTest: payment.isTest,
        providerTxnId,
        paydocId: paydocId ?? null,
        amount: fromDecimal(payment.amount),
        state: 'created',
        providerTime,
        createTime: BigInt(now.getTime()),
      },
    });
  }

  /**
   * The money has come: it approves its order, and gives what that has bought; or else waits to be returned.
   * @param exact what it gives in place of the plan's own time
   * @param onlyIfOpen the money has not moved yet: unless the order is open and can be delivered nothing is changed
   */
  async function settle(
    work: Work,
    merchant: PaidBot,
    order: Order,
    attempt: Attempt,
    {
      onlyIfOpen = false,
      paymentSource = null,
      exact,
    }: { onlyIfOpen?: boolean; paymentSource?: string | null; exact?: ExactTime } = {},
  ): Promise<Settlement> {
    requireState(attempt, BEFORE_PAID);
    const isRefused =
      onlyIfOpen &&
      (order.payment.status !== 'created' || !(await isDeliverable(work, order, await rules())));
    if (isRefused) return { attempt, outcome: 'refused' };
    const why = await whyNothingIsGiven(work, order);
    const paid = await changeAttempt(work, attempt, {
      state: 'paid',
      settled: why === null,
      performTime: BigInt(work.now.getTime()),
      paymentSource,
    });
    const attempts = order.attempts.map((one) => (one.id === paid.id ? paid : one));
    const after = await unlockOrder(work, { ...order, attempts });
    if (why !== null) {
      await openRefund(work, merchant, after, paid, why);
      return { attempt: paid, outcome: 'refund' };
    }
    await approve(work, merchant, after, exact);
    return { attempt: paid, outcome: 'settled' };
  }

  async function whyNothingIsGiven(work: Work, order: Order): Promise<RefundReason | null> {
    const { status } = order.payment;
    if (status === 'approved' || status === 'reversed') return 'duplicate';
    if (status === 'cancelled' && (await isBoughtSince(work.db, order))) return 'late';
    return (await isDeliverable(work, order, await rules())) ? null : 'undeliverable';
  }

  async function approve(
    work: Work,
    { scope, provider }: PaidBot,
    order: Order,
    exact?: ExactTime,
  ): Promise<void> {
    const { db, now } = work;
    const { id: paymentId, status, isTest } = order.payment;
    const [payment] = await db.payment.updateManyAndReturn({
      where: { id: paymentId, status: { in: ['created', 'cancelled'] } },
      data: { status: 'approved', approvedAt: now, decidedAt: now, lockedUntil: null },
    });
    if (!payment) throw new Error('An order was decided under the lock of its buyer');
    if (!isTest) {
      const { channelIds } = order;
      await givePurchase(work, scope, { payment, channelIds, rejectedAt: null, exact }, await rules());
      if (status === 'cancelled') {
        tell(work, PROVIDER_NOTICES.paymentLate, endUserOf(payment), { paymentId }, { botId: scope.botId });
      }
    }
    tell(work, PROVIDER_NOTICES.paymentReceived, ownerOf(scope), { paymentId });
    work.audit({ kind: 'provider', name: provider }, 'payment.settled', {
      payment: paymentId,
      bot: scope.botId,
    });
  }

  /** The money will not come: its order can be paid again. */
  async function cancel(
    work: Work,
    order: Order,
    attempt: Attempt,
    reason: number | null = null,
  ): Promise<Attempt> {
    requireState(attempt, BEFORE_PAID);
    const cancelTime = BigInt(work.now.getTime());
    const cancelled = await changeAttempt(work, attempt, { state: 'cancelled', cancelTime, reason });
    const attempts = order.attempts.map((one) => (one.id === cancelled.id ? cancelled : one));
    await unlockOrder(work, { ...order, attempts });
    return cancelled;
  }

  /** The money went back: what it gave is taken back, once, whoever heard of it first. */
  async function takeBack(
    work: Work,
    merchant: PaidBot,
    order: Order,
    attempt: Attempt,
    reason: number | null = null,
  ): Promise<Attempt> {
    requireState(attempt, ['paid']);
    const { scope, provider } = merchant;
    const cancelTime = BigInt(work.now.getTime());
    const refunded = await changeAttempt(work, attempt, { state: 'refunded', cancelTime, reason });
    await closeRefund(work, merchant, order, attempt);
    const actor = { kind: 'provider', name: provider } as const;
    work.audit(actor, 'payment.refunded', { payment: order.payment.id, bot: scope.botId });
    // What gave nothing may have been made up for by time.
    const given = attempt.settled ? order.payment.id : await findCredited(work.db, attempt);
    if (given === null) return refunded;
    const [reversed] = await work.db.payment.updateManyAndReturn({
      where: { id: given, status: 'approved' },
      data: { status: 'reversed', decidedAt: work.now },
    });
    if (!reversed) return refunded;
    if (!reversed.isTest) await takePurchaseBack(work, reversed, timeZone);
    tell(work, PROVIDER_NOTICES.paymentReversed, ownerOf(scope), { paymentId: reversed.id });
    return refunded;
  }

  return { handle, standing, start, settle, cancel, takeBack, openRefund };
}

/** What can come between a look and the giving. */
const OVERTAKEN: ReadonlySet<string> = new Set(['chatNotConnected', 'trial.usedMeanwhile']);

function requireState({ id, state }: Attempt, states: readonly AttemptState[]): void {
  if (!states.includes(state as AttemptState)) throw new Error(`Attempt ${id} is ${state}`);
}
