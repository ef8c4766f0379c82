import { createHash } from 'node:crypto';
import { type ClickReply, readClickAnswer } from './click-answers.ts';
import { callMerchant, demand, type HttpAnswer, insist, type ProviderOptions } from './merchant-call.ts';

/** To whatever was paid already. */
const ALREADY_PAID = -4;
/** The merchant’s program could not do it now. */
const OUTAGE = -7;
/** As Click tells that it could not take the money, or has given it back. */
const GIVEN_BACK = -5017;

/** A merchant, as Click’s cabinet knows it. */
export interface ClickMerchant {
  /** The Prepare and Complete URLs that were pasted into the cabinet. */
  prepareUrl: () => string;
  completeUrl: () => string;
  serviceId: string;
  merchantId: string;
  secret: string;
  /** For the merchant API; null: nobody was given one. */
  merchantUserId: string | null;
}

/** What is being paid; the amount as Click writes it. */
export interface ClickOrder {
  number: number | string;
  /** Soums, as text. */
  amount: string;
}

/** A payment, as Click itself remembers it. */
export interface ClickPayment {
  /** click_trans_id. */
  id: string;
  /** click_paydoc_id, by which the cabinet and the merchant API name it. */
  paydocId: string;
  order: ClickOrder;
  /** By the merchant. */
  prepareId: string | null;
  state: 'made' | 'prepared' | 'paid' | 'given back';
}

export type ClickFields = { [name: string]: string };
/** What is undefined is left out. */
export type SomeClickFields = { [name: string]: string | undefined };
export type ClickOperation = 'prepare' | 'complete';

/** How it went for whoever pressed pay on Click’s page. */
export interface ClickOutcome {
  payment: ClickPayment;
  isPaid: boolean;
  /** The merchant's, where it would not have the money; null otherwise. */
  error: number | null;
}

/** Click, as it calls one merchant over HTTP, by nothing but its own documentation. */
export class Click {
  readonly payments: ClickPayment[] = [];
  readonly merchant: ClickMerchant;
  readonly #options: ProviderOptions;
  readonly #now: () => Date;
  #made = 1_000;

  constructor(merchant: ClickMerchant, options: ProviderOptions = {}) {
    this.merchant = merchant;
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** What Click has made on its side, and told nobody of yet. */
  newPayment(order: ClickOrder, id?: string): ClickPayment {
    this.#made += 1;
    return {
      id: id ?? String(this.#made),
      paydocId: String(this.#made + 1_000_000),
      order,
      prepareId: null,
      state: 'made',
    };
  }

  /** May this order be paid? @param fields instead of the usual, before it is signed */
  async prepare(
    order: ClickOrder,
    payment: ClickPayment = this.newPayment(order),
    fields: SomeClickFields = {},
  ): Promise<ClickReply & { payment: ClickPayment }> {
    const reply = await this.call('prepare', payment, fields);
    if (!this.payments.includes(payment)) this.payments.push(payment);
    if (reply.error === 0) {
      const { attemptId } = reply;
      demand((payment.prepareId ?? attemptId) === attemptId, `Prepared as ${payment.prepareId} before`);
      payment.prepareId = attemptId;
      if (payment.state === 'made') payment.state = 'prepared';
    }
    return { ...reply, payment };
  }

  /** The money is there, or by a negative `error` it is not, or no longer. */
  async complete(payment: ClickPayment, fields: SomeClickFields = {}): Promise<ClickReply> {
    const reply = await this.call('complete', payment, fields);
    if (reply.error !== 0) return reply;
    demand(reply.attemptId === payment.prepareId, `Confirmed ${reply.attemptId}, not ${payment.prepareId}`);
    payment.state = 'paid';
    return reply;
  }

  /** One call as it is, signed unless `sign_string` is given. @throws Unreadable, NoAnswer */
  async call(operation: ClickOperation, payment: ClickPayment, fields: SomeClickFields = {}) {
    const form = this.formOf(operation, payment, fields);
    const answer = await this.send(operation, new URLSearchParams(form).toString());
    return readClickAnswer(operation, form, answer);
  }

  /** Any body at all. @returns the answer, unread */
  send(
    operation: ClickOperation,
    body: string,
    { method = 'POST', contentType = 'application/x-www-form-urlencoded' } = {},
  ): Promise<HttpAnswer> {
    const url = operation === 'prepare' ? this.merchant.prepareUrl() : this.merchant.completeUrl();
    return callMerchant(url, { method, headers: { 'content-type': contentType }, body });
  }

  formOf(operation: ClickOperation, payment: ClickPayment, fields: SomeClickFields = {}): ClickFields {
    const { id, paydocId, order, prepareId } = payment;
    const unsigned = given({
      click_trans_id: id,
      service_id: this.merchant.serviceId,
      click_paydoc_id: paydocId,
      merchant_trans_id: String(order.number),
      merchant_prepare_id: operation === 'complete' ? (prepareId ?? undefined) : undefined,
      amount: order.amount,
      action: operation === 'prepare' ? '0' : '1',
      error: '0',
      error_note: 'Success',
      sign_time: inTashkent(this.#now()),
      ...fields,
    });
    return given({
      ...unsigned,
      sign_string: signClick(operation, unsigned, this.merchant.secret),
      ...fields,
    });
  }

  /** Somebody opens the payment link. @throws Unreadable where Click’s page would be an error page */
  opens(link: string): ClickOrder & { returnsTo: string } {
    const [, host = '', query = ''] = /^(https:\/\/my\.click\.uz\/services\/pay\/)\?(.+)$/.exec(link) ?? [];
    demand(host !== '', `No link of Click: ${link}`);
    const asked = new URLSearchParams(query);
    const names = [...asked.keys()].join();
    demand(names === 'service_id,merchant_id,amount,transaction_param,return_url', `Click is given ${names}`);
    const text = (name: string) => asked.get(name) ?? '';
    const { serviceId, merchantId } = this.merchant;
    demand(text('service_id') === serviceId, `The link is of the service ${text('service_id')}`);
    demand(text('merchant_id') === merchantId, `The link is of the merchant ${text('merchant_id')}`);
    demand(/^[1-9]\d{0,9}\.\d{2}$/.test(text('amount')), `Click cannot read the amount ${text('amount')}`);
    demand(/^[1-9]\d*$/.test(text('transaction_param')), `No order: ${text('transaction_param')}`);
    demand(
      /^https:\/\/t\.me\/\w{5,32}$/.test(text('return_url')),
      `Nobody can go back to ${text('return_url')}`,
    );
    return { number: text('transaction_param'), amount: text('amount'), returnsTo: text('return_url') };
  }

  /** Somebody opens the link and presses pay. Click asks again for whatever it does not hear an answer to. */
  async pays(link: string): Promise<ClickOutcome> {
    const begun = await this.begins(link);
    return begun.error === null ? await this.takesMoney(begun.payment) : begun;
  }

  /** Somebody opens the link: the order is held for them. */
  async begins(link: string): Promise<ClickOutcome> {
    const { number, amount } = this.opens(link);
    const order = { number, amount };
    const payment = this.newPayment(order);
    const { error } = await this.#insist(() => this.prepare(order, payment));
    return { payment, isPaid: false, error: error === 0 ? null : error };
  }

  /** The money leaves the buyer: from here on the merchant is told until they have heard. */
  async takesMoney(payment: ClickPayment): Promise<ClickOutcome> {
    const { error } = await this.#insist(() => this.complete(payment));
    if (error === 0) {
      const again = await this.#insist(() => this.complete(payment));
      demand(again.error === ALREADY_PAID, `What is paid is confirmed once more by ${again.error}`);
    } else if (error === ALREADY_PAID) {
      payment.state = 'paid';
    } else {
      payment.state = 'given back';
    }
    const isPaid = payment.state === 'paid';
    return { payment, isPaid, error: isPaid ? null : error };
  }

  /** The buyer gives up, their card has too little, or the owner gives the money back in the cabinet. */
  async takesBack(payment: ClickPayment): Promise<void> {
    const fields = { error: String(GIVEN_BACK), error_note: 'Cancelled' };
    const reply = await this.#insist(() => this.complete(payment, fields));
    demand(reply.error === -9, `What is given back is answered ${reply.text}`);
    payment.state = 'given back';
    const again = await this.#insist(() => this.complete(payment, fields));
    demand(again.error === -9, `What is given back twice is answered ${again.text}`);
  }

  #insist<T extends ClickReply>(ask: () => Promise<T>): Promise<T> {
    return insist(ask, ({ status, error }) => status < 500 && error !== OUTAGE, this.#options);
  }
}

function given(fields: SomeClickFields): ClickFields {
  const entries = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** By the manual of Click: the sum of its texts, one after the other. */
function signClick(operation: ClickOperation, fields: ClickFields, secret: string): string {
  const text = (name: string) => fields[name] ?? '';
  return createHash('md5')
    .update(text('click_trans_id') + text('service_id') + secret + text('merchant_trans_id'))
    .update(operation === 'complete' ? text('merchant_prepare_id') : '')
    .update(text('amount') + text('action') + text('sign_time'))
    .digest('hex');
}

/** As Click writes a moment. */
function inTashkent(moment: Date): string {
  const TASHKENT_MS = 5 * 60 * 60 * 1000;
  return new Date(moment.getTime() + TASHKENT_MS).toISOString().slice(0, 19).replace('T', ' ');
}
