import type { Payment as PaymentRow, PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Clock } from '../../../shared/clock.ts';
import { type Duration, toDuration } from '../../plans/duration.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../../plans/plan.ts';
import { isPaymentMethod, PAYMENT_METHODS } from '../methods/index.ts';
import { amountOfRow, choiceEndsAt } from '../payment.ts';
import { type StarInvoice, toInvoice } from '../stars/star-invoice.ts';
import { type Attempt, isStale, providerOf } from './attempt.ts';

/**
 * `waiting`: the provider has told of nothing yet; `givenUp`: of an attempt that came to nothing, so that the order can be
 * paid again. `running`: it takes the money at present. `paid`: the way in is given. `ended`: nothing comes of it any more.
 */
export type OrderState = 'waiting' | 'givenUp' | 'running' | 'paid' | 'ended';

/** How an order stands with its provider, as its buyer reads it. */
export interface OrderStatus {
  paymentId: number;
  state: OrderState;
  /** By whom its money comes. */
  provider: string;
  /** Of all chats that it opens. */
  title: string;
  duration: Duration;
  /** Where it can be paid; null where it cannot, or where Telegram is asked for the link of its invoice. */
  link: string | null;
  /** In Stars, while it can be paid. */
  invoice: StarInvoice | null;
  /** Until when nothing else can be chosen in its place. */
  lockedUntil: Date | null;
}

/** Whoever says that they have paid by a provider is told what that has told. */
export function createOrderStatusService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  return {
    /** Their own alone. @throws AppError `notFound` */
    async readOrder(
      scope: TenantScope,
      { endUserId }: EndUserActor,
      paymentId: number,
    ): Promise<OrderStatus> {
      const row = await prisma.payment.findFirst({
        where: { id: paymentId, botId: scope.botId, endUserId },
        include: { ...WITH_CHAT_TITLES, attempts: { orderBy: { id: 'asc' } } },
      });
      const provider = row && providerOf(row.paymentMethod);
      if (!row || provider === null) throw new AppError('notFound');
      const now = clock.now();
      const state = stateOf(row, row.attempts, now);
      const isPayable = state === 'waiting' || state === 'givenUp';
      return {
        paymentId,
        state,
        provider,
        title: soldTitle(row),
        duration: toDuration(row),
        invoice:
          isPayable && provider === 'stars'
            ? toInvoice({ id: row.id, amount: amountOfRow(row) }, { renews: row.paymentMethod === 'starsub' })
            : null,
        link: isPayable ? await linkTo(prisma, scope, row) : null,
        lockedUntil: row.lockedUntil !== null && row.lockedUntil > now ? row.lockedUntil : null,
      };
    },
  };
}

function stateOf(
  { status, createdAt, paymentMethod, lockedUntil }: PaymentRow,
  attempts: readonly Attempt[],
  now: Date,
): OrderState {
  if (status === 'approved') return 'paid';
  if (status === 'reversed' || attempts.some(({ state }) => state === 'paid')) return 'ended';
  // What has run for too long is not yet marked so, perhaps.
  const provider = providerOf(paymentMethod);
  const isRunning = (attempt: Attempt) =>
    attempt.state === 'created' && provider !== null && !isStale(attempt, provider, now);
  // Telegram has asked whether they may pay in Stars, and tells of the payment when it is made.
  const isBeingPaid = provider === 'stars' && lockedUntil !== null && lockedUntil > now;
  if (isBeingPaid || attempts.some(isRunning)) return 'running';
  if (status !== 'created' || choiceEndsAt({ createdAt }) <= now) return 'ended';
  return attempts.length === 0 ? 'waiting' : 'givenUp';
}

/** An owner may have removed the account since: then there is no link any more. */
async function linkTo(prisma: PrismaClient, scope: TenantScope, row: PaymentRow): Promise<string | null> {
  const { paymentMethod: method, id, endUserId, isTest } = row;
  if (!isPaymentMethod(method) || method === 'card') return null;
  const toPay = { id, endUserId, amount: amountOfRow(row), isTest };
  try {
    return (await PAYMENT_METHODS[method].instructions(prisma, scope, toPay)).link;
  } catch (error) {
    if (error instanceof AppError && error.code === 'planGone') return null;
    throw error;
  }
}
