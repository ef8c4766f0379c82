import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
  type PaymeCaller,
  USUAL_AMOUNT,
} from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop);
});
afterAll(() => platform.closesClean());

const now = () => platform.clock.now().getTime();
const order = async (given = {}) =>
  orderByClick(platform, shop, await newBuyer(platform, shop), { method: 'payme', ...given });

async function begins(
  id = newTransactionId(),
  time = now(),
): Promise<{ id: string; time: number; paymentId: number }> {
  const paymentId = await order();
  expect((await payme.live.create(id, paymentId, { time })).result).toMatchObject({ state: 1 });
  return { id, time, paymentId };
}

async function statement(from: number, to: number, caller: PaymeCaller = payme.live) {
  const reply = await caller.call('GetStatement', { from, to });
  expect(reply).toMatchObject({ status: 200, error: null });
  return reply.result?.['transactions'] as { id: string; time: number; state: number }[];
}

describe('A statement', () => {
  test('has every transaction between two times of Payme, both included, in their order', async () => {
    platform.clock.passes({ hours: 1 });
    const [first, second, third, last] = [now(), now() + 1, now() + 1, now() + 3];
    const created = await begins('b'.repeat(24), second);
    const paid = await begins('5305e3bab097f420a62ced0b', first);
    const cancelled = await begins('B'.repeat(24), third);
    const refunded = await begins(newTransactionId(), last);
    await payme.live.perform(paid.id);
    await payme.live.cancel(cancelled.id, 3);
    await payme.live.perform(refunded.id);
    platform.clock.passes({ minutes: 1 });
    await payme.live.cancel(refunded.id, 5);
    // A question that came to nothing is none of it.
    await payme.live.create(newTransactionId(), await order(), { amount: 1 });
    await payme.live.create(newTransactionId(), 999_999);
    await platform.quiet();

    const rows = await statement(first, last);
    expect(rows.map(({ id }) => id)).toEqual([paid.id, cancelled.id, created.id, refunded.id]);
    expect(rows.map(({ state }) => state)).toEqual([2, -1, 1, -2]);
    const { id: transaction } = await platform.database.paymentAttempt.findFirstOrThrow({
      where: { providerTxnId: refunded.id },
    });
    expect(JSON.stringify(rows.at(-1))).toBe(
      `{"id":"${refunded.id}","time":${last},"amount":${USUAL_AMOUNT},"account":{"order_id":"${refunded.paymentId}"},"create_time":${first},"perform_time":${first},"cancel_time":${now()},"transaction":"${transaction}","state":-2,"reason":5,"receivers":null}`,
    );
    expect((await statement(first + 1, last - 1)).map(({ id }) => id)).toEqual([cancelled.id, created.id]);
  });

  test('is empty where nothing was', async () => {
    const reply = await payme.live.call('GetStatement', { from: 1, to: 2 });
    expect(reply.text).toBe('{"jsonrpc":"2.0","id":7,"result":{"transactions":[]}}');
    expect(await statement(now() + 9, now() - 9)).toEqual([]);
  });

  test('has that of accounts that were removed, and nothing of tests, other bots, other providers', async () => {
    platform.clock.passes({ hours: 1 });
    const moved = await openShop(platform);
    const old = await connectPayme(platform, moved);
    const paymentId = await orderByClick(platform, moved, await newBuyer(platform, moved), {
      method: 'payme',
    });
    const id = newTransactionId();
    await old.live.create(id, paymentId);
    await platform.database.merchantAccount.update({
      where: { id: old.accountId },
      data: { removedAt: platform.clock.now() },
    });
    expect((await old.live.look(id)).error).toMatchObject({ code: -32_504 });
    const anew = await connectPayme(platform, moved);
    expect((await statement(0, now(), anew.live)).map((row) => row.id)).toEqual([id]);
    expect((await anew.live.look(id)).result).toMatchObject({ state: 1 });
    expect(await statement(0, now(), anew.test)).toEqual([]);
    expect((await statement(now(), now())).map((row) => row.id)).not.toContain(id);
  });
});

describe('A fiscal receipt', () => {
  const RECEIPT = {
    receipt_id: 121,
    status_code: 0,
    message: 'accepted',
    terminal_id: 'EP000000000025',
    fiscal_sign: '800031554082',
    qr_code_url: 'https://ofd.soliq.uz/epi?t=EP000000000025&r=121',
    date: '20261121140000',
  };
  const tells = (id: string, type: unknown = 'PERFORM', fiscal_data: unknown = RECEIPT) =>
    payme.live.call('SetFiscalData', { id, type, fiscal_data });
  const kept = (id: string) =>
    platform.database.paymentAttempt.findFirstOrThrow({ where: { providerTxnId: id } });

  test('is kept once, and its buyer is sent it once, without a sound', async () => {
    const buyer = await newBuyer(platform, shop);
    const paymentId = await orderByClick(platform, shop, buyer, { method: 'payme' });
    const id = newTransactionId();
    await payme.live.create(id, paymentId);
    await payme.live.perform(id);
    await platform.quiet();
    const shown = () =>
      buyer
        .chatWith(shop.shop)
        .messages.filter(({ buttons }) => buttons.flat().some(({ url }) => url === RECEIPT.qr_code_url));
    for (const receipt_id of [121, '121', 122]) {
      const reply = await tells(id, 'PERFORM', { ...RECEIPT, receipt_id });
      expect(reply.text).toBe('{"jsonrpc":"2.0","id":7,"result":{"success":true}}');
    }
    await platform.quiet();
    expect((await kept(id)).fiscalPerform).toEqual(RECEIPT);
    expect(shown()).toHaveLength(1);

    expect((await tells(id, 'CANCEL', { ...RECEIPT, receipt_id: 130 })).result).toEqual({ success: true });
    await platform.quiet();
    expect((await kept(id)).fiscalCancel).toMatchObject({ receipt_id: 130 });
    expect((await kept(id)).fiscalPerform).toEqual(RECEIPT);
    expect(shown()).toHaveLength(1);
  });

  test('may have its number as text, and no address: then nobody is told', async () => {
    const { id } = await begins();
    const { qr_code_url: _, ...without } = RECEIPT;
    expect((await tells(id, 'PERFORM', { ...without, receipt_id: '121' })).result).toEqual({ success: true });
    expect((await kept(id)).fiscalPerform).toEqual({ ...without, receipt_id: '121' });
    await platform.quiet();
  });

  test.each(['javascript:alert(1)', 'tg://resolve?domain=x', 'x', 5])(
    'that leads to %s is kept, and shown to nobody',
    async (qr_code_url) => {
      const { id } = await begins();
      expect((await tells(id, 'PERFORM', { ...RECEIPT, qr_code_url })).result).toEqual({ success: true });
      await platform.quiet();
    },
  );

  test('of a kind that there is not, or that is no object, is none', async () => {
    const { id } = await begins();
    const wrong = [
      ...['REFUND', 'perform', '', 1, null, undefined].map((type) => ({ type, fiscal_data: RECEIPT })),
      ...[[], 'x', null, 1, undefined].map((fiscal_data) => ({ type: 'CANCEL', fiscal_data })),
    ];
    for (const params of wrong) {
      const reply = await payme.live.call('SetFiscalData', { id, ...params });
      expect(reply, JSON.stringify(params)).toMatchObject({ status: 200, error: { code: -32_602 } });
    }
    expect(await kept(id)).toMatchObject({ fiscalPerform: null, fiscalCancel: null });
  });

  test('of a transaction that nobody knows is told as that', async () => {
    expect(await tells(newTransactionId())).toMatchObject({ status: 200, error: { code: -32_001 } });
  });

  test('is kept without what Postgres cannot hold', async () => {
    const { id } = await begins();
    const odd = { ...RECEIPT, message: 'a\0b', half: '\ud800', more: { deep: [1] }, ['\0']: 1 };
    expect((await tells(id, 'PERFORM', odd)).result).toEqual({ success: true });
    const { message: _, ...rest } = RECEIPT;
    expect((await kept(id)).fiscalPerform).toEqual(rest);
    await platform.quiet();
  });
});
