import { demand, demandFields, type HttpAnswer, isRecord, readJsonObject } from './merchant-call.ts';

export type UzumOperation = 'check' | 'create' | 'confirm' | 'reverse' | 'status';

/** What Uzum made of an answer. */
export interface UzumReply {
  /** HTTP: 200, 400 or 503. */
  status: number;
  /** As it came, byte for byte. */
  text: string;
  body: Record<string, unknown>;
  /** Null after a success. */
  errorCode: string | null;
}

const SUCCESS: Record<UzumOperation, { status?: string; fields: readonly string[] }> = {
  check: { status: 'OK', fields: ['serviceId', 'timestamp', 'status', 'data'] },
  create: { status: 'CREATED', fields: ['serviceId', 'transId', 'status', 'transTime', 'data', 'amount'] },
  confirm: {
    status: 'CONFIRMED',
    fields: ['serviceId', 'transId', 'status', 'confirmTime', 'data', 'amount'],
  },
  reverse: {
    status: 'REVERSED',
    fields: ['serviceId', 'transId', 'status', 'reverseTime', 'data', 'amount'],
  },
  status: {
    fields: ['serviceId', 'transId', 'status', 'transTime', 'confirmTime', 'reverseTime', 'data', 'amount'],
  },
};

const FAILED_AT: Record<UzumOperation, string> = {
  check: 'timestamp',
  create: 'transTime',
  confirm: 'confirmTime',
  reverse: 'reverseTime',
  status: 'timestamp',
};

/** By which a merchant may refuse; limits are the bank's own to apply. */
const CODES = /^100(?:0[1-9]|1[014-8])$/;

/** @throws Unreadable where the bank’s program would give the merchant’s up */
export function readUzumAnswer(
  operation: UzumOperation,
  asked: Record<string, unknown>,
  answer: HttpAnswer,
): UzumReply {
  const { status, text } = answer;
  if (status === 503) return { status, text, body: {}, errorCode: null };
  demand(status === 200 || status === 400, `Uzum was answered HTTP ${status}: ${text}`);
  const body = readJsonObject(answer);
  if (status === 400) return { status, text, body, errorCode: readRefusal(operation, asked, body, text) };
  const { status: word, fields } = SUCCESS[operation];
  demandFields(body, fields, operation);
  demand(String(body['serviceId']) === String(asked['serviceId']), `Another service: ${text}`);
  const words = word === undefined ? ['CREATED', 'CONFIRMED', 'REVERSED', 'FAILED'] : [word];
  demand(words.includes(String(body['status'])), `The status of ${operation}: ${text}`);
  if (fields.includes('transId')) {
    demand(body['transId'] === asked['transId'], `Another transaction: ${text}`);
    demand(typeof body['amount'] === 'number' && body['amount'] > 0, `An amount is tiyin: ${text}`);
  }
  demand(isRecord(body['data']), `Data are an object: ${text}`);
  readTimes(body, text);
  return { status, text, body, errorCode: null };
}

function readRefusal(
  operation: UzumOperation,
  asked: Record<string, unknown>,
  body: Record<string, unknown>,
  text: string,
): string {
  const about = operation !== 'check' && asked['transId'] !== undefined ? ['transId'] : [];
  demandFields(body, ['serviceId', ...about, FAILED_AT[operation], 'status', 'errorCode'], 'A refusal');
  const { status, errorCode } = body;
  demand(status === 'FAILED', `A refusal is FAILED: ${text}`);
  demand(typeof errorCode === 'string' && CODES.test(errorCode), `No code of Uzum’s: ${text}`);
  readTimes(body, text);
  return errorCode;
}

function readTimes(body: Record<string, unknown>, text: string): void {
  const isSet: Record<string, boolean> = {
    timestamp: true,
    transTime: true,
    confirmTime: body['status'] === 'CONFIRMED' || ('errorCode' in body && 'confirmTime' in body),
    reverseTime: body['status'] === 'REVERSED' || ('errorCode' in body && 'reverseTime' in body),
  };
  for (const [name, mustBe] of Object.entries(isSet)) {
    const time = body[name];
    // What was reversed may have been confirmed before.
    if (time === undefined || (time === null && !mustBe)) continue;
    const isTime = typeof time === 'number' && Number.isInteger(time) && time > 1_000_000_000_000;
    demand(isTime, `${name} is ${JSON.stringify(time)}: ${text}`);
  }
}
