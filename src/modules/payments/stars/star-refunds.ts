import type { Prisma, PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type TenantScope, toTenantScope } from '../../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork, Work } from '../../../kernel/unit-of-work.ts';
import type { Attempt } from '../providers/attempt.ts';
import { changeAttempt, lockOrder, type Order } from '../providers/attempt-repository.ts';
import { closeRefund, openRefund } from '../providers/refunds.ts';
import { noteRefusedReversal } from '../providers/refused-reversal.ts';
import type { SettlementService } from '../providers/settlement-service.ts';
import { findCharge, noteCharge, paidAt, paidInStars, type StarCharge } from './star-attempts.ts';
import type { StarGateway } from './star-gateway.ts';
import { requestStarRefund } from './star-refund-request.ts';

export type StarRefunds = ReturnType<typeof createStarRefunds>;

/** Stars that Telegram returns by our asking: whole charges alone. */
export function createStarRefunds({
  prisma,
  transact,
  settlements,
  stars,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  settlements: Pick<SettlementService, 'handle' | 'takeBack'>;
  stars: Pick<StarGateway, 'refund'>;
}) {
  /** Those of several attempts whose Stars Telegram would return. */
  async function findReversible(db: Db, attemptIds: readonly number[]): Promise<Set<number>> {
    const attempts = await db.paymentAttempt.findMany({
      where: { ...REVERSIBLE, id: { in: [...attemptIds] } },
      select: { id: true },
    });
    return new Set(attempts.map(({ id }) => id));
  }

  /**
   * Asks Telegram for what was requested; asked again it says that it has done so.
   * @returns false: nobody asks for it any more
   * @throws DeliveryError where it is to be asked again
   */
  async function carryOut(attemptId: number): Promise<boolean> {
    const attempt = await prisma.paymentAttempt.findFirst({
      where: { id: attemptId, provider: 'stars', state: 'paid', reversalAskedAt: { not: null } },
      include: { bot: { include: { owner: { select: { telegramUserId: true } } } } },
    });
    if (!attempt) return false;
    const { bot, payerTelegramUserId: telegramUserId, providerTxnId: chargeId } = attempt;
    const outcome =
      telegramUserId === null
        ? ({ kind: 'refused', note: '' } as const)
        : await stars.refund(bot.telegramBotId, { telegramUserId, chargeId });
    if (outcome.kind === 'refused') {
      const about = { note: outcome.note, isUnclear: false };
      await transact((work) => noteRefusedReversal(work, attemptId, about));
      return true;
    }
    await settlements.handle((work) => noteReturned(work, settlements, toTenantScope(bot), chargeId));
    return true;
  }

  return { findReversible, request: requestStarRefund, carryOut };
}

/** Whoever was forgotten since cannot be paid back by their id. */
const REVERSIBLE = {
  provider: 'stars',
  state: 'paid',
  payerTelegramUserId: { not: null },
  bot: { removedAt: null },
} as const satisfies Prisma.PaymentAttemptWhereInput;

/**
 * Writes down a charge that gives nothing, and owes it back. Another program sells through the same bot: what is `foreign`,
 * of no order, waits for a person; the rest goes back by itself.
 */
export async function oweBack(
  work: Work,
  scope: TenantScope,
  order: Order | null,
  charge: StarCharge,
  reason: 'duplicate' | 'undeliverable' | 'foreign',
): Promise<void> {
  const attempt = await noteCharge(work, scope, charge, order?.payment.id ?? null);
  const paid = await changeAttempt(work, attempt, paidAt(work));
  await openRefund(work, paidInStars(scope), order, paid, reason);
}

/** A charge went back to whoever paid it: what it gave is taken back, once, whoever hears of it first. */
export async function noteReturned(
  work: Work,
  settlements: Pick<SettlementService, 'takeBack'>,
  scope: TenantScope,
  chargeId: string,
): Promise<void> {
  const known = await findCharge(work.db, scope, chargeId);
  if (!known) return;
  if (known.paymentId === null) return noteForeignReturned(work, scope, known);
  const order = await lockOrder(work, paidInStars(scope), known.paymentId);
  const attempt = order?.attempts.find(({ id }) => id === known.id);
  if (!order || attempt?.state !== 'paid') return;
  await work.db.paymentAttempt.update({ where: { id: known.id }, data: FORGOTTEN_PAYER });
  await settlements.takeBack(work, paidInStars(scope), order, attempt);
}

/** Who paid matters no more once it is returned. */
const FORGOTTEN_PAYER = { reversalAskedAt: null, payerTelegramUserId: null } as const;

async function noteForeignReturned(work: Work, scope: TenantScope, attempt: Attempt): Promise<void> {
  const data = { ...FORGOTTEN_PAYER, state: 'refunded', cancelTime: BigInt(work.now.getTime()) };
  const { count } = await work.db.paymentAttempt.updateMany({
    where: { id: attempt.id, state: 'paid' },
    data,
  });
  if (count > 0) await closeRefund(work, paidInStars(scope), null, attempt);
}
