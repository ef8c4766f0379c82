import { z } from 'zod';
import { readJson } from '../../../../shared/json.ts';
import { isStorable } from '../../../../shared/text.ts';
import type { Attempt, AttemptState } from '../attempt.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';
import { PAYME_ERRORS, type PaymeError, unknownMethod } from './payme-errors.ts';

/** What is said again of a call; null where it says nothing that could be. */
export type PaymeId = string | number | null;

const TRANSACTION_ID = z.string().min(1).max(64).refine(isStorable);
const NUMBER_OF_ORDER = z.union([z.string(), z.number().transform(String)]);
const ACCOUNT = z.object({ order_id: NUMBER_OF_ORDER.optional() });
const MAX_REASON = 2_147_483_647;

/** What each method needs; more may stand beside it. */
const PARAMS = {
  CheckPerformTransaction: z.object({ amount: z.number(), account: ACCOUNT }),
  CreateTransaction: z.object({ id: TRANSACTION_ID, time: z.int(), amount: z.number(), account: ACCOUNT }),
  PerformTransaction: z.object({ id: TRANSACTION_ID }),
  CancelTransaction: z.object({ id: TRANSACTION_ID, reason: z.int().min(-MAX_REASON).max(MAX_REASON) }),
  CheckTransaction: z.object({ id: TRANSACTION_ID }),
  GetStatement: z.object({ from: z.int(), to: z.int() }),
  SetFiscalData: z.object({
    id: TRANSACTION_ID,
    type: z.unknown().optional(),
    fiscal_data: z.unknown().optional(),
  }),
} as const;

type PaymeMethod = keyof typeof PARAMS;
export type PaymeParams = { [M in PaymeMethod]: z.output<(typeof PARAMS)[M]> };

/** A call that is whole. */
export type PaymeCall = { [M in PaymeMethod]: { method: M; params: PaymeParams[M] } }[PaymeMethod];

export interface ReadCall {
  id: PaymeId;
  /** By a name of the protocol, whatever a stranger wrote. */
  method: PaymeMethod | 'unknown';
  call: PaymeCall | PaymeError;
}

const OBJECT = z.looseObject({});
const ENVELOPE = z.object({ method: z.string(), params: OBJECT });
const ID = z.union([z.string(), z.number(), z.null()]).catch(null);

/** Reads a call as far as it can be read. */
export function readPaymeCall(body: string): ReadCall {
  const value = readJson(body);
  const none = { id: null, method: 'unknown' } as const;
  if (value === undefined) return { ...none, call: PAYME_ERRORS.notJson };
  const object = OBJECT.safeParse(value);
  if (!object.success) return { ...none, call: PAYME_ERRORS.malformed };
  const id = ID.parse(object.data['id'] ?? null);
  const envelope = ENVELOPE.safeParse(object.data);
  if (!envelope.success) return { id, method: 'unknown', call: PAYME_ERRORS.malformed };
  const { method, params } = envelope.data;
  if (!isMethod(method)) return { id, method: 'unknown', call: unknownMethod(method) };
  const read = PARAMS[method].safeParse(params);
  // A reader for each method gives that method's parameters, which the compiler cannot follow through the table.
  return {
    id,
    method,
    call: read.success ? ({ method, params: read.data } as PaymeCall) : PAYME_ERRORS.malformed,
  };
}

function isMethod(name: string): name is PaymeMethod {
  return Object.hasOwn(PARAMS, name);
}

export function isCall(call: PaymeCall | PaymeError): call is PaymeCall {
  return 'method' in call;
}

const FISCAL = z.object({
  type: z.enum(['PERFORM', 'CANCEL']),
  fiscal_data: z.record(z.string(), z.unknown()),
});

/** @returns null where it is of no kind that is kept */
export function readFiscal({
  type,
  fiscal_data,
}: PaymeParams['SetFiscalData']): z.output<typeof FISCAL> | null {
  return FISCAL.safeParse({ type, fiscal_data }).data ?? null;
}

/** An answer, as it goes out. */
export function writePaymeAnswer(id: PaymeId, outcome: { result: object } | { error: PaymeError }): string {
  if ('result' in outcome) return JSON.stringify({ jsonrpc: '2.0', id, result: outcome.result });
  const { code, message, data } = outcome.error;
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } });
}

const STATES: Record<AttemptState, number> = {
  created: 1,
  paid: 2,
  cancelled: -1,
  expired: -1,
  refunded: -2,
};

/** Everything that Payme hears of an attempt; each answer takes of it what it tells. */
function tellAttempt(attempt: Attempt) {
  const { unsetTime, unsetReason } = PROVIDER_RULES.payme;
  const timeOf = (time: bigint | null) => (time === null ? unsetTime : Number(time));
  return {
    create_time: Number(attempt.createTime),
    perform_time: timeOf(attempt.performTime),
    cancel_time: timeOf(attempt.cancelTime),
    transaction: String(attempt.id),
    state: STATES[attempt.state as AttemptState],
    reason: attempt.reason ?? unsetReason,
  };
}

export function createdResult(attempt: Attempt) {
  const { create_time, transaction, state } = tellAttempt(attempt);
  return { create_time, transaction, state };
}

export function performedResult(attempt: Attempt) {
  const { transaction, perform_time, state } = tellAttempt(attempt);
  return { transaction, perform_time, state };
}

export function cancelledResult(attempt: Attempt) {
  const { transaction, cancel_time, state } = tellAttempt(attempt);
  return { transaction, cancel_time, state };
}

export function checkedResult(attempt: Attempt) {
  return tellAttempt(attempt);
}

/** One row of a statement. */
export function statementRow(attempt: Attempt) {
  return {
    id: attempt.providerTxnId,
    time: Number(attempt.providerTime),
    amount: Number(attempt.amount),
    account: { order_id: String(attempt.paymentId) },
    ...tellAttempt(attempt),
    receivers: null,
  };
}
