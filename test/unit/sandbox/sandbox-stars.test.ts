import type { Message, StarTransactions } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, type SandboxPerson, startSandbox } from '../../../sandbox/sandbox.ts';
import { startReceiver } from '../../support/bot-api-client.ts';
import { invoice, openStarShop, type StarShop } from '../../support/stars/star-shop.ts';

const TOO_OLD = 'Bad Request: query is too old and response timeout expired or query ID is invalid';

let now: Date;
let sandbox: Sandbox;
let shop: StarShop;
let bek: SandboxPerson;

beforeEach(async () => {
  now = new Date('2027-01-31T09:00:00Z');
  sandbox = await startSandbox({ now: () => now });
  shop = openStarShop(sandbox);
  bek = sandbox.newPerson({ firstName: 'Bek', languageCode: 'uz' });
  bek.buysStars(500);
  await bek.starts(shop.bot, { wait: false });
});
afterEach(() => sandbox.close());

function passes(milliseconds: number): Promise<void> {
  now = new Date(now.getTime() + milliseconds);
  return sandbox.timePasses();
}

describe('an invoice', () => {
  it('is paid by its link: the bot is asked, Stars move, the chat and the bot hear of it', async () => {
    const link = await shop.offers();
    expect(link).toMatch(/^https:\/\/t\.me\/\$[\w-]+$/);
    const paying = bek.pays(link);
    expect(await shop.asked()).toEqual({
      id: expect.stringMatching(/^\d+$/),
      from: { id: bek.id, is_bot: false, first_name: 'Bek', language_code: 'uz' },
      currency: 'XTR',
      total_amount: 150,
      invoice_payload: 'p:1',
    });
    expect(bek.stars).toBe(500);
    expect(await shop.answers()).toBe('ok');
    const paid = await paying;
    expect(bek.stars).toBe(350);
    const [message] = (await shop.messages()).slice(-1);
    expect(message).toMatchObject({ from: { id: bek.id }, chat: { id: bek.id, type: 'private' } });
    expect(message?.successful_payment).toEqual({
      currency: 'XTR',
      total_amount: 150,
      invoice_payload: 'p:1',
      telegram_payment_charge_id: paid.ok ? paid.chargeId : '',
      provider_payment_charge_id: expect.any(String),
    });
    expect(await shop.api.get('getMyStarBalance')).toEqual({ amount: 150 });
  });

  it('is paid by a button that opens it, by whoever likes, every time by a charge of its own', async () => {
    const url = await shop.offers();
    const reply_markup = { inline_keyboard: [[{ text: 'Pay 150 ⭐', url }]] };
    await shop.api.send(bek.id, 'A month', { reply_markup });
    const first = bek.paysBy(shop.bot, /^Pay/);
    await shop.answers();
    const aziz = sandbox.newPerson({ firstName: 'Aziz' });
    aziz.buysStars(150);
    const results = [await first, await shop.sells(bek, url), await shop.sells(aziz, url)];
    expect(new Set(results.map((result) => result.ok && result.chargeId)).size).toBe(3);
    expect([bek.stars, aziz.stars]).toEqual([200, 0]);
    await expect(bek.pays('https://t.me/$nothing')).rejects.toThrow('leads to no invoice');
    await expect(bek.paysBy(shop.bot, 'Buy')).rejects.toThrow('Bek finds no button Buy');
  });

  it('may stand in the chat with its own button', async () => {
    const sent = await shop.api.get<Message>('sendInvoice', { chat_id: bek.id, ...invoice() });
    expect(sent.invoice).toEqual({
      title: 'Vip',
      description: 'A month',
      start_parameter: '',
      currency: 'XTR',
      total_amount: 150,
    });
    const paying = bek.paysBy(shop.bot, 'Pay ⭐150');
    await shop.answers();
    expect(await paying).toMatchObject({ ok: true });
    const copy = { chat_id: bek.id, from_chat_id: bek.id, message_id: sent.message_id };
    expect(await shop.api.hear('copyMessage', copy)).toBe("Bad Request: message can't be copied");
  });

  it('has the Pay button first, and nothing else has one', async () => {
    const pay = { text: 'Pay', pay: true };
    const other = { text: 'Terms', callback_data: 'terms' };
    const withButtons = (...row: object[]) => ({ reply_markup: { inline_keyboard: [row] } });
    const send = (...row: object[]) =>
      shop.api.hear('sendInvoice', { chat_id: bek.id, ...invoice(), ...withButtons(...row) });
    expect(await send(pay, other)).toBe('ok');
    expect(await send(other)).toBe('Bad Request: REPLY_MARKUP_BUY_EMPTY');
    expect(await send(other, pay)).toBe('Bad Request: BUTTON_POS_INVALID');
    const text = { chat_id: bek.id, text: 'A month', ...withButtons(pay) };
    expect(await shop.api.hear('sendMessage', text)).toBe('Bad Request: BUTTON_TYPE_INVALID');
  });

  it.each([
    ['another currency', { currency: 'UZS' }, 'PAYMENT_PROVIDER_INVALID'],
    ['a provider', { provider_token: '123:TEST' }, 'STARS_INVOICE_INVALID'],
    ['two prices', { prices: Array(2).fill({ label: 'Half', amount: 75 }) }, 'STARS_INVOICE_INVALID'],
    ['no price', { prices: [] }, 'there must be at least one price part'],
    ['nothing to pay', { prices: [{ label: 'Free', amount: 0 }] }, 'total price must be positive'],
    [
      'half a Star',
      { prices: [{ label: 'Half', amount: 0.5 }] },
      'createInvoiceLink.prices[0].amount must be',
    ],
    ['too much', { prices: [{ label: 'All', amount: 100_001 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
    ['a long title', { title: 'x'.repeat(33) }, 'title is longer than 32 characters'],
    ['no description', { description: '' }, 'parameter "description" is required'],
    ['a long payload', { payload: 'ў'.repeat(65) }, 'INVOICE_PAYLOAD_INVALID'],
    ['another period', { subscription_period: 86_400 }, 'SUBSCRIPTION_PERIOD_INVALID'],
    [
      'a dear subscription',
      { subscription_period: 2_592_000, prices: [{ label: 'A month', amount: 10_001 }] },
      'SUBSCRIPTION_AMOUNT_INVALID',
    ],
    ['a field of another method', { start_parameter: 'x' }, '"start_parameter" is not known'],
  ])('is refused with %s', async (_what, more, refusal) => {
    expect(await shop.api.hear('createInvoiceLink', invoice(more))).toContain(refusal);
    expect(sandbox.faults.at(-1)).toContain(refusal);
  });

  it('costs up to 100000 Stars, 10000 where it renews; only a link can renew', async () => {
    const costs = (amount: number) => ({ prices: [{ label: 'A month', amount }] });
    expect(await shop.api.hear('createInvoiceLink', invoice(costs(100_000)))).toBe('ok');
    const renewed = { ...costs(10_000), subscription_period: 2_592_000 };
    expect(await shop.api.hear('createInvoiceLink', invoice(renewed))).toBe('ok');
    const sent = { chat_id: bek.id, ...invoice(renewed) };
    expect(await shop.api.hear('sendInvoice', sent)).toContain('"subscription_period" is not known');
  });
});

describe('the question before a payment', () => {
  it('may be answered with no: the person reads why, and keeps their Stars', async () => {
    const paying = bek.pays(await shop.offers());
    const query = { pre_checkout_query_id: (await shop.asked())?.id, ok: false };
    const refusal = 'Bad Request: parameter "error_message" is required';
    expect(await shop.api.hear('answerPreCheckoutQuery', query)).toBe(refusal);
    expect(await shop.answers('Sold out')).toBe('ok');
    expect(await paying).toEqual({ ok: false, reason: 'refused', text: 'Sold out' });
    expect(await bek.isTold(shop.bot, 'Sold out')).toBe('Sold out');
    expect([bek.stars, await shop.payments()]).toEqual([500, []]);
  });

  it('waits ten seconds for an answer, and takes none after that', async () => {
    const link = await shop.offers();
    const inTime = bek.pays(link);
    await passes(9_999);
    expect(await shop.answers()).toBe('ok');
    expect(await inTime).toMatchObject({ ok: true });
    const late = bek.pays(link);
    await passes(10_000);
    expect(await late).toEqual({ ok: false, reason: 'no answer' });
    expect(await shop.answers()).toBe(TOO_OLD);
    expect([bek.stars, (await shop.payments()).length]).toEqual([350, 1]);
  });

  it('is answered once, and by nobody but the bot that was asked', async () => {
    const other = openStarShop(sandbox, 'other_bot');
    const paying = bek.pays(await shop.offers());
    const answer = { pre_checkout_query_id: (await shop.asked())?.id, ok: true };
    expect(await other.api.hear('answerPreCheckoutQuery', answer)).toBe(TOO_OLD);
    expect(await shop.answers('No')).toBe('ok');
    expect(await shop.answers()).toBe(TOO_OLD);
    expect(await paying).toMatchObject({ ok: false, reason: 'refused' });
  });

  it('is not asked of somebody who has too few Stars; who spends them meanwhile pays once', async () => {
    const poor = sandbox.newPerson({ firstName: 'Sardor' });
    poor.buysStars(149);
    const link = await shop.offers();
    expect(await poor.pays(link)).toEqual({ ok: false, reason: 'not enough Stars' });
    expect(await shop.asked()).toBeUndefined();
    poor.buysStars(1);
    const slow = poor.pays(link);
    const asked = await shop.asked();
    expect(await shop.sells(poor, link)).toMatchObject({ ok: true });
    await shop.api.get('answerPreCheckoutQuery', { pre_checkout_query_id: asked?.id, ok: true });
    expect(await slow).toEqual({ ok: false, reason: 'not enough Stars' });
    expect([poor.stars, (await shop.payments()).length]).toEqual([0, 1]);
  });

  it('may have been answered by another program on the same bot', async () => {
    const paid = await bek.pays(await shop.offers({ payload: 'shirt' }), { isAsked: false });
    expect([paid.ok, await shop.asked()]).toEqual([true, undefined]);
    expect(await shop.payments()).toMatchObject([{ invoice_payload: 'shirt' }]);
  });

  it('does not wait behind what the person wrote', async () => {
    let letMessagesIn = (): void => undefined;
    const untilLetIn = new Promise<number>((resolve) => {
      letMessagesIn = () => resolve(200);
    });
    const receiver = await startReceiver(({ message }) => (message ? untilLetIn : 200));
    onTestFinished(() => receiver.close());
    const link = await shop.offers();
    await shop.api.get('setWebhook', { url: receiver.url, drop_pending_updates: true });
    await bek.sends(shop.bot, 'Hi', { wait: false });
    const paying = bek.pays(link);
    await sandbox.until(() => shop.bot.inbox.pending.every(({ kind }) => kind === 'message'), {
      what: 'the question to be taken',
    });
    const asked = receiver.updates.find((update) => update.pre_checkout_query)?.pre_checkout_query;
    await shop.api.get('answerPreCheckoutQuery', { pre_checkout_query_id: asked?.id, ok: true });
    letMessagesIn();
    expect(await paying).toMatchObject({ ok: true });
    expect(receiver.updates.at(-1)?.message?.successful_payment).toBeDefined();
  });
});

describe('a refund', () => {
  it('gives everything back once, and is told', async () => {
    const paid = await shop.sells(bek, await shop.offers());
    const charge = { user_id: bek.id, telegram_payment_charge_id: paid.ok ? paid.chargeId : '' };
    expect(await shop.api.hear('refundStarPayment', charge)).toBe('ok');
    expect([bek.stars, await shop.api.get('getMyStarBalance')]).toEqual([500, { amount: 0 }]);
    const message = (await shop.messages()).at(-1);
    expect(message).toMatchObject({ from: { id: shop.bot.id }, chat: { id: bek.id } });
    expect(message?.refunded_payment).toEqual({
      currency: 'XTR',
      total_amount: 150,
      invoice_payload: 'p:1',
      telegram_payment_charge_id: charge.telegram_payment_charge_id,
    });
    expect(await shop.api.hear('refundStarPayment', charge)).toBe('Bad Request: CHARGE_ALREADY_REFUNDED');
    expect(bek.stars).toBe(500);
  });

  it('is for nobody else, and made by no other bot', async () => {
    const other = openStarShop(sandbox, 'other_bot');
    const nodira = sandbox.newPerson({ firstName: 'Nodira' });
    const paid = await shop.sells(bek, await shop.offers());
    const refund = (user_id: number, id = paid.ok ? paid.chargeId : '', by = shop) =>
      by.api.hear('refundStarPayment', { user_id, telegram_payment_charge_id: id });
    expect(await refund(nodira.id)).toBe('Bad Request: CHARGE_NOT_FOUND');
    expect(await refund(bek.id, undefined, other)).toBe('Bad Request: CHARGE_NOT_FOUND');
    expect(await refund(bek.id, 'stx')).toBe('Bad Request: CHARGE_NOT_FOUND');
    expect(await refund(bek.id, '')).toBe('Bad Request: parameter "telegram_payment_charge_id" is required');
    expect(await refund(1)).toBe('Bad Request: USER_ID_INVALID');
    expect(await refund(0)).toBe('Bad Request: invalid user_id specified');
    expect(bek.stars).toBe(350);
  });

  it('may be made by Telegram itself', async () => {
    const paid = await shop.sells(bek, await shop.offers());
    const chargeId = paid.ok ? paid.chargeId : '';
    await sandbox.takesBack(chargeId);
    expect([bek.stars, (await shop.messages()).at(-1)?.refunded_payment?.telegram_payment_charge_id]).toEqual(
      [500, chargeId],
    );
    await expect(sandbox.takesBack(chargeId)).rejects.toThrow('nothing to be given back');
  });
});

describe("the bot's statement", () => {
  const statement = async (more: object = {}, of = shop) =>
    (await of.api.get<StarTransactions>('getStarTransactions', more)).transactions;

  it('has every payment and refund, oldest first, also those that the bot was never told of', async () => {
    sandbox.loseNext('successful_payment');
    const other = openStarShop(sandbox, 'other_bot');
    const paid = await shop.sells(bek, await shop.offers());
    await other.sells(bek, await other.offers());
    const id = paid.ok ? paid.chargeId : '';
    await passes(60_000);
    await shop.api.get('refundStarPayment', { user_id: bek.id, telegram_payment_charge_id: id });
    expect(await shop.payments()).toEqual([]);
    const partner = {
      type: 'user',
      transaction_type: 'invoice_payment',
      user: { id: bek.id, is_bot: false, first_name: 'Bek', language_code: 'uz' },
      invoice_payload: 'p:1',
    };
    const date = Date.parse('2027-01-31T09:00:00Z') / 1_000;
    expect(await statement()).toEqual([
      { id, amount: 150, date, source: partner },
      { id, amount: 150, date: date + 60, receiver: partner },
    ]);
    expect((await statement({}, other)).length).toBe(1);
  });

  it('comes in parts of a hundred at most', async () => {
    const link = await shop.offers({ prices: [{ label: 'One', amount: 1 }] });
    for (let number = 0; number < 103; number += 1) await bek.pays(link, { isAsked: false });
    const all = [...(await statement()), ...(await statement({ offset: 100 }))].map(({ id }) => id);
    expect([all.length, new Set(all).size]).toEqual([103, 103]);
    expect((await statement({ offset: 2, limit: 3 })).map(({ id }) => id)).toEqual(all.slice(2, 5));
    expect((await statement({ limit: 1_000 })).length).toBe(100);
    expect(await statement({ offset: 103 })).toEqual([]);
  });
});

it('loses the updates that it is told to lose, and no others', async () => {
  sandbox.loseNext(({ bot, body }) => bot === 'shop_bot' && body.message?.text === 'two', 2);
  for (const text of ['one', 'two', 'two', 'two', 'three']) await bek.sends(shop.bot, text);
  expect((await shop.messages()).map(({ text }) => text)).toEqual(['/start', 'one', 'two', 'three']);
});
