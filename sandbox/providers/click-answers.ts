import { demand, type HttpAnswer, readJsonObject } from './merchant-call.ts';

/** What Click made of an answer. */
export interface ClickReply {
  status: number;
  /** As it came, byte for byte. */
  text: string;
  error: number;
  /** The merchant's number of the attempt, every digit; after a success only. */
  attemptId: string | null;
}

/** By the manual of Click; other notes are other errors. */
const NOTES: Readonly<Record<number, string>> = {
  0: 'Success',
  [-1]: 'SIGN CHECK FAILED!',
  [-2]: 'Incorrect parameter amount',
  [-3]: 'Action not found',
  [-4]: 'Already paid',
  [-5]: 'User does not exist',
  [-6]: 'Transaction does not exist',
  [-7]: 'Failed to update user',
  [-8]: 'Error in request from click',
  [-9]: 'Transaction cancelled',
};

/**
 * Numbers are read as their digits: Click’s have more of them than a double holds.
 * @throws Unreadable where Click’s program would give the merchant’s up
 */
export function readClickAnswer(
  operation: 'prepare' | 'complete',
  asked: Readonly<Record<string, string>>,
  answer: HttpAnswer,
): ClickReply {
  const { status, text } = answer;
  demand(status === 200 || status === 405 || status === 503, `Click was answered HTTP ${status}: ${text}`);
  const fields = readJsonObject(answer);
  const { error, error_note: note } = fields;
  demand(typeof error === 'number' && error in NOTES, `No error of Click's manual: ${text}`);
  demand(note === NOTES[error], `The note of ${error} is “${NOTES[error]}”: ${text}`);
  const attempt = operation === 'prepare' ? 'merchant_prepare_id' : 'merchant_confirm_id';
  if ('click_trans_id' in fields) {
    const digits = numberIn(text, 'click_trans_id');
    demand(digits === asked['click_trans_id'], `Another click_trans_id: ${text}`);
  }
  if ('merchant_trans_id' in fields)
    demand(fields['merchant_trans_id'] === asked['merchant_trans_id'], `Another merchant_trans_id: ${text}`);
  if (error !== 0) return { status, text, error, attemptId: null };
  const attemptId = numberIn(text, attempt);
  const isWhole = 'click_trans_id' in fields && 'merchant_trans_id' in fields && attemptId !== null;
  demand(isWhole, `A success lacks a field: ${text}`);
  demand(Number(attemptId) <= 2_147_483_647, `Click keeps an attempt as an int: ${text}`);
  return { status, text, error, attemptId };
}

function numberIn(text: string, name: string): string | null {
  return new RegExp(`"${name}":(\\d+)[,}]`).exec(text)?.[1] ?? null;
}
