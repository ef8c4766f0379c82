import type { ClickApi, ReversalOutcome } from '../../../../infra/click-api.ts';
import type { Prisma, PrismaClient } from '../../../../infra/prisma-client/client.ts';
import type { Db, UnitOfWork, Work } from '../../../../kernel/unit-of-work.ts';
import { readDetails } from '../../../merchant-accounts/merchant-account.ts';
import type { MerchantCandidate, MerchantDirectory } from '../../../merchant-accounts/merchant-directory.ts';
import { lockOrder, type Order } from '../attempt-repository.ts';
import { noteRefusedReversal } from '../refused-reversal.ts';
import type { SettlementService } from '../settlement-service.ts';
import { toMerchant } from './click-merchant.ts';

export type ClickReversals = ReturnType<typeof createClickReversals>;

/** Money that Click returns by our asking. */
export function createClickReversals({
  prisma,
  transact,
  merchantDirectory,
  settlements,
  clickApi,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  merchantDirectory: MerchantDirectory;
  settlements: SettlementService;
  clickApi: ClickApi;
}) {
  /** Whether Click would return an attempt's money: it came, and its account is there, with a user of Click's API. */
  async function canReverse(db: Db, attemptId: number): Promise<boolean> {
    return (await findReversible(db, [attemptId])).has(attemptId);
  }

  /** Those of several attempts whose money Click would return. */
  async function findReversible(db: Db, attemptIds: readonly number[]): Promise<Set<number>> {
    const attempts = await db.paymentAttempt.findMany({
      where: { ...REVERSIBLE, id: { in: [...attemptIds] } },
      include: { merchantAccount: { select: { details: true } } },
    });
    const hasUser = ({ merchantAccount }: (typeof attempts)[number]) =>
      merchantAccount !== null && readDetails('click', merchantAccount.details).merchantUserId !== null;
    return new Set(attempts.filter(hasUser).map(({ id }) => id));
  }

  /**
   * Asks Click to return an attempt's money; what comes of it is heard later. A refund of the queue is `sending` by then:
   * the caller has changed it in this same work.
   * @returns false: it is asked for already, or there is nothing that Click would return
   */
  async function request(work: Work, attemptId: number): Promise<boolean> {
    if (!(await canReverse(work.db, attemptId))) return false;
    const [asked] = await work.db.paymentAttempt.updateManyAndReturn({
      where: { id: attemptId, state: 'paid', reversalAskedAt: null },
      data: { reversalAskedAt: work.now, reversalNote: null },
    });
    if (!asked) return false;
    work.enqueue({ kind: 'refund-click', botId: asked.botId, payload: { attemptId } });
    return true;
  }

  /**
   * Asks Click for what was requested, once, and notes what it says.
   * @param isRepeated it may have been asked before, with an answer that nobody has heard
   * @returns false: nobody asks for it any more
   * @throws UnansweredReversal where nobody knows what came of it
   */
  async function carryOut(attemptId: number, { isRepeated }: { isRepeated: boolean }): Promise<boolean> {
    const attempt = await prisma.paymentAttempt.findFirst({
      where: { id: attemptId, state: 'paid', reversalAskedAt: { not: null } },
    });
    if (!attempt || attempt.merchantAccountId === null || attempt.paymentId === null) return false;
    const { merchantAccountId, paymentId } = attempt;
    const account = await merchantDirectory.findAccount(merchantAccountId, 'click');
    const outcome = await reverse(account, attempt.paydocId);
    if (outcome.kind === 'unknown') throw new UnansweredReversal();
    if (!account || outcome.kind === 'refused') {
      const note = outcome.kind === 'refused' ? outcome.note : '';
      // Once nobody knew what came of it, no later refusal says that nothing did.
      const isUnclear = attempt.reversalUnclear || (isRepeated && account !== null);
      await transact((work) => noteRefusedReversal(work, attemptId, { note, isUnclear }));
      return true;
    }
    await settlements.handle(async (work) => {
      const order = await lockOrder(work, toMerchant(account), paymentId);
      if (order) await takeBack(work, account, order, attemptId);
    });
    return true;
  }

  async function reverse(
    account: MerchantCandidate<'click'> | null,
    paydocId: string | null,
  ): Promise<ReversalOutcome> {
    const merchantUserId = account?.details.merchantUserId ?? null;
    // The account was removed, or has another kind of keys, since it was asked for.
    if (!account || merchantUserId === null || paydocId === null) return { kind: 'refused', note: '' };
    const { details, secrets } = account;
    const credential = { serviceId: details.serviceId, merchantUserId, secret: secrets.live };
    return clickApi.reverse(credential, paydocId);
  }

  async function takeBack(
    work: Work,
    account: MerchantCandidate<'click'>,
    order: Order,
    attemptId: number,
  ): Promise<void> {
    const attempt = order.attempts.find(({ id }) => id === attemptId);
    // Click has told of it by a call of its own in the meantime.
    if (attempt?.state !== 'paid') return;
    await work.db.paymentAttempt.update({ where: { id: attemptId }, data: { reversalAskedAt: null } });
    await settlements.takeBack(work, toMerchant(account), order, attempt);
  }

  return { canReverse, findReversible, request, carryOut, checkKeys: clickApi.checkKeys };
}

/** Click did not answer, or not in a way that says what became of the money: it is asked again. */
export class UnansweredReversal extends Error {
  override readonly name = 'UnansweredReversal';
}

const REVERSIBLE = {
  provider: 'click',
  state: 'paid',
  paydocId: { not: null },
  merchantAccount: { removedAt: null, encryptedSecrets: { not: null } },
} as const satisfies Prisma.PaymentAttemptWhereInput;
