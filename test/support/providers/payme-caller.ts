import { Fernet } from '../../../src/infra/crypto/fernet.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

/** What Payme reads of an answer. */
export interface PaymeReply {
  status: number;
  text: string;
  /** Null where there is no answer of the protocol. */
  result: Record<string, unknown> | null;
  error: { code: number; message: Record<string, string>; data: unknown } | null;
}

type Params = Record<string, unknown>;

/** Payme, as it calls one bot with one key. */
export interface PaymeCaller {
  call(method: string, params: unknown, id?: unknown): Promise<PaymeReply>;
  /** Whatever body, whatever header; null: none. */
  post(body: string, given?: PostOptions): Promise<PaymeReply>;
  check(orderNumber: unknown, params?: Params): Promise<PaymeReply>;
  /** A transaction of `id`, of Payme's present moment. */
  create(id: string, orderNumber: unknown, params?: Params): Promise<PaymeReply>;
  perform(id: string): Promise<PaymeReply>;
  cancel(id: string, reason?: number): Promise<PaymeReply>;
  look(id: string): Promise<PaymeReply>;
}

interface PostOptions {
  method?: string;
  contentType?: string;
  authorization?: string | null;
}

/** What an order of the usual shop costs, in tiyin. */
export const USUAL_AMOUNT = 5_000_000;

interface PaymeGround extends Pick<Platform, 'database' | 'encryptionKey'> {
  clock: Clock;
  app: { readonly origin: string };
}

export interface PaymeAccount {
  accountId: number;
  live: PaymeCaller;
  test: PaymeCaller;
}

let accounts = 0;

/** A bot has an account at Payme, with both keys, and is live. */
export async function connectPayme(
  { database, encryptionKey, clock, app }: PaymeGround,
  { shop }: Pick<Shop, 'shop'>,
  given: { keys?: { live: string; test: string | null }; isFiscal?: boolean } = {},
): Promise<PaymeAccount> {
  accounts += 1;
  const { keys = { live: `live-key-${accounts}`, test: `test-key-${accounts}` }, isFiscal = false } = given;
  const bot = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id), removedAt: null },
  });
  const now = clock.now();
  const { id } = await database.merchantAccount.create({
    data: {
      botId: bot.id,
      provider: 'payme',
      details: { cashboxId: '0123456789abcdef01234567', login: 'Paycom' },
      encryptedSecrets: new Fernet([encryptionKey]).encrypt(JSON.stringify(keys)),
      keysSetAt: now,
      feePaidAt: now,
      liveAt: now,
      createdAt: now,
      ...(isFiscal && { ikpu: '10305008002000000', packageCode: '1503212', vatPercent: 12 }),
    },
  });
  const callerWith = (key: string) => paymeCaller(() => app.origin, shop.id, key, clock.now);
  return { accountId: id, live: callerWith(keys.live), test: callerWith(keys.test ?? '') };
}

export function basic(login: string, key: string): string {
  return `Basic ${Buffer.from(`${login}:${key}`).toString('base64')}`;
}

export function paymeCaller(
  origin: () => string,
  botId: number | string,
  key: string,
  now: () => Date,
): PaymeCaller {
  async function post(body: string, given: PostOptions = {}): Promise<PaymeReply> {
    const { method = 'POST', contentType = 'text/json' } = given;
    const { authorization = basic('Paycom', key) } = given;
    const response = await fetch(`${origin()}/payme/${botId}`, {
      method,
      headers: { 'content-type': contentType, ...(authorization === null ? {} : { authorization }) },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
    });
    const text = await response.text();
    const read = text === '' ? {} : (JSON.parse(text) as Partial<PaymeReply>);
    return { status: response.status, text, result: read.result ?? null, error: read.error ?? null };
  }

  const call = (method: string, params: unknown, id: unknown = 7) =>
    post(JSON.stringify({ method, params, id }));
  const usual = (orderNumber: unknown) => ({
    amount: USUAL_AMOUNT,
    account: { order_id: typeof orderNumber === 'number' ? String(orderNumber) : orderNumber },
  });
  return {
    call,
    post,
    check: (orderNumber, params = {}) =>
      call('CheckPerformTransaction', { ...usual(orderNumber), ...params }),
    create: (id, orderNumber, params = {}) =>
      call('CreateTransaction', { id, time: now().getTime(), ...usual(orderNumber), ...params }),
    perform: (id) => call('PerformTransaction', { id }),
    cancel: (id, reason = 5) => call('CancelTransaction', { id, reason }),
    look: (id) => call('CheckTransaction', { id }),
  };
}

let transactions = 0;

/** As Payme numbers what it does. */
export function newTransactionId(): string {
  transactions += 1;
  return `5305e3bab097f420${transactions.toString(16).padStart(8, '0')}`;
}
