import type { RunPrepared } from '../../../../infra/postgres/prepared.ts';
import { Prisma, type PrismaClient } from '../../../../infra/prisma-client/client.ts';
import type { Work } from '../../../../kernel/unit-of-work.ts';
import type { Clock } from '../../../../shared/clock.ts';
import { readSerial } from '../../../../shared/digits.ts';
import { fromDecimal } from '../../../../shared/money.ts';
import type { MerchantCandidate, MerchantDirectory } from '../../../merchant-accounts/merchant-directory.ts';
import { endUserOf } from '../../../notifications/address.ts';
import { tell } from '../../../notifications/notice.ts';
import { toDuration } from '../../../plans/duration.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../../../plans/plan.ts';
import { PROVIDER_NOTICES } from '../../provider-notices.ts';
import { type Attempt, isStale, runsFor } from '../attempt.ts';
import { findAttempt, lockOrder, type Merchant, type Order, runningOf } from '../attempt-repository.ts';
import { isCredential, readBasic } from '../basic-credentials.ts';
import { identifyCaller } from '../callers.ts';
import { atAttempt, atOrder } from '../order-calls.ts';
import { createFindPlainOrder } from '../plain-order.ts';
import type { SettlementService } from '../settlement-service.ts';
import { PAYME_ERRORS, type PaymeError } from './payme-errors.ts';
import { toDetail, toStoredFiscalData } from './payme-fiscal.ts';
import {
  cancelledResult,
  checkedResult,
  createdResult,
  isCall,
  type PaymeCall,
  type PaymeParams,
  performedResult,
  readFiscal,
  readPaymeCall,
  statementRow,
  writePaymeAnswer,
} from './payme-protocol.ts';

type Outcome = { result: object } | { error: PaymeError };

/** Whoever has shown a key: of the world that it opens. */
interface Caller extends Merchant<'payme'> {
  isTest: boolean;
  fiscal: MerchantCandidate['fiscal'];
}

export interface PaymeAnswer {
  /** JSON, as it goes out. */
  text: string;
  method: string;
  /** 0, or that of the error. */
  code: number;
  /** Whoever called has no key of ours. */
  isRefused: boolean;
}

const failed = (error: PaymeError): Outcome => ({ error });

/** Answers the calls of Payme's Merchant API. */
export function createPaymeService({
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

  async function receive(
    telegramBotId: bigint,
    { authorization, body }: { authorization: string | undefined; body: string },
  ): Promise<PaymeAnswer> {
    const { id, method, call } = readPaymeCall(body);
    const answer = (outcome: Outcome, isRefused = false): PaymeAnswer => ({
      text: writePaymeAnswer(id, outcome),
      method,
      code: 'error' in outcome ? outcome.error.code : 0,
      isRefused,
    });
    const caller = await identifyCaller(
      { prisma, merchantDirectory },
      { telegramBotId, provider: 'payme' },
      (candidates) => callersOf(candidates, authorization),
      isCall(call) && 'id' in call.params ? call.params.id : undefined,
    );
    if (!caller) return answer(failed(PAYME_ERRORS.refused), true);
    return answer(isCall(call) ? await decide(caller, call) : failed(call));
  }

  function decide(caller: Caller, call: PaymeCall): Promise<Outcome> {
    switch (call.method) {
      case 'CheckPerformTransaction':
        return checkPerform(caller, call.params);
      case 'CreateTransaction':
        return create(caller, call.params);
      case 'PerformTransaction':
        return withAttempt(caller, call.params, (work, order, attempt) =>
          perform(work, caller, order, attempt),
        );
      case 'CancelTransaction':
        return withAttempt(caller, call.params, (work, order, attempt) =>
          cancel(work, caller, order, attempt, call.params.reason),
        );
      case 'CheckTransaction':
        return withAttempt(caller, call.params, async (_work, _order, attempt) => ({
          result: checkedResult(attempt),
        }));
      case 'GetStatement':
        return statement(caller, call.params);
      case 'SetFiscalData':
        return setFiscalData(caller, call.params);
    }
  }

  /** By the number that Payme was given. */
  async function withOrder(
    caller: Caller,
    orderNumber: string | undefined,
    answer: (work: Work, order: Order) => Promise<Outcome>,
  ): Promise<Outcome> {
    const answered =
      orderNumber === undefined ? null : await atOrder({ prisma, settlements }, caller, orderNumber, answer);
    return answered ?? failed(PAYME_ERRORS.orderNotFound);
  }

  /** By the number that Payme gave. */
  async function withAttempt(
    caller: Caller,
    { id }: { id: string },
    answer: (work: Work, order: Order, attempt: Attempt) => Promise<Outcome>,
  ): Promise<Outcome> {
    const answered = await atAttempt({ prisma, settlements }, caller, id, answer);
    return answered ?? failed(PAYME_ERRORS.transactionNotFound);
  }

  /** Why an attempt at an order may not begin; null: it may. */
  async function whyNot(work: Work, order: Order, amount: number): Promise<PaymeError | null> {
    const standing = await settlements.standing(work, order);
    if (standing === 'paid') return PAYME_ERRORS.paid;
    if (standing === 'closed') return PAYME_ERRORS.notPayable;
    if (amount !== Number(fromDecimal(order.payment.amount))) return PAYME_ERRORS.wrongAmount;
    return runningOf(order) ? PAYME_ERRORS.busy : null;
  }

  async function checkPerform(
    caller: Caller,
    { amount, account }: PaymeParams['CheckPerformTransaction'],
  ): Promise<Outcome> {
    // Payme asks this of every order, and mostly there is nothing to say but yes.
    const plain = caller.fiscal ? null : readSerial(account.order_id ?? '');
    if (plain !== null) {
      const price = await findPlainOrder(caller, plain, clock.now());
      if (price !== null && amount === Number(price)) return { result: { allow: true } };
    }
    return withOrder(caller, account.order_id, async (work, order) => {
      const error = await whyNot(work, order, amount);
      if (error) return failed(error);
      const { fiscal } = caller;
      if (!fiscal) return { result: { allow: true } };
      const { id, amount: price } = order.payment;
      const sold = await work.db.payment.findUniqueOrThrow({ where: { id }, include: WITH_CHAT_TITLES });
      const detail = toDetail(fiscal, {
        title: soldTitle(sold),
        duration: toDuration(sold),
        amount: fromDecimal(price),
      });
      return { result: { allow: true, detail } };
    });
  }

  async function create(caller: Caller, call: PaymeParams['CreateTransaction']): Promise<Outcome> {
    const { id, time, amount, account } = call;
    if (await findAttempt(prisma, caller, id)) {
      return withAttempt(caller, call, async (_work, _order, attempt) => createAgain(attempt, call));
    }
    return withOrder(caller, account.order_id, async (work, order) => {
      // Another call of the same number may have been first.
      const known = await findAttempt(work.db, caller, id);
      if (known) return createAgain(known, call);
      const error = await whyNot(work, order, amount);
      if (error) return failed(error);
      if (work.now.getTime() - time > runsFor('payme')) return failed(PAYME_ERRORS.staleCreate);
      const attempt = await settlements.start(work, caller, order, {
        providerTxnId: id,
        providerTime: BigInt(time),
      });
      return { result: createdResult(attempt) };
    });
  }

  /** A repetition is answered as it was; anything else under a number that is taken cannot be. */
  function createAgain(attempt: Attempt, { amount, account }: PaymeParams['CreateTransaction']): Outcome {
    const isSame =
      attempt.state === 'created' &&
      Number(attempt.amount) === amount &&
      String(attempt.paymentId) === account.order_id;
    return isSame ? { result: createdResult(attempt) } : failed(PAYME_ERRORS.impossible);
  }

  /** Before the money moves: what can give nothing any more is refused, and Payme returns it itself. */
  async function perform(work: Work, caller: Caller, order: Order, attempt: Attempt): Promise<Outcome> {
    if (attempt.state === 'paid') return { result: performedResult(attempt) };
    if (attempt.state !== 'created') return failed(PAYME_ERRORS.impossible);
    const settled = await settlements.settle(work, caller, order, attempt, { onlyIfOpen: true });
    return settled.outcome === 'refused'
      ? failed(PAYME_ERRORS.performRefused)
      : { result: performedResult(settled.attempt) };
  }

  /** Never refused: whether money goes back is the owner's to decide, and they have, in Payme's cabinet. */
  async function cancel(
    work: Work,
    caller: Caller,
    order: Order,
    attempt: Attempt,
    reason: number,
  ): Promise<Outcome> {
    if (attempt.state === 'created') {
      return { result: cancelledResult(await settlements.cancel(work, order, attempt, reason)) };
    }
    if (attempt.state === 'paid') {
      return { result: cancelledResult(await settlements.takeBack(work, caller, order, attempt, reason)) };
    }
    return { result: cancelledResult(attempt) };
  }

  /** Of every account that the bot has had at Payme. */
  async function statement(caller: Caller, { from, to }: PaymeParams['GetStatement']): Promise<Outcome> {
    const { scope, isTest } = caller;
    const within = {
      botId: scope.botId,
      merchantAccount: { botId: scope.botId },
      provider: 'payme',
      isTest,
      providerTime: { gte: from, lte: to },
    };
    const running = await prisma.paymentAttempt.findMany({ where: { ...within, state: 'created' } });
    for (const { paymentId } of running.filter((attempt) => isStale(attempt, 'payme', clock.now()))) {
      if (paymentId !== null) await settlements.handle((work) => lockOrder(work, caller, paymentId));
    }
    const attempts = await prisma.paymentAttempt.findMany({ where: within });
    return { result: { transactions: attempts.sort(byTime).map(statementRow) } };
  }

  /** Kept as it is told first; the buyer is sent the receipt of a sale. */
  async function setFiscalData(caller: Caller, call: PaymeParams['SetFiscalData']): Promise<Outcome> {
    const fiscal = readFiscal(call);
    if (!fiscal) return failed(PAYME_ERRORS.wrongFiscalData);
    const column = fiscal.type === 'PERFORM' ? 'fiscalPerform' : 'fiscalCancel';
    return settlements.handle(async (work) => {
      const attempt = await findAttempt(work.db, caller, call.id);
      if (!attempt) return failed(PAYME_ERRORS.fiscalOfNobody);
      const { count } = await work.db.paymentAttempt.updateMany({
        where: { id: attempt.id, [column]: { equals: Prisma.DbNull } },
        data: { [column]: toStoredFiscalData(fiscal.fiscal_data) },
      });
      if (count > 0 && fiscal.type === 'PERFORM' && !attempt.isTest) {
        const { endUserId } = await work.db.payment.findUniqueOrThrow({
          where: { id: attempt.paymentId },
          select: { endUserId: true },
        });
        const { botId } = caller.scope;
        tell(
          work,
          PROVIDER_NOTICES.fiscalReceipt,
          endUserOf({ endUserId }),
          { attemptId: attempt.id },
          { botId },
        );
      }
      return { result: { success: true } };
    });
  }

  return { receive };
}

export type PaymeService = ReturnType<typeof createPaymeService>;

/** Those whose key this is, after as many comparisons as there are keys, and one where there is none. */
function callersOf(
  candidates: readonly MerchantCandidate<'payme'>[],
  authorization: string | undefined,
): Caller[] {
  const given = readBasic(authorization);
  if (candidates.length === 0) isCredential(given, null);
  return candidates.flatMap(({ scope, accountId, details, secrets, fiscal }) => {
    const opens = (key: string | null) =>
      isCredential(given, key === null ? null : `${details.login}:${key}`);
    const [isLive, isTest] = [opens(secrets.live), opens(secrets.test)];
    return isLive || isTest ? [{ scope, accountId, provider: 'payme', isTest: !isLive, fiscal }] : [];
  });
}

/** Ascending by Payme's own time, then by its number as bytes, whichever order the database keeps texts in. */
function byTime(one: Attempt, other: Attempt): number {
  const [a, b] = [Number(one.providerTime), Number(other.providerTime)];
  if (a !== b) return a - b;
  return one.providerTxnId < other.providerTxnId ? -1 : 1;
}
