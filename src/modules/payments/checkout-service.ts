import { type Payment as PaymentRow, Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import type { EndUserActor, Pressed } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimal, toDecimalString } from '../../shared/money.ts';
import { addsTo, type Duration, offeredUntil, toDurationColumns } from '../plans/duration.ts';
import { firstChatFirst } from '../plans/plan.ts';
import type { HashPerson } from '../platform/person-key.ts';
import type { PromoOffer } from '../promo-codes/promo-offer.ts';
import {
  bargain,
  findKeptChoice,
  type KeptChoice,
  type LostCode,
  quoteFor,
  releaseRejected,
  reserveUse,
  type UnusedCode,
} from '../promo-codes/promo-uses.ts';
import { toReceiptColumns } from '../receipts/receipt.ts';
import { findLatestSource } from '../sources/visit-service.ts';
import { hasLifetimeInAll, listEnds, lockBuyer, lockEndUser } from '../subscriptions/subscription-queries.ts';
import { giveTrial } from '../trials/trials.ts';
import { amountOf } from './amounts/order-amount.ts';
import { holdTerms, keepTerms, keptPrice, payAgain } from './further-receipt.ts';
import { isPaymentMethod, PAYMENT_METHODS } from './methods/index.ts';
import type { PaymentInstructions, PaymentMethod } from './methods/payment-method.ts';
import {
  addOtherChats,
  cancelStale,
  changeWords,
  findChoice,
  listOpen,
  replaceChoices,
  replacedBy,
  requireUnlocked,
} from './open-choices.ts';
import { asBuyerReads, findPayable, isHeardBefore, requireStillSold, takesReceipt } from './payable.ts';
import { type Payment, type SentReceipt, statesBefore, toPayment } from './payment.ts';
import type { PaymentStatus } from './payment-status.ts';
import { providerOf } from './providers/attempt.ts';
import { expireAttempts } from './providers/attempt-clock.ts';
import { traceReceipt } from './reuse/receipt-traces.ts';
import { enqueueDecisionShown, enqueueReview } from './review-messages.ts';
import { orderInStars, withoutSecondRenewal } from './stars/star-orders.ts';
import { findOnSale, type PlanOnSale } from './storefront-service.ts';

/** What was chosen, and how it is paid. */
export interface Order<M extends PaymentMethod = PaymentMethod> {
  payment: Payment;
  /** Of all chats that it opens. */
  title: string;
  /** Of those that the buyer has for life: it adds nothing there. */
  heldForLife: string[];
  method: M;
  instructions: PaymentInstructions[M];
  /** With which it was made. */
  promo: { code: string; days: number } | null;
  /** The code that they typed, where it was not made with it. */
  unusedCode: UnusedCode | null;
}

/** Several methods, of which the buyer takes one. */
export interface MethodChoice {
  planId: number;
  /** Of all chats that it opens. */
  title: string;
  /** Of those that the buyer has for life: it adds nothing there. */
  heldForLife: string[];
  duration: Duration;
  /** Tiyin; with the code at hand, which stands beside it. */
  price: bigint;
  /** Without that, in tiyin; null where there is none. */
  listPrice: bigint | null;
  promo: Order['promo'];
  /** Whole Stars; null: it cannot be paid in them. */
  starsPrice: number | null;
  methods: PaymentMethod[];
}

/** As this buyer would get it. */
type PlanForBuyer = PlanOnSale & Pick<Order, 'heldForLife'>;

/** The code that was at hand can be used no more: at the full price they choose anew. */
export interface LostBargain extends LostCode {
  planId: number;
  title: string;
  /** Tiyin, without it. */
  price: bigint;
}

/** A free trial, which is given where others are asked to pay. */
export interface BegunTrial {
  trialOf: string;
  duration: Duration;
}

export function createCheckoutService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  clock: Clock;
  timeZone: string;
  hashPerson: () => Promise<HashPerson>;
}) {
  const { prisma, transact, clock, timeZone, hashPerson } = deps;

  /**
   * Fixes plan, price and method for 24 hours. Choosing again replaces the choice. What costs nothing is given at once.
   * @param choice `method` null: the plan alone was chosen, and the method is asked for where there are several
   * @throws AppError `planGone`, `receiptWaits` (with the payment's id), `alreadyLifetime`, `alreadyLonger`, `youAreBanned`, `trial.used`,
   *   `trial.tomorrow`, `noLongerSold` of a trial whose chat the owner gives up in this moment
   */
  async function choosePlan(
    scope: TenantScope,
    actor: Pressed<EndUserActor>,
    { planId, method: wanted }: { planId: number; method: PaymentMethod | null },
  ): Promise<Order | MethodChoice | BegunTrial | LostBargain> {
    const { telegramUserId } = actor;
    const person = (await hashPerson())(telegramUserId);
    const chosen = await transact(async (work) => {
      await lockBuyer(work.db, scope, actor);
      const offered = offeredUntil(work.now, timeZone);
      const onSale = await findOnSale(work.db, scope, {
        planId,
        offered,
        taster: { person, telegramUserId },
        now: work.now,
      });
      if (!onSale) throw new AppError('planGone');
      if (onSale.isTrial && onSale.price.isZero()) {
        const outcome = await asBuyerReads(() =>
          giveTrial(work, scope, actor, { plan: onSale, person, timeZone }),
        );
        return outcome === 'given' ? { trialOf: onSale.title, duration: onSale.duration } : null;
      }
      if (onSale.hadAnything) throw new AppError('trial.used');
      const heldForLife = await requireOfUse(work, actor, onSale, timeZone);
      const plan = { ...(await withoutSecondRenewal(work, actor, onSale)), heldForLife };
      const method = methodOf(plan, wanted);
      const { endUserId } = actor;
      const price = fromDecimal(plan.price);
      const about = { ...scope, endUserId, plan: { ...plan, price }, timeZone };
      const isNew = await work.once(actor.act);
      const made = isNew ? null : await findChoice(work, actor, plan.id, wanted);
      if (made) return toOrder(work, scope, made, plan);
      // It ordered something then, which is gone.
      if (!isNew && method !== null) throw new AppError('oldButton');
      const { channelIds } = plan;
      const open = await listOpen(work, actor, channelIds);
      if (isNew) await requireUnlocked(work, actor, open, timeZone);
      const kept = await findKeptChoice(work, { endUserId, planId: plan.id, timeZone });
      if (method === null) return toMethodChoice(plan, price, kept ?? (await quoteFor(work, about)));
      const replaced = replacedBy(open);
      if (method === 'stars' || method === 'starsub') {
        const ordered = await orderInStars(work, scope, actor, { plan, method, replaced, kept });
        return toOrder(work, scope, ordered, plan);
      }
      if (kept && (kept.isOver || kept.paymentMethod !== method)) {
        const row = await keepTerms(work, scope, kept, { method, replaced, channelIds });
        return toOrder(work, scope, row, plan);
      }
      const bargained = await bargain(work, about);
      if ('why' in bargained) return { ...bargained, planId: plan.id, title: plan.title, price };
      await replaceChoices(work, actor, { replaced, channelIds });
      const { offer, unused: unusedCode } = bargained;
      const row = await work.db.payment.create({
        data: {
          endUserId,
          botId: scope.botId,
          channelId: plan.channelIds[0] ?? 0,
          planId: plan.id,
          ...toDurationColumns(plan.duration),
          ...(await amountOf(work, scope, {
            price: offer ? new Prisma.Decimal(toDecimalString(offer.price)) : plan.price,
            method,
          })),
          ...(offer ? { listPrice: plan.price, discount: toDecimalString(offer.discount) } : {}),
          paymentMethod: method,
          status: 'created',
          createdAt: work.now,
          sourceId: await findLatestSource(work, endUserId),
        },
      });
      if (offer) await reserveUse(work, { offer, endUserId, paymentId: row.id });
      await addOtherChats(work, row, plan.channelIds);
      return { ...(await toOrder(work, scope, row, plan)), unusedCode };
    });
    // What the owner is told of it is committed by now.
    if (chosen === null) throw new AppError('trial.tomorrow');
    return chosen;
  }

  /**
   * Takes a receipt for what the person chose, has waiting, or had rejected lately; the latest of them. A receipt for
   * a waiting or rejected payment makes a new payment with the same plan and price.
   * A picture that replaces another in the same message is a further receipt for the same thing.
   * @returns null when there is nothing to pay for, or the message was edited and holds the same picture
   * @throws AppError `nothingToSend` where a provider is paid, `noLongerSold` where the owner has given the chat up since,
   *   `alreadyLifetime`, `payment.<status>`
   *   where the message held a receipt that is decided
   */
  async function submitReceipt(
    scope: TenantScope,
    actor: EndUserActor,
    receipt: SentReceipt,
  ): Promise<Payment | null> {
    return transact(async (work) => {
      await lockBuyer(work.db, scope, actor);
      const earlier = await work.db.payment.findMany({
        where: { endUserId: actor.endUserId, botId: scope.botId, receiptMessageId: receipt.messageId },
        orderBy: { id: 'desc' },
      });
      const [latest] = earlier;
      if (latest && isHeardBefore(receipt, earlier)) return toPayment(latest);
      if (latest?.receiptUniqueId === receipt.uniqueId) {
        await changeWords(work, latest, receipt);
        return null;
      }
      const wanted = await findPayable(work.db, work.now, scope, actor, latest);
      if (!wanted) return null;
      if (!takesReceipt(wanted)) {
        const { id: paymentId, paymentMethod } = wanted;
        const provider = providerOf(paymentMethod) ?? paymentMethod;
        throw new AppError('nothingToSend', { paymentId, provider });
      }
      // Uses of codes and amounts are locked before chats.
      const again = wanted.status === 'created' ? null : await holdTerms(work, scope, wanted);
      await requireStillSold(work, wanted, timeZone);
      await requireNotLifetime(work, actor, firstChatFirst(wanted));
      const data = {
        status: 'pending',
        ...toReceiptColumns(receipt),
        receiptMessageId: receipt.messageId,
        receiptEditedAt: receipt.editedAt,
        receiptAt: work.now,
      };
      const row =
        again === null
          ? await work.db.payment.update({ where: { id: wanted.id }, data })
          : await payAgain(work, wanted, again, data);
      await traceReceipt(work.db, row);
      await enqueueReview(work, scope, row);
      return toPayment(row);
    });
  }

  /**
   * Whether a receipt sent now would be taken, and whether one is under review already.
   * @throws AppError `youAreBanned`
   */
  async function lookAtReceipt(
    scope: TenantScope,
    actor: EndUserActor,
  ): Promise<'awaited' | 'underReview' | null> {
    const [banned, payable] = await Promise.all([
      prisma.endUser.count({ where: { id: actor.endUserId, botId: scope.botId, banned: true } }),
      findPayable(prisma, clock.now(), scope, actor),
    ]);
    if (banned > 0) throw new AppError('youAreBanned');
    if (!payable || !takesReceipt(payable)) return null;
    return payable.status === 'pending' ? 'underReview' : 'awaited';
  }

  /**
   * The person withdraws what they chose or sent. Of approval, rejection, replacement and this, the first commit wins.
   * @returns what of it: money may have been sent for a receipt
   * @throws AppError `notFound`, `payment.<status>` when it was decided before, `paymentRuns` while a provider takes its money
   */
  async function cancelPayment(
    scope: TenantScope,
    actor: EndUserActor,
    paymentId: number,
  ): Promise<'choice' | 'receipt'> {
    return transact(async (work) => {
      await lockEndUser(work.db, actor.endUserId, scope.botId);
      const present = await work.db.payment.findFirst({
        where: { id: paymentId, endUserId: actor.endUserId, botId: scope.botId },
      });
      if (!present) throw new AppError('notFound');
      const status = present.status as PaymentStatus;
      if (!statesBefore('cancelled').includes(status)) throw new AppError(`payment.${status}`);
      await requireUnlocked(work, actor, [present], timeZone);
      const row = await work.db.payment.update({
        where: { id: paymentId },
        data: { status: 'cancelled', decidedAt: work.now },
      });
      enqueueDecisionShown(work, row);
      return row.receiptAt === null ? 'choice' : 'receipt';
    });
  }

  /**
   * Choices that nobody paid for within 24 hours and that no provider takes the money of, attempts that have run for too
   * long, and codes of what was rejected a day ago. One statement each, for all tenants.
   */
  async function dropStaleChoices(): Promise<number> {
    const now = clock.now();
    await expireAttempts(prisma, now);
    const dropped = await cancelStale(prisma, now);
    await releaseRejected({ db: prisma, now });
    return dropped;
  }

  return { choosePlan, submitReceipt, lookAtReceipt, cancelPayment, dropStaleChoices };
}

/**
 * By which method a plan is ordered. Null: the buyer chooses, among several, or because what they chose is offered no more:
 * nothing is ordered by a method that they did not see.
 */
function methodOf({ methods }: PlanOnSale, wanted: PaymentMethod | null): PaymentMethod | null {
  const [first, ...others] = methods;
  if (first === undefined) throw new AppError('planGone');
  if (wanted !== null) return methods.includes(wanted) ? wanted : null;
  return others.length === 0 ? first : null;
}

/** An order as its buyer sees it, by the method that it was made with. @throws AppError `planGone` */
async function toOrder(
  { db }: Work,
  scope: TenantScope,
  row: PaymentRow,
  { title, heldForLife }: PlanForBuyer,
): Promise<Order> {
  const { paymentMethod: method } = row;
  // A newer program may know methods that this one does not.
  if (!isPaymentMethod(method)) throw new AppError('planGone');
  const payment = toPayment(row);
  const { id, endUserId, isTest } = row;
  const toPay = { id, endUserId, amount: payment.amount, isTest };
  const instructions = await PAYMENT_METHODS[method].instructions(db, scope, toPay);
  const use = await db.promoUse.findUnique({ where: { paymentId: row.id }, include: { promoCode: true } });
  const promo = use && { code: use.promoCode.code, days: use.days };
  return { payment, title, heldForLife, method, instructions, promo, unusedCode: null };
}

function toMethodChoice(
  plan: PlanForBuyer,
  price: bigint,
  offer: PromoOffer | KeptChoice | null,
): MethodChoice {
  const { id: planId, title, heldForLife, duration, starsPrice, methods } = plan;
  const choice = { planId, title, heldForLife, duration, starsPrice, methods };
  if (offer === null) return { ...choice, price, listPrice: null, promo: null };
  const { days } = offer;
  if ('paymentId' in offer) {
    const promo = { code: offer.code, days };
    const listPrice = offer.listPrice && fromDecimal(offer.listPrice);
    return { ...choice, price: keptPrice(offer), listPrice, promo };
  }
  return { ...choice, price: offer.price, listPrice: price, promo: { code: offer.code.code, days } };
}

/**
 * A plan gives somebody time in one of its chats at least.
 * @returns the chats that they have for life, where it adds nothing
 */
async function requireOfUse(
  { db }: Work,
  { endUserId }: EndUserActor,
  { channelIds, duration }: Pick<PlanOnSale, 'channelIds' | 'duration'>,
  timeZone: string,
): Promise<string[]> {
  const held = await listEnds(db, endUserId, channelIds);
  const ends = new Map(held.map(({ channelId, expiresAt }) => [channelId, expiresAt]));
  const forLife = held.filter(({ expiresAt }) => expiresAt === null);
  if (!channelIds.some((id) => addsTo(ends.get(id), duration, timeZone))) {
    throw new AppError(forLife.length === channelIds.length ? 'alreadyLifetime' : 'alreadyLonger');
  }
  return forLife.map(({ title }) => title);
}

async function requireNotLifetime(
  { db }: Work,
  { endUserId }: EndUserActor,
  channelIds: readonly number[],
): Promise<void> {
  if (await hasLifetimeInAll(db, endUserId, channelIds)) throw new AppError('alreadyLifetime');
}
