import { createHash, timingSafeEqual } from 'node:crypto';
import { fromDecimalString } from '../../../../shared/money.ts';

/** Click's two calls: it asks whether the money may be taken, then tells that it was. */
export const CLICK_OPERATIONS = { prepare: { action: 0 }, complete: { action: 1 } } as const;
export type ClickOperation = keyof typeof CLICK_OPERATIONS;

/** What Click understands: 0, or why not. */
const CLICK_NOTES = {
  0: 'Success',
  '-1': 'SIGN CHECK FAILED!',
  '-2': 'Incorrect parameter amount',
  '-3': 'Action not found',
  '-4': 'Already paid',
  '-5': 'User does not exist',
  '-6': 'Transaction does not exist',
  '-7': 'Failed to update user',
  '-8': 'Error in request from click',
  '-9': 'Transaction cancelled',
} as const;
export type ClickError = Exclude<keyof typeof CLICK_NOTES, 0> extends `${infer N extends number}` ? N : never;

/** What an answer says again of its call; null: it could not be read. */
export interface ClickEcho {
  transId: string | null;
  orderNumber: string | null;
}

/** A call that is whole. Numbers that may have more digits than a double holds stay texts. */
export interface ClickCall {
  transId: string;
  serviceId: string;
  paydocId: string;
  orderNumber: string;
  /** Of Complete alone: what Prepare was answered. */
  prepareId: string | null;
  /** Tiyin. */
  amount: bigint;
  action: number;
  /** 0, or below it: the money was not taken, or went back. */
  error: number;
  signString: string;
  /** What is signed: around the secret, which stands between the two. */
  signed: readonly [string, string];
}

const SOMETHING = /^.+$/s;
const INTEGER = /^-?\d{1,9}$/;
/** A leading zero would be no number of JSON, in which it goes back. */
const ID = /^(?:0|[1-9]\d{0,18})$/;
const DIGITS = /^\d{1,19}$/;

const FIELDS = {
  click_trans_id: ID,
  service_id: DIGITS,
  click_paydoc_id: DIGITS,
  merchant_trans_id: SOMETHING,
  amount: /^\d{1,10}(?:\.\d{1,2})?$/,
  action: INTEGER,
  error: INTEGER,
  sign_time: SOMETHING,
  sign_string: SOMETHING,
} as const;

type Field = keyof typeof FIELDS | 'merchant_prepare_id';

/** @returns `call` null where a field is missing, malformed or there twice, or the body is no form */
export function readClickCall(
  operation: ClickOperation,
  { contentType, body }: { contentType: string | undefined; body: string },
): { echo: ClickEcho; call: ClickCall | null } {
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType ?? '');
  const form = new URLSearchParams(isForm ? body : '');
  const read = (name: Field, shape: RegExp): string | null => {
    const [value, ...more] = form.getAll(name);
    return value !== undefined && more.length === 0 && shape.test(value) ? value : null;
  };
  const field = (name: keyof typeof FIELDS) => read(name, FIELDS[name]);
  const echo = { transId: field('click_trans_id'), orderNumber: field('merchant_trans_id') };

  const { transId, orderNumber } = echo;
  const serviceId = field('service_id');
  const paydocId = field('click_paydoc_id');
  const amount = field('amount');
  const action = field('action');
  const error = field('error');
  const signTime = field('sign_time');
  const signString = field('sign_string');
  const prepareId = operation === 'complete' ? read('merchant_prepare_id', DIGITS) : '';
  const isWhole =
    transId !== null &&
    serviceId !== null &&
    paydocId !== null &&
    orderNumber !== null &&
    amount !== null &&
    action !== null &&
    error !== null &&
    signTime !== null &&
    signString !== null &&
    prepareId !== null;
  // An `error` above zero is none of Click's: nobody may take it for money.
  if (!isWhole || Number(error) > 0) return { echo, call: null };
  return {
    echo,
    call: {
      transId,
      serviceId,
      paydocId,
      orderNumber,
      prepareId: operation === 'complete' ? prepareId : null,
      amount: fromDecimalString(amount),
      action: Number(action),
      error: Number(error),
      signString,
      signed: [`${transId}${serviceId}`, `${orderNumber}${prepareId}${amount}${action}${signTime}`],
    },
  };
}

/** Click's own sum of a call, in lower case. */
export function signatureOf({ signed: [before, after] }: Pick<ClickCall, 'signed'>, secret: string): string {
  return createHash('md5').update(`${before}${secret}${after}`).digest('hex');
}

/** Whether whoever signed a call holds this secret; takes as long whatever is wrong with it. */
export function isSignedBy(call: Pick<ClickCall, 'signed' | 'signString'>, secret: string): boolean {
  return timingSafeEqual(sum(call.signString.toLowerCase()), sum(signatureOf(call, secret)));
}

const sum = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * An answer, by hand: a number of Click's may have more digits than `JSON.stringify` would keep.
 * @param attemptId of what is well, as the operation names it
 */
export function writeClickAnswer(
  operation: ClickOperation,
  { transId, orderNumber }: ClickEcho,
  outcome: { attemptId: number } | { error: ClickError },
): string {
  const error = 'error' in outcome ? outcome.error : 0;
  const members = [
    ...(transId === null ? [] : [`"click_trans_id":${transId}`]),
    ...(orderNumber === null ? [] : [`"merchant_trans_id":${JSON.stringify(orderNumber)}`]),
    ...('attemptId' in outcome ? [`"merchant_${NAMED[operation]}_id":${outcome.attemptId}`] : []),
    `"error":${error}`,
    `"error_note":${JSON.stringify(CLICK_NOTES[error])}`,
  ];
  return `{${members.join(',')}}`;
}

const NAMED = { prepare: 'prepare', complete: 'confirm' } as const;
