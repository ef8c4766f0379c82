import { createHash } from 'node:crypto';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { Fernet } from '../../../src/infra/crypto/fernet.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Platform } from '../platform.ts';
import type { Shop } from '../shop.ts';

export type ClickFields = { [name: string]: string };
type SomeFields = { [name: string]: string | undefined };

/** What Click reads of an answer. */
export interface ClickReply {
  status: number;
  text: string;
  /** `error`, read from the text; null where that is no JSON. */
  error: number | null;
}

/** Click, as it calls one bot: by its own arithmetic, with nothing of ours. */
export interface ClickCaller {
  accountId: number;
  serviceId: string;
  secret: string;
  /** Signed as it is, unless `sign_string` is given; what is undefined is left out. */
  prepare(fields?: SomeFields): Promise<ClickReply>;
  complete(fields?: SomeFields): Promise<ClickReply>;
  /** A call as it would go out. */
  formOf(operation: 'prepare' | 'complete', fields: SomeFields): ClickFields;
  /** What it says of an order whose number is known. */
  of(orderNumber: number, fields?: ClickFields): ClickFields;
}

interface ClickAccount {
  secret?: string;
  serviceId?: string;
  merchantUserId?: string | null;
  liveAt?: Date | null;
}

/** A platform, or a server of its own beside the ground that it stands on. */
type ClickGround = Pick<Platform, 'database'> & { clock: Clock };

let accounts = 0;

/** A bot has an account at Click, with keys, and is live. */
export async function connectClick(
  {
    database,
    encryptionKey,
    clock,
    app,
  }: ClickGround & Pick<Platform, 'encryptionKey'> & { app: { origin: string } },
  { shop }: Pick<Shop, 'shop'>,
  given: ClickAccount = {},
): Promise<ClickCaller> {
  accounts += 1;
  const {
    secret = `S3CRET-${accounts}`,
    serviceId = String(12_345 + accounts),
    merchantUserId = '9876',
  } = given;
  const bot = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id), removedAt: null },
  });
  const now = clock.now();
  const account = await database.merchantAccount.create({
    data: {
      botId: bot.id,
      provider: 'click',
      details: { serviceId, merchantId: '6789', merchantUserId },
      encryptedSecrets: new Fernet([encryptionKey]).encrypt(JSON.stringify({ live: secret, test: null })),
      keysSetAt: now,
      feePaidAt: now,
      liveAt: given.liveAt === undefined ? now : given.liveAt,
      createdAt: now,
    },
  });
  return { accountId: account.id, ...clickCaller(() => app.origin, shop.id, { secret, serviceId }) };
}

export function clickCaller(
  origin: () => string,
  botId: number | string,
  { secret, serviceId }: { secret: string; serviceId: string },
): Omit<ClickCaller, 'accountId'> {
  const usual = {
    click_trans_id: '1001',
    service_id: serviceId,
    click_paydoc_id: '2002',
    merchant_trans_id: '42',
    amount: '50000.00',
    error: '0',
    error_note: 'Success',
    sign_time: '2026-11-21 14:00:00',
  };

  /** Signed as it is, unless it says otherwise; what is undefined is left out. */
  function formOf(operation: 'prepare' | 'complete', fields: SomeFields): ClickFields {
    const action = operation === 'prepare' ? '0' : '1';
    const unsigned = given({ ...usual, action, ...fields });
    return given({ sign_string: signClick(operation, unsigned, secret), ...unsigned, ...fields });
  }

  const call = (operation: 'prepare' | 'complete', fields: SomeFields) =>
    postClick(
      `${origin()}/click/${botId}/${operation}`,
      new URLSearchParams(formOf(operation, fields)).toString(),
    );

  return {
    secret,
    serviceId,
    formOf,
    prepare: (fields = {}) => call('prepare', fields),
    complete: (fields = {}) => call('complete', fields),
    of: (orderNumber, fields = {}) => ({ merchant_trans_id: String(orderNumber), ...fields }),
  };
}

function given(fields: SomeFields): ClickFields {
  const entries = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** By the manual of Click: the sum of its texts, one after the other. */
function signClick(operation: 'prepare' | 'complete', fields: ClickFields, secret: string): string {
  const text = (name: string) => fields[name] ?? '';
  return createHash('md5')
    .update(text('click_trans_id') + text('service_id') + secret + text('merchant_trans_id'))
    .update(operation === 'complete' ? text('merchant_prepare_id') : '')
    .update(text('amount') + text('action') + text('sign_time'))
    .digest('hex');
}

export async function postClick(
  url: string,
  body: string,
  {
    method = 'POST',
    contentType = 'application/x-www-form-urlencoded',
    from,
  }: { method?: string; contentType?: string /** Through a proxy that is trusted. */; from?: string } = {},
): Promise<ClickReply> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': contentType, ...(from !== undefined && { 'x-forwarded-for': from }) },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  const text = await response.text();
  const error = /"error":(-?\d+)/.exec(text)?.[1];
  return { status: response.status, text, error: error === undefined ? null : Number(error) };
}

/** The attempt that an answer names. */
export function attemptIn({ text }: ClickReply): string {
  const id = /"merchant_(?:prepare|confirm)_id":(\d+)/.exec(text)?.[1];
  if (id === undefined) throw new Error(`No attempt in ${text}`);
  return id;
}

/** An order that somebody has chosen to pay by Click. @returns its number */
export async function orderByClick(
  { database, clock }: ClickGround,
  { planId }: Pick<Shop, 'planId'>,
  buyer: SandboxPerson,
  given: { isTest?: boolean; method?: string; amount?: string } = {},
): Promise<number> {
  const { isTest = false, method = 'click', amount = '50000' } = given;
  const plan = await database.plan.findUniqueOrThrow({ where: { id: planId }, include: { channel: true } });
  const endUser = await database.endUser.findFirstOrThrow({
    where: { telegramUserId: buyer.id, botId: plan.channel.botId },
  });
  const { id } = await database.payment.create({
    data: {
      endUserId: endUser.id,
      botId: plan.channel.botId,
      channelId: plan.channelId,
      planId,
      durationMonths: plan.durationMonths,
      amount,
      paymentMethod: method,
      isTest,
      status: 'created',
      createdAt: clock.now(),
    },
  });
  return id;
}
