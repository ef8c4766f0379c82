import type { Payment as PaymentRow, PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Clock } from '../../../shared/clock.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { isProvider } from '../../merchant-accounts/merchant-account.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../../plans/plan.ts';
import { isPaymentMethod, PAYMENT_METHODS } from '../methods/index.ts';
import { choiceEndsAt } from '../payment.ts';
import { type Attempt, isStale } from './attempt.ts';

/**
 * `waiting`: the provider has told of nothing yet; `givenUp`: of an attempt that came to nothing, so that the order can be
 * paid again. `running`: it takes the money at present. `paid`: the way in is given. `ended`: nothing comes of it any more.
 */
export type OrderState = 'waiting' | 'givenUp' | 'running' | 'paid' | 'ended';

/** How an order stands with its provider, as its buyer reads it. */
export interface OrderStatus {
  paymentId: number;
  state: OrderState;
  /** By which method it is paid. */
  provider: string;
  /** Of all chats that it opens. */
  title: string;
  /** Where it can be paid; null where it cannot. */
  link: string | null;
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
      if (!row || !isProvider(row.paymentMethod)) throw new AppError('notFound');
      const now = clock.now();
      const state = stateOf(row, row.attempts, now);
      const isPayable = state === 'waiting' || state === 'givenUp';
      return {
        paymentId,
        state,
        provider: row.paymentMethod,
        title: soldTitle(row),
        link: isPayable ? await linkTo(prisma, scope, row) : null,
        lockedUntil: row.lockedUntil !== null && row.lockedUntil > now ? row.lockedUntil : null,
      };
    },
  };
}

function stateOf(
  { status, createdAt, paymentMethod }: PaymentRow,
  attempts: readonly Attempt[],
  now: Date,
): OrderState {
  if (status === 'approved') return 'paid';
  if (status === 'reversed' || attempts.some(({ state }) => state === 'paid')) return 'ended';
  // What has run for too long is not yet marked so, perhaps.
  const isRunning = (attempt: Attempt) =>
    attempt.state === 'created' && isProvider(paymentMethod) && !isStale(attempt, paymentMethod, now);
  if (attempts.some(isRunning)) return 'running';
  if (status !== 'created' || choiceEndsAt({ createdAt }) <= now) return 'ended';
  return attempts.length === 0 ? 'waiting' : 'givenUp';
}

/** An owner may have removed the account since: then there is no link any more. */
async function linkTo(prisma: PrismaClient, scope: TenantScope, row: PaymentRow): Promise<string | null> {
  const { paymentMethod: method, id, endUserId, amount, isTest } = row;
  if (!isPaymentMethod(method) || method === 'card') return null;
  const toPay = { id, endUserId, amount: fromDecimal(amount), isTest };
  try {
    return (await PAYMENT_METHODS[method].instructions(prisma, scope, toPay)).link;
  } catch (error) {
    if (error instanceof AppError && error.code === 'planGone') return null;
    throw error;
  }
}
