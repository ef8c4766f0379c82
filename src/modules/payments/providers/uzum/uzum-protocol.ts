import { z } from 'zod';
import { readJson } from '../../../../shared/json.ts';
import { isStorable } from '../../../../shared/text.ts';
import type { Attempt, AttemptState } from '../attempt.ts';
import { PROVIDER_RULES } from '../provider-rules.ts';

/** Why a call is refused, in Uzum's own numbers; 10012 and 10013 are limits that Uzum keeps itself. */
export const UZUM_CODES = {
  accessDenied: '10001',
  notJson: '10002',
  unknownOperation: '10003',
  malformed: '10005',
  foreignService: '10006',
  orderUnknown: '10007',
  orderPaid: '10008',
  orderClosed: '10009',
  transactionKnown: '10010',
  otherAmount: '10011',
  transactionUnknown: '10014',
  cancelled: '10015',
  confirmedBefore: '10016',
  failed: '10017',
  reversedBefore: '10018',
  fault: '99999',
} as const;
export type UzumCode = (typeof UZUM_CODES)[keyof typeof UZUM_CODES];

/** Uzum calls it a Long; a text of its digits is the same. */
const SERVICE_ID = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/)]);
/** Of Uzum they are UUIDs. */
const TRANSACTION_ID = z.string().min(1).max(128).refine(isStorable);
const ORDER_NUMBER = z.union([z.string().min(1), z.number().transform(String)]);

/** The order's number, by the first of its names that says anything. */
const PARAMS = z.looseObject({}).transform((params, context) => {
  const given = PROVIDER_RULES.uzum.orderKeys
    .map((name) => params[name])
    .find((value) => value !== undefined && value !== null && value !== '');
  const number = ORDER_NUMBER.safeParse(given);
  if (number.success) return number.data;
  context.addIssue({ code: 'custom', message: 'There is no number of an order' });
  return z.NEVER;
});

/** Kept as it came where it can be: money that has moved is not refused over a word. */
const SOURCE = z.string().min(1);
const isSourceRequired = PROVIDER_RULES.uzum.confirmRequired.includes('paymentSource');
/** Uzum's name for what says which order it is about. */
const named = <T extends { params: string }>({ params, ...fields }: T) => ({
  ...fields,
  orderNumber: params,
});
const ENVELOPE = z.object({ serviceId: SERVICE_ID.transform(String), timestamp: z.int() });

/** What each operation needs; more may stand beside it. */
const FIELDS = {
  check: ENVELOPE.extend({ params: PARAMS }).transform(named),
  create: ENVELOPE.extend({ transId: TRANSACTION_ID, params: PARAMS, amount: z.number() }).transform(named),
  confirm: ENVELOPE.extend({
    transId: TRANSACTION_ID,
    paymentSource: isSourceRequired ? SOURCE : SOURCE.nullable().catch(null),
  }),
  reverse: ENVELOPE.extend({ transId: TRANSACTION_ID }),
  status: ENVELOPE.extend({ transId: TRANSACTION_ID }),
} as const;

export type UzumOperation = keyof typeof FIELDS;
export type UzumFields = { [O in UzumOperation]: z.output<(typeof FIELDS)[O]> };

/** A call that is whole. */
export type UzumCall = { [O in UzumOperation]: { operation: O } & UzumFields[O] }[UzumOperation];

export const UZUM_OPERATIONS: readonly string[] = Object.keys(FIELDS);

export function isUzumOperation(name: string): name is UzumOperation {
  return Object.hasOwn(FIELDS, name);
}

/** What an answer says again of its call, as it came; null: it could not be read. */
export interface UzumEcho {
  serviceId: z.output<typeof SERVICE_ID> | null;
  transId: string | null;
}

const ECHO = z
  .object({
    serviceId: SERVICE_ID.nullable().catch(null),
    transId: TRANSACTION_ID.nullable().catch(null),
  })
  .catch({ serviceId: null, transId: null });

/** @param operation as the address names it @returns besides what is said again, the whole call or what is wrong with it */
export function readUzumCall(
  operation: string,
  body: string,
): { echo: UzumEcho; call: UzumCall | { code: UzumCode } } {
  const value = readJson(body);
  if (value === undefined) return { echo: NOTHING_READ, call: { code: UZUM_CODES.notJson } };
  const echo = ECHO.parse(value);
  const isKnown = isUzumOperation(operation);
  const read = (isKnown ? FIELDS[operation] : ENVELOPE).safeParse(value);
  if (!read.success) return { echo, call: { code: UZUM_CODES.malformed } };
  if (!isKnown) return { echo, call: { code: UZUM_CODES.unknownOperation } };
  // A reader for each operation gives that operation's fields, which the compiler cannot follow through the table.
  return { echo, call: { operation, ...read.data } as UzumCall };
}

const NOTHING_READ: UzumEcho = { serviceId: null, transId: null };

/** As which an operation tells its time where it is refused. */
const TIMES: Record<UzumOperation, string> = {
  check: 'timestamp',
  create: 'transTime',
  confirm: 'confirmTime',
  reverse: 'reverseTime',
  status: 'timestamp',
};

/** A refusal, as it goes out. */
export function writeUzumRefusal(
  operation: string,
  { serviceId, transId }: UzumEcho,
  code: UzumCode,
  now: Date,
): string {
  const time = isUzumOperation(operation) ? TIMES[operation] : 'timestamp';
  const isOfTransaction = operation !== 'check' && transId !== null;
  return JSON.stringify({
    serviceId,
    ...(isOfTransaction ? { transId } : {}),
    status: 'FAILED',
    [time]: now.getTime(),
    errorCode: PROVIDER_RULES.uzum.errorCodeType === 'number' ? Number(code) : code,
  });
}

const STATUSES: Record<AttemptState, string> = {
  created: 'CREATED',
  paid: 'CONFIRMED',
  cancelled: 'REVERSED',
  refunded: 'REVERSED',
  expired: PROVIDER_RULES.uzum.expiredStatus,
};

/** Nothing of the person. */
const dataOf = (paymentId: number | null) => ({ account: { value: String(paymentId) } });
const timeOf = (time: bigint | null) => (time === null ? null : Number(time));

/** That an order can be paid, as it goes out. */
export function writeUzumOrder({ serviceId }: UzumEcho, paymentId: number, now: Date): string {
  return JSON.stringify({ serviceId, timestamp: now.getTime(), status: 'OK', data: dataOf(paymentId) });
}

/** What Uzum hears of an attempt. */
type Told = Pick<
  Attempt,
  'paymentId' | 'providerTxnId' | 'amount' | 'state' | 'createTime' | 'performTime' | 'cancelTime'
>;

/** What became of an attempt, as it goes out: from its row alone, so that each repeat is the same. */
export function writeUzumAttempt(
  operation: Exclude<UzumOperation, 'check'>,
  { serviceId }: UzumEcho,
  attempt: Told,
): string {
  const transTime = timeOf(attempt.createTime);
  const confirmTime = timeOf(attempt.performTime);
  const reverseTime = timeOf(attempt.cancelTime);
  const data = dataOf(attempt.paymentId);
  const parts = {
    create: { transTime, data },
    confirm: { confirmTime, data },
    reverse: { reverseTime, data: {} },
    status: { transTime, confirmTime, reverseTime, data: {} },
  } as const;
  return JSON.stringify({
    serviceId,
    transId: attempt.providerTxnId,
    status: STATUSES[attempt.state as AttemptState],
    ...parts[operation],
    amount: Number(attempt.amount),
  });
}
