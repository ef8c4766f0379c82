import { randomBytes } from 'node:crypto';
import { callMerchant, demand, type HttpAnswer, insist, type ProviderOptions } from './merchant-call.ts';
import { type Localized, type PaymeMethod, type PaymeReply, readPaymeAnswer } from './payme-answers.ts';
import { type PaymeCheckout, readPaymeLink } from './payme-link.ts';

/** Of whatever keeps the merchant’s program from answering: Payme asks again. */
const SYSTEM_FAULT = -32_400;

/** A merchant, as Payme’s cabinet knows it. */
export interface PaymeMerchant {
  /** The endpoint URL that was pasted into the cabinet. */
  endpoint: () => string;
  cashboxId: string;
  key: string;
  testKey: string | null;
}

/** What is being paid, in tiyin. */
export interface PaymeOrder {
  number: number | string;
  amount: number;
  isTest?: boolean;
}

/** A transaction, as Payme itself remembers it. */
export interface PaymeTransaction {
  id: string;
  /** Of its making, by Payme’s clock. */
  time: number;
  order: PaymeOrder;
  state: 0 | 1 | 2 | -1 | -2;
  /** The merchant’s number of it. */
  transaction: string | null;
}

/** How it went for whoever pressed pay on Payme’s page. */
export interface PaymeOutcome {
  transaction: PaymeTransaction | null;
  isPaid: boolean;
  /** What Payme’s page says instead. */
  refusal: { code: number; message: Localized } | null;
}

export interface PaymeCallOptions {
  /** Shows the test key. */
  isTest?: boolean | undefined;
  /** Instead of the merchant's own; null: none. */
  authorization?: string | null;
  /** Of the call; a new one where it is not given. */
  callId?: unknown;
}

/** Payme, as it calls one merchant over HTTP, by nothing but its own documentation. */
export class Payme {
  readonly transactions: PaymeTransaction[] = [];
  readonly merchant: PaymeMerchant;
  readonly #options: ProviderOptions;
  readonly #now: () => Date;
  #calls = 0;

  constructor(merchant: PaymeMerchant, options: ProviderOptions = {}) {
    this.merchant = merchant;
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One call, and its answer as Payme reads it. @throws Unreadable, NoAnswer */
  async call(method: string, params: object, options: PaymeCallOptions = {}): Promise<PaymeReply> {
    this.#calls += 1;
    const { callId = this.#calls } = options;
    const answer = await this.send(JSON.stringify({ method, params, id: callId }), options);
    return readPaymeAnswer(method, callId, answer);
  }

  /** Any body at all. @returns the answer, unread */
  async send(
    body: string,
    options: PaymeCallOptions & { httpMethod?: string; contentType?: string } = {},
  ): Promise<HttpAnswer> {
    const { authorization = this.authorization(options.isTest), contentType = 'text/json; charset=utf-8' } =
      options;
    return await callMerchant(this.merchant.endpoint(), {
      method: options.httpMethod ?? 'POST',
      headers: { 'content-type': contentType, ...(authorization !== null && { authorization }) },
      body,
    });
  }

  /** @param isTest of the test cashbox */
  authorization(isTest = false, login = 'Paycom'): string {
    const key = isTest ? this.merchant.testKey : this.merchant.key;
    if (key === null) throw new Error('This merchant has no test key.');
    return `Basic ${Buffer.from(`${login}:${key}`).toString('base64')}`;
  }

  checkPerform(order: PaymeOrder): Promise<PaymeReply> {
    return this.#ask('CheckPerformTransaction', { amount: order.amount, account: accountOf(order) }, order);
  }

  /** Begins a transaction, or tells of one once more. */
  async create(
    order: PaymeOrder,
    transaction: PaymeTransaction = this.newTransaction(order),
    options: PaymeCallOptions = {},
  ): Promise<PaymeReply & { transaction: PaymeTransaction }> {
    const { id, time } = transaction;
    const params = { id, time, amount: order.amount, account: accountOf(order) };
    const reply = await this.#ask('CreateTransaction', params, order, options);
    if (reply.result) {
      this.#follow(transaction, reply.result, 1);
      if (!this.transactions.includes(transaction)) this.transactions.push(transaction);
    }
    return { ...reply, transaction };
  }

  /** What Payme has made on its side, and told nobody of yet. */
  newTransaction(order: PaymeOrder, time = this.#now().getTime()): PaymeTransaction {
    return { id: randomBytes(12).toString('hex'), time, order, state: 0, transaction: null };
  }

  async perform(transaction: PaymeTransaction, options: PaymeCallOptions = {}): Promise<PaymeReply> {
    const { id, order } = transaction;
    const reply = await this.#ask('PerformTransaction', { id }, order, options);
    if (reply.result) this.#follow(transaction, reply.result, 2);
    return reply;
  }

  async cancel(
    transaction: PaymeTransaction,
    reason = 3,
    options: PaymeCallOptions = {},
  ): Promise<PaymeReply> {
    const { id, order, state } = transaction;
    const reply = await this.#ask('CancelTransaction', { id, reason }, order, options);
    if (reply.result) this.#follow(transaction, reply.result, state === 2 || state === -2 ? -2 : -1);
    return reply;
  }

  async check({ id, order }: PaymeTransaction, options: PaymeCallOptions = {}): Promise<PaymeReply> {
    return await this.#ask('CheckTransaction', { id }, order, options);
  }

  statement(from: number, to: number, options: PaymeCallOptions = {}): Promise<PaymeReply> {
    return this.call('GetStatement', { from, to }, options);
  }

  /** The tax authority has a receipt of what was paid. */
  setFiscalData(
    { id, order }: PaymeTransaction,
    type = 'PERFORM',
    fiscal_data: object = fiscalReceipt(id),
  ): Promise<PaymeReply> {
    return this.#ask('SetFiscalData', { id, type, fiscal_data }, order);
  }

  /** Somebody opens the payment link. @throws Unreadable where Payme’s page would be an error page */
  opens(link: string): PaymeCheckout & { order: PaymeOrder } {
    const checkout = readPaymeLink(link);
    demand(checkout.cashboxId === this.merchant.cashboxId, 'The link is of another cashbox');
    const { orderNumber, amount, isTest } = checkout;
    return { ...checkout, order: { number: orderNumber, amount, isTest } };
  }

  /** Somebody opens the link, gives a card and presses pay. Payme repeats what it does not hear an answer to. */
  async pays(link: string): Promise<PaymeOutcome> {
    const begun = await this.begins(link);
    return begun.transaction === null ? begun : await this.takesMoney(begun.transaction);
  }

  /** Somebody opens the link and gives a card: the order is held for them. */
  async begins(link: string): Promise<PaymeOutcome> {
    const { order } = this.opens(link);
    const allowed = await this.#insist(() => this.checkPerform(order));
    if (allowed.error) return { transaction: null, isPaid: false, refusal: allowed.error };
    const transaction = this.newTransaction(order);
    this.#calls += 1;
    const callId = this.#calls;
    const created = await this.#insist(() => this.create(order, transaction, { callId }));
    if (created.error) return { transaction: null, isPaid: false, refusal: created.error };
    const again = await this.#insist(() => this.create(order, transaction, { callId }));
    demand(again.text === created.text, `Told twice, Create is answered ${created.text} and ${again.text}`);
    await this.#expectState(transaction);
    return { transaction, isPaid: false, refusal: null };
  }

  /** The card is charged, unless the merchant will not have it: then it is given back at once. */
  async takesMoney(transaction: PaymeTransaction): Promise<PaymeOutcome> {
    this.#calls += 1;
    const callId = this.#calls;
    const performed = await this.#insist(() => this.perform(transaction, { callId }));
    if (performed.error) {
      await this.#insist(() => this.cancel(transaction, 10));
      return { transaction, isPaid: false, refusal: performed.error };
    }
    const again = await this.#insist(() => this.perform(transaction, { callId }));
    demand(again.text === performed.text, `Perform is answered ${performed.text} and ${again.text}`);
    await this.#expectState(transaction);
    return { transaction, isPaid: true, refusal: null };
  }

  /** Whoever gave a card leaves the page, or the merchant's owner gives the money back in the cabinet. */
  async takesBack(transaction: PaymeTransaction, reason = transaction.state === 2 ? 5 : 3): Promise<void> {
    this.#calls += 1;
    const callId = this.#calls;
    const cancelled = await this.#insist(() => this.cancel(transaction, reason, { callId }));
    demand(cancelled.error === null, `Payme must be able to take money back: ${cancelled.text}`);
    const again = await this.#insist(() => this.cancel(transaction, reason, { callId }));
    demand(again.text === cancelled.text, `Cancel is answered ${cancelled.text} and ${again.text}`);
    await this.#expectState(transaction);
  }

  /** By the statement of the whole time there is no transaction that Payme does not know, and none is missing. */
  async reconciles(isTest = false): Promise<void> {
    const { result } = await this.#insist(() => this.statement(0, this.#now().getTime() + 1, { isTest }));
    const rows = (result?.['transactions'] ?? []) as Record<string, unknown>[];
    const told = rows.map((row) => `${String(row['id'])} ${String(row['state'])} ${String(row['amount'])}`);
    const known = this.transactions
      .filter(({ order }) => (order.isTest ?? false) === isTest)
      .toSorted((one, other) => one.time - other.time || (one.id < other.id ? -1 : 1))
      .map(({ id, state, order }) => `${id} ${state} ${order.amount}`);
    demand(told.join() === known.join(), `The statement is ${told.join()}, and Payme has ${known.join()}`);
  }

  async #expectState(transaction: PaymeTransaction): Promise<void> {
    const { result } = await this.#insist(() => this.check(transaction));
    const isSame =
      result?.['state'] === transaction.state && result['transaction'] === transaction.transaction;
    demand(
      isSame,
      `Payme has ${transaction.id} in state ${transaction.state}, not ${JSON.stringify(result)}`,
    );
  }

  #ask(
    method: PaymeMethod,
    params: object,
    { isTest }: PaymeOrder,
    options: PaymeCallOptions = {},
  ): Promise<PaymeReply> {
    return this.call(method, params, { isTest, ...options });
  }

  #insist<T extends PaymeReply>(ask: () => Promise<T>): Promise<T> {
    return insist(ask, ({ code }) => code !== SYSTEM_FAULT, this.#options);
  }

  /** A success keeps its number, and is in the state that the method leads to. */
  #follow(transaction: PaymeTransaction, result: Record<string, unknown>, state: 1 | 2 | -1 | -2): void {
    const number = String(result['transaction']);
    demand(result['state'] === state, `${transaction.id} is in ${String(result['state'])}, not in ${state}`);
    demand((transaction.transaction ?? number) === number, `${transaction.id} has another number: ${number}`);
    transaction.transaction = number;
    transaction.state = state;
  }
}

function accountOf({ number }: PaymeOrder): { order_id: string } {
  return { order_id: String(number) };
}

/** As the operator of fiscal data sends it. */
function fiscalReceipt(id: string): Record<string, string | number> {
  return {
    receipt_id: 121,
    status_code: 0,
    message: 'accepted',
    terminal_id: 'EP000000000025',
    fiscal_sign: '800031554082',
    qr_code_url: `https://ofd.soliq.uz/check?t=EP000000000025&r=121&c=20261121140000&s=${id}`,
    date: '20261121140000',
  };
}
