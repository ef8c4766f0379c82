import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { toUser } from '../../../sandbox/world/accounts.ts';
import { toPrivateChat } from '../../../sandbox/world/chats.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { postUpdate } from '../../support/servers/post-update.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, renewsInStars, subscribesInStars } from '../../support/stars/selling.ts';

let platform: Platform;
let shop: Shop;
let buyer: SandboxPerson;
let nextId = 800_000_000;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await renewsInStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  buyer = await newBuyer(platform, shop);
  buyer.buysStars(1_000);
});

interface Asked {
  currency?: string;
  stars?: number;
  payload: string;
}

/** An update as Telegram would never send it. @param secret absent: the right one */
async function tells(kind: string, body: object, secret?: string): Promise<number> {
  nextId += 1;
  const { app, encryptionKey } = platform;
  const update = { update_id: nextId, [kind]: { id: `${nextId}`, ...body } };
  const { status } = await postUpdate({ origin: app.origin, encryptionKey }, shop.shop.id, update, secret);
  return status;
}

/** What Telegram is told of a question of its own, whether or not it has put it. */
async function verdict({ currency = 'XTR', stars = 150, payload }: Asked): Promise<unknown> {
  const about = { currency, total_amount: stars, invoice_payload: payload };
  expect(await tells('pre_checkout_query', { from: toUser(buyer), ...about })).toBe(200);
  const { params } =
    platform.telegram.calls.findLast(({ method }) => method === 'answerPreCheckoutQuery') ?? {};
  expect(params?.['pre_checkout_query_id']).toBe(`${nextId}`);
  return params?.['ok'] === true ? 'may pay' : params?.['error_message'];
}

const NOT_YOURS = 'This invoice isn’t yours, or its price has changed. Press /start and choose a plan.';

test('what is asked in another currency, at another price or for another thing is not let be paid', async () => {
  const { paymentId } = await ordersInStars(platform, shop, buyer);
  const payload = `p:${paymentId}`;
  for (const asked of [
    { payload, currency: 'UZS' },
    { payload, currency: 'USD', stars: 150 },
    { payload, stars: 149 },
    { payload, stars: 15_000 },
    { payload: `s:${paymentId}` },
    { payload: 'p:2147483647' },
    { payload: 'p:99999999999' },
    { payload: `p:0${paymentId}` },
    { payload: `P:${paymentId}` },
    { payload: `p:${paymentId}x` },
    { payload: '' },
    { payload: 'coffee-7' },
  ]) {
    expect({ asked, said: await verdict(asked) }).toEqual({ asked, said: NOT_YOURS });
  }
  const untouched = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(untouched).toMatchObject({ status: 'created', lockedUntil: null });
  expect(await verdict({ payload })).toBe('may pay');
});

test('another bot’s order is not let be paid here, nor by whoever pays it there', async () => {
  const other = await openShop(platform);
  await renewsInStars(platform, other);
  const there = await newBuyer(platform, other);
  const { paymentId } = await ordersInStars(platform, other, there);
  expect(await verdict({ payload: `p:${paymentId}` })).toBe(NOT_YOURS);
});

test('while it renews itself a question about that very renewal is granted, and one about a second is not', async () => {
  await buyer.presses(shop.shop, `pay:${shop.planId}:starsub`);
  await platform.quiet();
  const first = await platform.database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  const { paymentId } = await subscribesInStars(platform, shop, buyer);
  expect(await verdict({ payload: `s:${paymentId}` })).toBe('may pay');
  expect(first.id).not.toBe(paymentId);
  expect(await verdict({ payload: `s:${first.id}` })).toContain('already on');
});

test.each(['wrong', 'missing'])('with a secret that is %s nothing about money is heard', async (how) => {
  const secret = how === 'wrong' ? 'x'.repeat(64) : '';
  const { chargeId, paymentId } = await subscribesInStars(platform, shop, buyer);
  const { paymentId: open } = await ordersInStars(platform, shop, buyer);
  const before = platform.telegram.calls.length;
  const paid = {
    currency: 'XTR',
    total_amount: 150,
    invoice_payload: `p:${open}`,
    telegram_payment_charge_id: 'forged',
    provider_payment_charge_id: '1',
  };
  const said = { message_id: 7, date: 1, chat: toPrivateChat(buyer), from: toUser(buyer) };
  const { currency, total_amount, invoice_payload } = paid;
  const question = { from: toUser(buyer), currency, total_amount, invoice_payload };
  const changed = { user: toUser(buyer), invoice_payload: `s:${paymentId}`, state: 'canceled' };
  const returned = { ...paid, telegram_payment_charge_id: chargeId };
  expect(await tells('pre_checkout_query', question, secret)).toBe(401);
  expect(await tells('message', { ...said, successful_payment: paid }, secret)).toBe(401);
  expect(await tells('message', { ...said, refunded_payment: returned }, secret)).toBe(401);
  expect(await tells('subscription', changed, secret)).toBe(401);
  await platform.quiet();
  const { database, telegram } = platform;
  expect(telegram.calls.slice(before).map(({ method }) => method)).not.toContain('answerPreCheckoutQuery');
  expect((await database.payment.findUniqueOrThrow({ where: { id: open } })).status).toBe('created');
  expect((await database.paymentAttempt.findFirstOrThrow({ where: { providerTxnId: chargeId } })).state).toBe(
    'paid',
  );
  expect(
    (await database.starSubscription.findFirstOrThrow({ where: { firstChargeId: chargeId } })).state,
  ).toBe('active');
});
