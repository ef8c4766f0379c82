import { randomInt, randomUUID } from 'node:crypto';
import {
  callMerchant,
  demand,
  type HttpAnswer,
  insist,
  NoAnswer,
  type ProviderOptions,
} from './merchant-call.ts';
import { readUzumAnswer, type UzumOperation, type UzumReply } from './uzum-answers.ts';

/** How often the bank asks what became of a transaction that it does not know about. */
const STATUS_TRIES = 10;
/** To what was confirmed before. */
const CONFIRMED_BEFORE = '10016';

/** A merchant, as the bank’s manager has entered it. */
export interface UzumMerchant {
  /** Ends without a slash. */
  baseUrl: () => string;
  serviceId: string;
  login: string;
  password: string;
  test: { login: string; password: string } | null;
}

/** What is being paid, in tiyin. */
export interface UzumOrder {
  number: number | string;
  amount: number;
  isTest?: boolean;
}

/** A transaction, as the bank itself remembers it. */
export interface UzumTransaction {
  transId: string;
  order: UzumOrder;
  state: 'made' | 'CREATED' | 'CONFIRMED' | 'REVERSED' | 'FAILED';
}

/** How it went for whoever pressed pay in the bank’s application. */
export interface UzumOutcome {
  transaction: UzumTransaction;
  isPaid: boolean;
  errorCode: string | null;
}

export interface UzumCallOptions {
  isTest?: boolean | undefined;
  /** Instead of the merchant's own; null: none. */
  authorization?: string | null;
}

/** Uzum Bank, as it calls one merchant over HTTP, by nothing but its own documentation. */
export class Uzum {
  readonly transactions: UzumTransaction[] = [];
  readonly merchant: UzumMerchant;
  readonly #options: ProviderOptions;
  readonly #now: () => Date;

  constructor(merchant: UzumMerchant, options: ProviderOptions = {}) {
    this.merchant = merchant;
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One call, with `serviceId` and `timestamp` unless it says otherwise. @throws Unreadable, NoAnswer */
  async call(operation: UzumOperation, fields: object, options: UzumCallOptions = {}): Promise<UzumReply> {
    const asked = { serviceId: Number(this.merchant.serviceId), timestamp: this.#now().getTime(), ...fields };
    const answer = await this.send(operation, JSON.stringify(asked), options);
    return readUzumAnswer(operation, asked, answer);
  }

  /** Any body to any operation. @returns the answer, unread */
  send(
    operation: string,
    body: string,
    options: UzumCallOptions & { httpMethod?: string; contentType?: string } = {},
  ): Promise<HttpAnswer> {
    const { authorization = this.authorization(options.isTest), contentType = 'application/json' } = options;
    return callMerchant(`${this.merchant.baseUrl()}/${operation}`, {
      method: options.httpMethod ?? 'POST',
      headers: { 'content-type': contentType, ...(authorization !== null && { authorization }) },
      body,
    });
  }

  authorization(isTest = false): string {
    const { login, password } = isTest ? (this.merchant.test ?? { login: '', password: '' }) : this.merchant;
    if (login === '') throw new Error('This merchant has no test login.');
    return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  }

  check(order: UzumOrder): Promise<UzumReply> {
    return this.call('check', { params: { order_id: String(order.number) } }, order);
  }

  newTransaction(order: UzumOrder): UzumTransaction {
    return { transId: randomUUID(), order, state: 'made' };
  }

  async create(
    order: UzumOrder,
    transaction: UzumTransaction = this.newTransaction(order),
  ): Promise<UzumReply & { transaction: UzumTransaction }> {
    const { transId } = transaction;
    const params = { order_id: String(order.number) };
    const reply = await this.call('create', { transId, params, amount: order.amount }, order);
    if (reply.status === 200) {
      demand(reply.body['amount'] === order.amount, `Created with another amount: ${reply.text}`);
      transaction.state = 'CREATED';
      this.transactions.push(transaction);
    }
    return { ...reply, transaction };
  }

  /** @param fields beside `transId`, instead of the usual; what is undefined is left out */
  async confirm(transaction: UzumTransaction, fields: object = {}): Promise<UzumReply> {
    const { transId, order } = transaction;
    const usual = {
      paymentSource: 'UZCARD',
      tariff: null,
      processingReferenceNumber: String(randomInt(1e9)),
      phone: '998901234567',
      cardType: 1,
    };
    const reply = await this.call('confirm', { transId, ...usual, ...fields }, order);
    if (reply.status === 200) transaction.state = 'CONFIRMED';
    return reply;
  }

  async reverse(transaction: UzumTransaction): Promise<UzumReply> {
    const reply = await this.call('reverse', { transId: transaction.transId }, transaction.order);
    if (reply.status === 200) transaction.state = 'REVERSED';
    return reply;
  }

  status({ transId, order }: UzumTransaction): Promise<UzumReply> {
    return this.call('status', { transId }, order);
  }

  /** Somebody opens the payment link. @throws Unreadable where the bank’s page would be an error page */
  opens(link: string): UzumOrder & { returnsTo: string } {
    const [, query = ''] = /^https:\/\/www\.uzumbank\.uz\/open-service\?(.+)$/.exec(link) ?? [];
    demand(query !== '', `No link of Uzum: ${link}`);
    const asked = new URLSearchParams(query);
    const names = [...asked.keys()].join();
    demand(names === 'serviceId,order_id,amount,redirectUrl', `Uzum is given ${names}`);
    const text = (name: string) => asked.get(name) ?? '';
    demand(text('serviceId') === this.merchant.serviceId, `The link is of service ${text('serviceId')}`);
    demand(/^[1-9]\d*$/.test(text('order_id')), `No order: ${text('order_id')}`);
    demand(/^[1-9]\d*$/.test(text('amount')), `No whole tiyin: ${text('amount')}`);
    demand(/^https:\/\/t\.me\/\w{5,32}$/.test(text('redirectUrl')), `No way back: ${text('redirectUrl')}`);
    return { number: text('order_id'), amount: Number(text('amount')), returnsTo: text('redirectUrl') };
  }

  /** Somebody opens the link and presses pay. @param order instead of what the link says, for the test login */
  async pays(link: string, { isTest = false } = {}): Promise<UzumOutcome> {
    const begun = await this.begins(link, { isTest });
    return begun.errorCode === null ? await this.takesMoney(begun.transaction) : begun;
  }

  /** Somebody opens the link: the order is held for them. */
  async begins(link: string, { isTest = false } = {}): Promise<UzumOutcome> {
    const { number, amount } = this.opens(link);
    const order = { number, amount, isTest };
    const transaction = this.newTransaction(order);
    const checked = await insist(() => this.check(order), isAnswer, this.#options);
    if (checked.errorCode !== null) return { transaction, isPaid: false, errorCode: checked.errorCode };
    const { errorCode } = await this.create(order, transaction);
    return { transaction, isPaid: false, errorCode };
  }

  /** The money leaves the buyer. Whether the merchant has heard is asked for, and told again only where they have not. */
  async takesMoney(transaction: UzumTransaction): Promise<UzumOutcome> {
    const first = await heard(() => this.confirm(transaction));
    if (first !== null && isAnswer(first)) return this.#outcome(transaction, first.errorCode);
    if ((await this.recovers(transaction)) === 'CREATED') {
      const { errorCode } = await this.confirm(transaction);
      if (errorCode !== null && errorCode !== CONFIRMED_BEFORE) return this.#outcome(transaction, errorCode);
      transaction.state = 'CONFIRMED';
    }
    return this.#outcome(transaction, null);
  }

  /** Asks what became of it, up to ten times. @throws Unreadable where the merchant never says */
  async recovers(transaction: UzumTransaction): Promise<UzumTransaction['state']> {
    for (let tries = 1; tries <= STATUS_TRIES; tries += 1) {
      const reply = await heard(() => this.status(transaction));
      if (reply?.status === 200) {
        transaction.state = reply.body['status'] as UzumTransaction['state'];
        return transaction.state;
      }
      await this.#options.pause?.();
    }
    demand(false, `The merchant never says what became of ${transaction.transId}`);
    return transaction.state;
  }

  /** The buyer gives up, or the owner gives the money back by the bank. */
  async takesBack(transaction: UzumTransaction): Promise<void> {
    const reply = await insist(() => this.reverse(transaction), isAnswer, this.#options);
    const isDone = reply.status === 200 || reply.errorCode === '10018';
    demand(isDone, `Uzum must be able to take money back: ${reply.text}`);
    transaction.state = 'REVERSED';
    const told = await this.recovers(transaction);
    demand(told === 'REVERSED', `What is taken back is told as ${told}`);
  }

  #outcome(transaction: UzumTransaction, errorCode: string | null): UzumOutcome {
    return { transaction, isPaid: transaction.state === 'CONFIRMED', errorCode };
  }
}

/** Null: nothing came. */
async function heard(ask: () => Promise<UzumReply>): Promise<UzumReply | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NoAnswer) return null;
    throw error;
  }
}

function isAnswer({ status }: UzumReply): boolean {
  return status < 500;
}
