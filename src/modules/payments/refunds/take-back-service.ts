import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { requireMay } from '../../../kernel/rights.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Payment } from '../payment.ts';
import { type PaymentProvider, providerOf } from '../providers/attempt.ts';
import type { Reversals } from '../providers/reversals.ts';
import type { ReviewService } from '../review-service.ts';

/**
 * How an approval is taken back. `here`: the money came to the owner's card, and Getolog moves none. `asked`: the provider
 * returns it, and then the time goes. `cabinet`: the owner returns it there and the provider tells; by hand only where it went
 * back another way.
 */
export type TakingBack =
  | { way: 'here'; payment: Payment }
  | { way: 'asked' | 'cabinet'; payment: Payment; provider: PaymentProvider };

export type TakeBackService = ReturnType<typeof createTakeBackService>;

/** Approvals that their owner takes back, whichever way their money came. */
export function createTakeBackService({
  prisma,
  transact,
  reviews,
  reversals,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  reviews: ReviewService;
  reversals: Pick<Reversals, 'canReverse' | 'request'>;
}) {
  /** @throws AppError `notFound`, `payment.<status>` */
  async function find(scope: TenantScope, actor: Actor, paymentId: number): Promise<TakingBack> {
    const payment = await reviews.requireReversible(scope, actor, paymentId);
    const { paymentMethod } = await prisma.payment.findUniqueOrThrow({
      where: { id: paymentId },
      select: { paymentMethod: true },
    });
    const provider = providerOf(paymentMethod);
    if (provider === null) return { way: 'here', payment };
    const way = (await findReversible(prisma, paymentId)) === null ? 'cabinet' : 'asked';
    return { way, payment, provider };
  }

  /** Takes it back, or asks the provider to return its money first. @throws AppError `notFound`, `payment.<status>` */
  async function confirm(scope: TenantScope, actor: Actor, paymentId: number): Promise<TakingBack> {
    const found = await find(scope, actor, paymentId);
    if (found.way !== 'asked') {
      return { ...found, payment: await reviews.reversePayment(scope, actor, paymentId) };
    }
    await transact(async (work) => {
      await requireMay(work.db, scope, actor, 'shop');
      const attemptId = await findReversible(work.db, paymentId);
      // Asked for a second time, or returned meanwhile: how it ends is told once.
      if (attemptId !== null) await reversals.request(work, attemptId);
    });
    return found;
  }

  /** The attempt whose money a payment gave time for, if its provider returns that when it is asked. */
  async function findReversible(db: Db, paymentId: number): Promise<number | null> {
    const attempt = await db.paymentAttempt.findFirst({
      where: {
        state: 'paid',
        OR: [{ paymentId, settled: true }, { refund: { creditedPaymentId: paymentId } }],
      },
      select: { id: true },
    });
    return attempt && (await reversals.canReverse(db, attempt.id)) ? attempt.id : null;
  }

  return { find, confirm };
}
