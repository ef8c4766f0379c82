import type { PrismaClient } from '../../../../infra/prisma-client/client.ts';
import type { Work } from '../../../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../../../shared/money.ts';
import type { MerchantCandidate, MerchantDirectory } from '../../../merchant-accounts/merchant-directory.ts';
import type { Attempt } from '../attempt.ts';
import { changeAttempt, type Merchant, type Order } from '../attempt-repository.ts';
import { identifyCaller } from '../callers.ts';
import { atOrder } from '../order-calls.ts';
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

/** Whoever has signed a call, with the service that their account is for. */
interface Caller extends Merchant<'click'> {
  serviceId: string;
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
    const caller = await identifyCaller(
      { prisma, merchantDirectory },
      { telegramBotId, provider: 'click' },
      (candidates) => signersOf(candidates, call),
      call.transId,
    );
    if (!caller) return answer(failed(-1), true);
    return answer(await decide(operation, call, caller));
  }

  async function decide(operation: ClickOperation, call: ClickCall, merchant: Caller): Promise<Outcome> {
    if (call.action !== CLICK_OPERATIONS[operation].action) return failed(-3);
    if (call.serviceId !== merchant.serviceId) return failed(PROVIDER_RULES.click.foreignService);
    const answered = await atOrder({ prisma, settlements }, merchant, call.orderNumber, (work, order) =>
      operation === 'prepare' ? prepare(work, merchant, order, call) : complete(work, merchant, order, call),
    );
    return answered ?? failed(-5);
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

/** Those whose secret signed a call, after as many sums as there are secrets, and one where there is none. */
function signersOf(candidates: readonly MerchantCandidate<'click'>[], call: ClickCall): Caller[] {
  if (candidates.length === 0) isSignedBy(call, NOBODYS);
  return candidates
    .filter(({ secrets }) => isSignedBy(call, secrets.live))
    .map((account) => ({ ...toMerchant(account), serviceId: account.details.serviceId }));
}

function attemptOf({ attempts }: Order, { transId }: ClickCall): Attempt | undefined {
  return attempts.find(({ providerTxnId }) => providerTxnId === transId);
}

function done({ id }: Attempt): Outcome {
  return { attemptId: id };
}
