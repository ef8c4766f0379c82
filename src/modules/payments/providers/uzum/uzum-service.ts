import type { RunPrepared } from '../../../../infra/postgres/prepared.ts';
import type { PrismaClient } from '../../../../infra/prisma-client/client.ts';
import type { Db, Work } from '../../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { readSerial } from '../../../../shared/digits.ts';
import { fromDecimal } from '../../../../shared/money.ts';
import { isStorable, shorten } from '../../../../shared/text.ts';
import type { MerchantCandidate, MerchantDirectory } from '../../../merchant-accounts/merchant-directory.ts';
import type { Attempt, AttemptState } from '../attempt.ts';
import { findAttempt, type Merchant, type Order, runningOf } from '../attempt-repository.ts';
import { isCredential, readBasic } from '../basic-credentials.ts';
import { identifyCaller } from '../callers.ts';
import { atAttempt, atOrder } from '../order-calls.ts';
import { createFindPlainOrder } from '../plain-order.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';
import type { SettlementService } from '../settlement-service.ts';
import {
  readUzumCall,
  UZUM_CODES,
  type UzumCall,
  type UzumCode,
  type UzumEcho,
  type UzumFields,
  writeUzumAttempt,
  writeUzumOrder,
  writeUzumRefusal,
} from './uzum-protocol.ts';

type Refused = { code: UzumCode };
/** What became of an attempt, or why nothing did. */
type Outcome = { attempt: Attempt } | Refused;

/** Whoever has shown a password: of the world that it opens. */
interface Caller extends Merchant<'uzum'> {
  isTest: boolean;
  serviceId: string;
}

export interface UzumAnswer {
  /** JSON, as it goes out. */
  text: string;
  /** Null: it was done. */
  code: UzumCode | null;
  /** Whoever called has no password of ours. */
  isRefused: boolean;
}

const MAX_SOURCE = 100;

const refused = (code: UzumCode): Refused => ({ code });

/** Answers the calls of Uzum Bank's Merchant API. */
export function createUzumService({
  prisma,
  read,
  clock,
  merchantDirectory,
  settlements,
}: {
  prisma: PrismaClient;
  read: RunPrepared;
  clock: Clock;
  merchantDirectory: MerchantDirectory;
  settlements: SettlementService;
}) {
  const findPlainOrder = createFindPlainOrder(read);

  /** @param operation as the address names it */
  async function receive(
    telegramBotId: bigint,
    operation: string,
    { authorization, body }: { authorization: string | undefined; body: string },
  ): Promise<UzumAnswer> {
    const { echo, call } = readUzumCall(operation, body);
    const refuse = (code: UzumCode, isRefused = false): UzumAnswer => ({
      text: writeUzumRefusal(operation, echo, code, clock.now()),
      code,
      isRefused,
    });
    const caller = await identifyCaller(
      { prisma, merchantDirectory },
      { telegramBotId, provider: 'uzum' },
      (candidates) => callersOf(candidates, authorization),
      'transId' in call ? call.transId : undefined,
    );
    if (!caller) return refuse(UZUM_CODES.accessDenied, true);
    if (!('operation' in call)) return refuse(call.code);
    if (call.serviceId !== caller.serviceId) return refuse(UZUM_CODES.foreignService);
    const outcome = await decide(caller, call, echo);
    return 'code' in outcome ? refuse(outcome.code) : { ...outcome, code: null, isRefused: false };
  }

  /** What is refused before anybody is asked who they are, or by a fault of ours. */
  const refusal = (operation: string, code: UzumCode, body: string): string =>
    writeUzumRefusal(operation, readUzumCall(operation, body).echo, code, clock.now());

  async function decide(caller: Caller, call: UzumCall, echo: UzumEcho): Promise<{ text: string } | Refused> {
    if (call.operation === 'check') {
      const found = await check(caller, call);
      return 'code' in found ? found : { text: writeUzumOrder(echo, found.paymentId, clock.now()) };
    }
    const outcome = await change(caller, call);
    return 'code' in outcome ? outcome : { text: writeUzumAttempt(call.operation, echo, outcome.attempt) };
  }

  async function check(
    caller: Caller,
    { orderNumber }: UzumFields['check'],
  ): Promise<{ paymentId: number } | Refused> {
    const plain = readSerial(orderNumber);
    const isPlain = plain !== null && (await findPlainOrder(caller, plain, clock.now())) !== null;
    if (isPlain) return { paymentId: plain };
    return withOrder(caller, orderNumber, async (work, order) => {
      const why = await whyNot(work, order);
      return why ? refused(why) : { paymentId: order.payment.id };
    });
  }

  function change(caller: Caller, call: Exclude<UzumCall, { operation: 'check' }>): Promise<Outcome> {
    switch (call.operation) {
      case 'create':
        return create(caller, call);
      case 'confirm':
        return withAttempt(caller, call.transId, (work, order, attempt) =>
          confirm(work, caller, order, attempt, call.paymentSource),
        );
      case 'reverse':
        return withAttempt(caller, call.transId, (work, order, attempt) =>
          reverse(work, caller, order, attempt),
        );
      case 'status':
        return withAttempt(caller, call.transId, async (_work, _order, attempt) => ({ attempt }));
    }
  }

  /** By the number that a buyer typed, or that the link brought. */
  async function withOrder<T extends object>(
    caller: Caller,
    orderNumber: string,
    answer: (work: Work, order: Order) => Promise<T | Refused>,
  ): Promise<T | Refused> {
    const answered = await atOrder({ prisma, settlements }, caller, orderNumber, answer);
    return answered ?? refused(UZUM_CODES.orderUnknown);
  }

  async function withAttempt(
    caller: Caller,
    transId: string,
    answer: (work: Work, order: Order, attempt: Attempt) => Promise<Outcome>,
  ): Promise<Outcome> {
    const answered = await atAttempt({ prisma, settlements }, caller, transId, answer);
    return answered ?? refused(UZUM_CODES.transactionUnknown);
  }

  /** Null: an attempt at the order may begin. */
  async function whyNot(work: Work, order: Order): Promise<UzumCode | null> {
    const standing = await settlements.standing(work, order);
    if (standing === 'paid') return UZUM_CODES.orderPaid;
    if (runningOf(order)) return PROVIDER_RULES.uzum.busyCode;
    return standing === 'closed' ? UZUM_CODES.orderClosed : null;
  }

  async function create(caller: Caller, call: UzumFields['create']): Promise<Outcome> {
    const { transId, timestamp, amount } = call;
    const isKnown = async (db: Db) => (await findAttempt(db, caller, transId)) !== null;
    if (await isKnown(prisma)) {
      return withAttempt(caller, transId, async (_work, _order, attempt) =>
        repeated(attempt, ['created'], UZUM_CODES.transactionKnown),
      );
    }
    return withOrder(caller, call.orderNumber, async (work, order) => {
      // The same call may have come beside us.
      if (await isKnown(work.db)) return refused(UZUM_CODES.transactionKnown);
      const why = await whyNot(work, order);
      if (why) return refused(why);
      if (amount !== Number(fromDecimal(order.payment.amount))) return refused(UZUM_CODES.otherAmount);
      const begun = { providerTxnId: transId, providerTime: BigInt(timestamp) };
      return { attempt: await settlements.start(work, caller, order, begun) };
    });
  }

  /** The money has moved: it is not refused for a reason of ours. */
  async function confirm(
    work: Work,
    caller: Caller,
    order: Order,
    attempt: Attempt,
    source: string | null,
  ): Promise<Outcome> {
    switch (attempt.state) {
      case 'created': {
        const paymentSource = source !== null && isStorable(source) ? shorten(source, MAX_SOURCE) : null;
        return settlements.settle(work, caller, order, attempt, { paymentSource });
      }
      case 'paid':
        return repeated(attempt, ['paid'], UZUM_CODES.confirmedBefore);
      case 'expired':
        // Uzum has given it up by then, as we have; whether the money came back to the buyer is for its owner to see.
        await settlements.openRefund(work, caller, order, attempt, 'unclear');
        return refused(UZUM_CODES.cancelled);
      default:
        return refused(UZUM_CODES.cancelled);
    }
  }

  async function reverse(work: Work, caller: Caller, order: Order, attempt: Attempt): Promise<Outcome> {
    switch (attempt.state) {
      case 'created':
        return { attempt: await settlements.cancel(work, order, attempt) };
      case 'paid':
        return { attempt: await settlements.takeBack(work, caller, order, attempt) };
      case 'expired':
        return refused(UZUM_CODES.failed);
      default:
        return repeated(attempt, ['cancelled', 'refunded'], UZUM_CODES.reversedBefore);
    }
  }

  return { receive, refusal };
}

export type UzumService = ReturnType<typeof createUzumService>;

/** What was done before is not done again. @param states in which it stands as that left it */
function repeated(attempt: Attempt, states: readonly AttemptState[], code: UzumCode): Outcome {
  const isAsItWas = states.some((state) => state === attempt.state);
  return PROVIDER_RULES.uzum.repeat === 'replay' && isAsItWas ? { attempt } : refused(code);
}

/** Of each account, the worlds whose password was shown. */
function callersOf(
  candidates: readonly MerchantCandidate<'uzum'>[],
  authorization: string | undefined,
): Caller[] {
  const given = readBasic(authorization);
  const callers = candidates.flatMap(({ scope, accountId, details, secrets }): Caller[] => {
    const { serviceId, login, testLogin } = details;
    const merchant = { scope, accountId, provider: 'uzum', serviceId } as const;
    const live = isCredential(given, `${login}:${secrets.live}`);
    const hasTest = testLogin !== null && secrets.test !== null;
    const test = isCredential(given, hasTest ? `${testLogin}:${secrets.test}` : null);
    return [
      ...(live ? [{ ...merchant, isTest: false }] : []),
      ...(test ? [{ ...merchant, isTest: true }] : []),
    ];
  });
  // Where there is no account it takes as long as where there is one.
  if (candidates.length === 0) for (const nobodys of [null, null]) isCredential(given, nobodys);
  return callers;
}
