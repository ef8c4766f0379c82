import type { PrismaClient } from '../../../../infra/prisma-client/client.ts';
import type { Work } from '../../../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../../../shared/money.ts';
import type { MerchantCandidate, MerchantDirectory } from '../../../merchant-accounts/merchant-directory.ts';
import type { Attempt } from '../attempt.ts';
import {
  changeAttempt,
  findAttempt,
  findOrder,
  lockOrder,
  type Merchant,
  type Order,
} from '../attempt-repository.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';
import type { SettlementService } from '../settlement-service.ts';
import { toMerchant } from './click-merchant.ts';
import {
  CLICK_OPERATIONS,
  type ClickCall,
  type ClickError,
  type ClickOperation,
  isSignedBy,
  readClickCall,
  writeClickAnswer,
} from './click-protocol.ts';

/** What a call comes to: 0 with the attempt that it is about, or why not. */
type Outcome = { attemptId: number } | { error: ClickError };

export interface ClickAnswer {
  /** JSON, as it goes out. */
  text: string;
  error: ClickError | 0;
  /** It was signed by nobody that we know. */
  isRefused: boolean;
}

/** No secret is empty: what is compared with where there is no account, so that this takes as long. */
const NOBODYS = '';

const failed = (error: ClickError): Outcome => ({ error });

/** Answers the calls of Click's SHOP-API. */
export function createClickService({
  prisma,
  merchantDirectory,
  settlements,
}: {
  prisma: PrismaClient;
  merchantDirectory: MerchantDirectory;
  settlements: SettlementService;
}) {
  async function receive(
    telegramBotId: bigint,
    operation: ClickOperation,
    request: { contentType: string | undefined; body: string },
  ): Promise<ClickAnswer> {
    const { echo, call } = readClickCall(operation, request);
    const answer = (outcome: Outcome, isRefused = false): ClickAnswer => ({
      text: writeClickAnswer(operation, echo, outcome),
      error: 'error' in outcome ? outcome.error : 0,
      isRefused,
    });
    if (!call) return answer(failed(-8));
    const candidates = await merchantDirectory.findCandidates(telegramBotId, 'click');
    const signers = candidates.filter(({ secrets }) => isSignedBy(call, secrets.live));
    if (candidates.length === 0) isSignedBy(call, NOBODYS);
    const signer = await pickSigner(signers, call);
    if (!signer) {
      await merchantDirectory.noteCalls(
        candidates.map(({ accountId }) => accountId),
        'refused',
      );
      return answer(failed(-1), true);
    }
    await merchantDirectory.noteCalls([signer.accountId], 'accepted');
    return answer(await decide(operation, call, signer));
  }

  /** A bot that was released has two owners' accounts: by one key of both, it is theirs who know the transaction. */
  async function pickSigner(
    signers: readonly MerchantCandidate<'click'>[],
    { transId }: ClickCall,
  ): Promise<MerchantCandidate<'click'> | undefined> {
    if (signers.length > 1) {
      for (const signer of signers) {
        if (await findAttempt(prisma, toMerchant(signer), transId)) return signer;
      }
    }
    return signers[0];
  }

  async function decide(
    operation: ClickOperation,
    call: ClickCall,
    signer: MerchantCandidate<'click'>,
  ): Promise<Outcome> {
    if (call.action !== CLICK_OPERATIONS[operation].action) return failed(-3);
    if (call.serviceId !== signer.details.serviceId) return failed(PROVIDER_RULES.click.foreignService);
    const merchant = toMerchant(signer);
    const paymentId = await findOrder(prisma, merchant, call.orderNumber);
    if (paymentId === null) return failed(-5);
    return settlements.handle(async (work) => {
      const order = await lockOrder(work, merchant, paymentId);
      if (!order) return failed(-5);
      return operation === 'prepare'
        ? prepare(work, merchant, order, call)
        : complete(work, merchant, order, call);
    });
  }

  async function prepare(work: Work, merchant: Merchant, order: Order, call: ClickCall): Promise<Outcome> {
    if (call.error < 0) return failed(-9);
    const known = attemptOf(order, call);
    if (known) return known.state === 'created' ? done(known) : failed(known.state === 'paid' ? -4 : -9);
    if (call.amount !== fromDecimal(order.payment.amount)) return failed(-2);
    const standing = await settlements.standing(work, order);
    if (standing === 'paid') return failed(PROVIDER_RULES.click.prepareOnPaid);
    if (standing === 'closed') return failed(-9);
    const { transId: providerTxnId, paydocId } = call;
    return done(
      await settlements.start(work, merchant, order, { providerTxnId, paydocId, providerTime: null }),
    );
  }

  async function complete(work: Work, merchant: Merchant, order: Order, call: ClickCall): Promise<Outcome> {
    const attempt = attemptOf(order, call);
    if (!attempt || String(attempt.id) !== call.prepareId) return failed(-6);
    if (call.error < 0) return refuse(work, merchant, order, attempt);
    if (attempt.state === 'paid') return failed(-4);
    if (attempt.state === 'cancelled' || attempt.state === 'refunded') return failed(-9);
    if (call.amount !== fromDecimal(order.payment.amount)) return failed(-2);
    // Its money is returned by the number under which it was taken at last.
    const { paydocId } = call;
    const heard = attempt.paydocId === paydocId ? attempt : await changeAttempt(work, attempt, { paydocId });
    return done((await settlements.settle(work, merchant, order, heard)).attempt);
  }

  /** Click did not take the money, or has returned it. */
  async function refuse(work: Work, merchant: Merchant, order: Order, attempt: Attempt): Promise<Outcome> {
    if (attempt.state === 'paid') {
      const { takesBack, error } = PROVIDER_RULES.click.negativeAfterPaid;
      if (takesBack) await settlements.takeBack(work, merchant, order, attempt);
      return failed(error);
    }
    if (attempt.state === 'created' || attempt.state === 'expired') {
      await settlements.cancel(work, order, attempt);
    }
    return failed(-9);
  }

  return { receive };
}

export type ClickService = ReturnType<typeof createClickService>;

function attemptOf({ attempts }: Order, { transId }: ClickCall): Attempt | undefined {
  return attempts.find(({ providerTxnId }) => providerTxnId === transId);
}

function done({ id }: Attempt): Outcome {
  return { attemptId: id };
}
