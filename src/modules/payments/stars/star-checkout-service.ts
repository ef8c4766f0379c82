import type { Language } from '../../../infra/i18n/i18n.ts';
import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Work } from '../../../kernel/unit-of-work.ts';
import { MINUTE_MS } from '../../../shared/durations.ts';
import { fromDecimal, TIYIN } from '../../../shared/money.ts';
import { lockOrder, type Order } from '../providers/attempt-repository.ts';
import type { SettlementService } from '../providers/settlement-service.ts';
import { paidInStars, type StarCharge } from './star-attempts.ts';
import { orderOfPayload } from './star-invoice.ts';
import { findRunningRenewal } from './star-renewal-queries.ts';

/** How long nothing else is chosen in the place of an order whose buyer has been let pay. */
const LOCK_MS = 2 * MINUTE_MS;

/** Somebody is about to pay in Stars, and Telegram asks whether they may. */
export type StarQuestion = Omit<StarCharge, 'chargeId' | 'renewal'>;

/**
 * Why somebody may not: it is paid already, is open no more, or was never an order of theirs; or the chat is renewed by
 * itself already.
 */
export type StarRefusal = 'paid' | 'closed' | 'unknown' | 'renewing';

export interface StarVerdict {
  /** Null: they may. */
  refusal: StarRefusal | null;
  /** Theirs, as far as this bot knows them. */
  language: Language | null;
}

export function createStarCheckoutService({
  prisma,
  settlements,
}: {
  prisma: PrismaClient;
  settlements: Pick<SettlementService, 'handle' | 'standing'>;
}) {
  /** Nothing is given by it; asked again, it says the same. */
  async function mayPay(scope: TenantScope, question: StarQuestion): Promise<StarVerdict> {
    const { telegramUserId } = question;
    const [refusal, buyer] = await Promise.all([
      settlements.handle((work) => decide(work, scope, question)),
      prisma.endUser.findUnique({
        where: { telegramUserId_botId: { telegramUserId, botId: scope.botId } },
        select: { language: true },
      }),
    ]);
    return { refusal, language: (buyer?.language as Language | undefined) ?? null };
  }

  async function decide(work: Work, scope: TenantScope, question: StarQuestion): Promise<StarRefusal | null> {
    const order = await lockInvoiced(work, scope, question.payload);
    if (!order || !isAskedFor(order, question)) return 'unknown';
    const { payment, endUser, channelIds } = order;
    if (payment.paymentMethod === 'starsub') {
      const running = await findRunningRenewal(work.db, { endUserId: endUser.id, channelIds });
      if (running) return running.paymentId === payment.id ? null : 'renewing';
    }
    const standing = await settlements.standing(work, order);
    if (standing !== 'payable') return standing;
    const lockedUntil = new Date(work.now.getTime() + LOCK_MS);
    await work.db.payment.update({ where: { id: order.payment.id }, data: { lockedUntil } });
    return null;
  }

  return { mayPay };
}

/** The order that an invoice is for, with the lock on its buyer; null where it is none of this bot's. */
export async function lockInvoiced(work: Work, scope: TenantScope, payload: string): Promise<Order | null> {
  const invoiced = orderOfPayload(payload);
  const order = invoiced && (await lockOrder(work, paidInStars(scope), invoiced.paymentId));
  return order && order.payment.paymentMethod === invoiced?.method ? order : null;
}

/** Whether it is what this order asks of this very person. */
function isAskedFor({ payment, endUser }: Order, question: StarQuestion): boolean {
  return endUser.telegramUserId === question.telegramUserId && isPriceOf(payment, question);
}

/** Another program that sells through the same bot may number its orders as we do. */
export function isPriceOf(
  { amount, currency }: Pick<Order['payment'], 'amount' | 'currency'>,
  charge: Pick<StarCharge, 'currency' | 'stars'>,
): boolean {
  return charge.currency === currency && fromDecimal(amount) === BigInt(charge.stars) * TIYIN;
}
