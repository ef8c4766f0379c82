import { demand, demandFields, type HttpAnswer, isRecord, readJsonObject } from './merchant-call.ts';

/** Methods of Payme's merchant protocol. */
export type PaymeMethod =
  | 'CheckPerformTransaction'
  | 'CreateTransaction'
  | 'PerformTransaction'
  | 'CancelTransaction'
  | 'CheckTransaction'
  | 'GetStatement'
  | 'SetFiscalData';

export type Localized = Record<'uz' | 'ru' | 'en', string>;

/** What Payme made of an answer: one of `result` and `error` is there. */
export interface PaymeReply {
  status: number;
  /** As it came, byte for byte. */
  text: string;
  id: unknown;
  result: Record<string, unknown> | null;
  error: { code: number; message: Localized; data: unknown } | null;
  /** The error's code; null after a success. */
  code: number | null;
}

const FIELDS: Partial<Record<string, readonly string[]>> = {
  CreateTransaction: ['create_time', 'transaction', 'state'],
  PerformTransaction: ['transaction', 'perform_time', 'state'],
  CancelTransaction: ['transaction', 'cancel_time', 'state'],
  CheckTransaction: ['create_time', 'perform_time', 'cancel_time', 'transaction', 'state', 'reason'],
  GetStatement: ['transactions'],
  SetFiscalData: ['success'],
};

const STATEMENT_ROW = [
  'id',
  'time',
  'amount',
  'account',
  'create_time',
  'perform_time',
  'cancel_time',
  'transaction',
  'state',
  'reason',
  'receivers',
];

/** @throws Unreadable where Payme’s program would give the merchant’s up */
export function readPaymeAnswer(method: string, callId: unknown, answer: HttpAnswer): PaymeReply {
  const { status, text } = answer;
  demand(status === 200, `Payme was answered HTTP ${status}: ${text}`);
  const { jsonrpc, id, result, error, ...rest } = readJsonObject(answer);
  demand(jsonrpc === '2.0', `No JSON-RPC 2.0: ${text}`);
  demand(id === callId || id === null, `Call ${String(callId)} is answered as ${String(id)}: ${text}`);
  demand(Object.keys(rest).length === 0, `More than Payme knows: ${text}`);
  demand((result === undefined) !== (error === undefined), `Neither one nor the other: ${text}`);
  if (error !== undefined) {
    const told = readError(error, text);
    return { status, text, id, result: null, error: told, code: told.code };
  }
  demand(id === callId, `Call ${String(callId)} succeeds as ${String(id)}: ${text}`);
  demand(isRecord(result), `No object as a result: ${text}`);
  readResult(method, result);
  return { status, text, id, result, error: null, code: null };
}

function readError(error: unknown, text: string): { code: number; message: Localized; data: unknown } {
  demand(isRecord(error), `No object as an error: ${text}`);
  demandFields(error, ['code', 'message', 'data'], 'The error');
  const { code, message, data } = error;
  demand(typeof code === 'number' && Number.isInteger(code) && code < 0, `A code that is none: ${text}`);
  demand(isRecord(message), `A message that is no table of languages: ${text}`);
  demandFields(message, ['uz', 'ru', 'en'], 'The message');
  const said = Object.values(message).every((words) => typeof words === 'string' && words !== '');
  demand(said, `A language is empty: ${text}`);
  return { code, message: message as Localized, data };
}

function readResult(method: string, result: Record<string, unknown>): void {
  if (method === 'CheckPerformTransaction') {
    demandFields(result, 'detail' in result ? ['allow', 'detail'] : ['allow'], method);
    demand(result['allow'] === true, 'A purchase is allowed or refused by an error');
    if ('detail' in result) readDetail(result['detail']);
    return;
  }
  const fields = FIELDS[method];
  demand(fields !== undefined, `A success of ${method}, which Payme does not know`);
  demandFields(result, fields, method);
  if (method === 'SetFiscalData') demand(result['success'] === true, 'Stored, or an error');
  else if (method === 'GetStatement') readStatement(result['transactions']);
  else readState(result, method);
}

function readStatement(rows: unknown): void {
  demand(Array.isArray(rows), 'A statement is a list');
  for (const row of rows) {
    demand(isRecord(row), 'A row of a statement is an object');
    demandFields(row, STATEMENT_ROW, 'A row of a statement');
    readState(row, 'A row of a statement');
    demand(Number.isInteger(row['amount']), 'An amount is whole tiyin');
    demand(row['receivers'] === null, 'Nobody else receives a part');
  }
}

/** States and times that agree with each other. */
function readState(result: Record<string, unknown>, where: string): void {
  const { state, transaction } = result;
  demand(
    typeof transaction === 'string' && /^\d{1,25}$/.test(transaction),
    `${where}: a transaction is told by its number, as text`,
  );
  demand(
    [1, 2, -1, -2].some((known) => known === state),
    `${where}: the state ${String(state)}`,
  );
  const expected = {
    create_time: true,
    perform_time: state === 2 || state === -2,
    cancel_time: state === -1 || state === -2,
  };
  for (const [name, isSet] of Object.entries(expected)) {
    if (!(name in result)) continue;
    const time = result[name];
    const isTime = typeof time === 'number' && (isSet ? time > 1_000_000_000_000 : time === 0);
    demand(
      Number.isInteger(time) && isTime,
      `${where}: ${name} is ${String(time)} in state ${String(state)}`,
    );
  }
  if ('reason' in result) {
    const { reason } = result;
    const isReason = expected.cancel_time ? Number.isInteger(reason) : reason === null;
    demand(isReason, `${where}: the reason ${String(reason)} in state ${String(state)}`);
  }
}

function readDetail(detail: unknown): void {
  demand(isRecord(detail), 'Fiscal data are an object');
  demandFields(detail, ['receipt_type', 'items'], 'Fiscal data');
  demand(detail['receipt_type'] === 0, 'A sale is of type 0');
  const { items } = detail;
  demand(Array.isArray(items) && items.length > 0, 'Nothing is sold');
  for (const item of items) {
    demand(isRecord(item), 'A position is an object');
    demandFields(item, ['title', 'price', 'count', 'code', 'package_code', 'vat_percent'], 'A position');
    const { title, price, count, code } = item;
    demand(typeof title === 'string' && title !== '' && title.length <= 63, 'A title has 1 to 63 characters');
    demand(Number.isInteger(price) && Number.isInteger(count), 'Prices are whole tiyin');
    demand(typeof code === 'string' && /^\d{17}$/.test(code), 'An IKPU has 17 digits');
  }
}
