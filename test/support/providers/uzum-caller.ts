import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { Fernet } from '../../../src/infra/crypto/fernet.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';
import { orderByClick } from './click-caller.ts';

/** What Uzum reads of an answer. */
export interface UzumReply {
  status: number;
  text: string;
  /** Read from the text; null where that is no JSON. */
  json: { [name: string]: unknown } | null;
}

type UzumFields = { [name: string]: unknown };

/** Uzum Bank, as it calls one bot. */
export interface UzumCaller {
  accountId: number;
  serviceId: number;
  login: string;
  password: string;
  /** With what every call has, and an order's number where `order` is given; what is undefined is left out. */
  call(operation: string, fields?: UzumFields, authorization?: string | null): Promise<UzumReply>;
  /** By the test password. */
  test(operation: string, fields?: UzumFields): Promise<UzumReply>;
  check(order: unknown): Promise<UzumReply>;
  create(order: unknown, transId: string, fields?: UzumFields): Promise<UzumReply>;
  confirm(transId: string, fields?: UzumFields): Promise<UzumReply>;
  reverse(transId: string): Promise<UzumReply>;
  status(transId: string): Promise<UzumReply>;
}

let accounts = 0;

/** A bot has an account at Uzum, with passwords of both worlds, and is live. */
export async function connectUzum(
  { database, encryptionKey, clock, app }: Pick<Platform, 'database' | 'encryptionKey' | 'clock' | 'app'>,
  { shop }: Pick<Shop, 'shop'>,
  given: { password?: string; serviceId?: number; liveAt?: Date | null } = {},
): Promise<UzumCaller> {
  accounts += 1;
  const { password = `live-secret-${accounts}`, serviceId = 101_201 + accounts } = given;
  const secrets = { live: password, test: `test-secret-${accounts}` };
  const bot = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id), removedAt: null },
  });
  const now = clock.now();
  const { id: accountId } = await database.merchantAccount.create({
    data: {
      botId: bot.id,
      provider: 'uzum',
      details: { serviceId: String(serviceId), login: 'uzum', testLogin: 'uzum-test' },
      encryptedSecrets: new Fernet([encryptionKey]).encrypt(JSON.stringify(secrets)),
      keysSetAt: now,
      feePaidAt: now,
      liveAt: given.liveAt === undefined ? now : given.liveAt,
      createdAt: now,
    },
  });
  const live = basic(`uzum:${secrets.live}`);
  const call: UzumCaller['call'] = (operation, fields = {}, authorization = live) =>
    postUzum(
      `${app.origin}/uzum/${shop.id}/${operation}`,
      JSON.stringify({ serviceId, timestamp: clock.now().getTime(), ...fields }),
      authorization,
    );
  return {
    accountId,
    serviceId,
    login: 'uzum',
    password,
    call,
    test: (operation, fields = {}) => call(operation, fields, basic(`uzum-test:${secrets.test}`)),
    check: (order) => call('check', { params: { order_id: order } }),
    create: (order, transId, fields = {}) =>
      call('create', { transId, params: { order_id: order }, amount: 5_000_000, ...fields }),
    confirm: (transId, fields = {}) =>
      call('confirm', { transId, paymentSource: 'UZCARD', phone: '998900000000', ...fields }),
    reverse: (transId) => call('reverse', { transId }),
    status: (transId) => call('status', { transId }),
  };
}

export const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

export async function postUzum(
  url: string,
  body: string,
  authorization: string | null,
  { method = 'POST', contentType = 'application/json' } = {},
): Promise<UzumReply> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': contentType, ...(authorization === null ? {} : { authorization }) },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, text, json: isJson ? JSON.parse(text) : null };
}

/** A transaction's number that was never used. */
export function newTransId(): string {
  return crypto.randomUUID();
}

/** An order that somebody has chosen to pay by Uzum. @returns its number */
export function orderByUzum(
  platform: Pick<Platform, 'database' | 'clock'>,
  shop: Pick<Shop, 'planId'>,
  buyer: SandboxPerson,
  given: { isTest?: boolean; amount?: string } = {},
): Promise<number> {
  return orderByClick(platform, shop, buyer, { method: 'uzum', ...given });
}
