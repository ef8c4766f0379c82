import type { StarTransactions } from 'grammy/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, type SandboxPerson, startSandbox } from '../../../sandbox/sandbox.ts';
import { DAY_MS, MINUTE_MS } from '../../../src/shared/durations.ts';
import { openStarShop, type StarShop } from '../../support/stars/star-shop.ts';

const START = new Date('2027-01-31T09:00:00Z');
const MONTHLY = { payload: 's:1', subscription_period: 2_592_000 };

let now: Date;
let sandbox: Sandbox;
let shop: StarShop;
let bek: SandboxPerson;
/** Of Bek's first payment. */
let chargeId: string;

beforeEach(async () => {
  now = START;
  sandbox = await startSandbox({ now: () => now });
  shop = openStarShop(sandbox);
  bek = sandbox.newPerson({ firstName: 'Bek' });
  bek.buysStars(500);
  chargeId = await subscribes(bek);
});
afterEach(() => sandbox.close());

async function subscribes(person: SandboxPerson, more: object = {}): Promise<string> {
  const paid = await shop.sells(person, await shop.offers({ ...MONTHLY, ...more }));
  if (!paid.ok) throw new Error(paid.reason);
  return paid.chargeId;
}

function passes(days: number, minutes = 0): Promise<void> {
  now = new Date(now.getTime() + days * DAY_MS + minutes * MINUTE_MS);
  return sandbox.timePasses();
}

const daysAfterStart = (days: number): Date => new Date(START.getTime() + days * DAY_MS);

/** How often Bek has paid, and how many days from the start are paid for. */
async function paidDays(): Promise<[number, number]> {
  const payments = await shop.payments();
  const until = payments.at(-1)?.subscription_expiration_date ?? 0;
  return [payments.length, (until - START.getTime() / 1_000) / 86_400];
}

const botEdits = (is_canceled: boolean, more: object = {}): Promise<string> =>
  shop.api.hear('editUserStarSubscription', {
    user_id: bek.id,
    telegram_payment_charge_id: chargeId,
    is_canceled,
    ...more,
  });

describe('a subscription', () => {
  it('says when it ends, and that it is the first payment of several', async () => {
    expect(await shop.payments()).toEqual([
      {
        currency: 'XTR',
        total_amount: 150,
        invoice_payload: 's:1',
        telegram_payment_charge_id: chargeId,
        provider_payment_charge_id: expect.any(String),
        is_recurring: true,
        is_first_recurring: true,
        subscription_expiration_date: daysAfterStart(30).getTime() / 1_000,
      },
    ]);
    const seen = { payload: 's:1', chargeId, until: daysAfterStart(30), state: 'active' };
    expect(bek.subscriptions(shop.bot)).toEqual([seen]);
  });

  it('is charged at the end of its period and not before, without a question, by a charge of its own', async () => {
    await passes(30, -1);
    expect(await paidDays()).toEqual([1, 30]);
    await passes(0, 1);
    const [, renewal] = await shop.payments();
    expect(renewal).toMatchObject({ invoice_payload: 's:1', is_recurring: true, total_amount: 150 });
    expect(renewal).not.toHaveProperty('is_first_recurring');
    expect(renewal?.telegram_payment_charge_id).not.toBe(chargeId);
    expect(await paidDays()).toEqual([2, 60]);
    expect([
      bek.stars,
      (await shop.api.updates()).filter((update) => update.pre_checkout_query).length,
    ]).toEqual([200, 1]);
  });

  it('counts from the old end where the charge comes late, and catches up on what was missed', async () => {
    await passes(30, 20);
    expect(await paidDays()).toEqual([2, 60]);
    await passes(40);
    expect(await paidDays()).toEqual([3, 90]);
    const { transactions } = await shop.api.get<StarTransactions>('getStarTransactions');
    expect(transactions.map(({ date }) => new Date(date * 1_000))).toEqual([0, 30, 60].map(daysAfterStart));
    expect(transactions[2]?.source).toMatchObject({ invoice_payload: 's:1', subscription_period: 2_592_000 });
  });

  it('fails where the person has not enough Stars left, and is then over', async () => {
    await subscribes(bek, { payload: 's:2', prices: [{ label: 'A month', amount: 250 }] });
    await passes(30);
    expect(await shop.renewals()).toEqual(['Bek s:1 failed', 'Bek s:2 failed']);
    bek.buysStars(1_000);
    await passes(30);
    expect(bek.stars).toBe(1_100);
    expect(bek.subscriptions(shop.bot).map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(await botEdits(true)).toBe('Bad Request: SUBSCRIPTION_NOT_ACTIVE');
    await expect(bek.stopsRenewal(shop.bot)).rejects.toThrow('no subscription');
  });

  it('is had once by one link, and again when it is over', async () => {
    const link = await shop.offers({ ...MONTHLY, payload: 's:2' });
    expect(await shop.sells(bek, link)).toMatchObject({ ok: true });
    expect(await bek.pays(link)).toEqual({ ok: false, reason: 'already subscribed' });
    await bek.stopsRenewal(shop.bot);
    bek.buysStars(500);
    await passes(30);
    expect(await shop.sells(bek, link)).toMatchObject({ ok: true });
    const seen = bek.subscriptions(shop.bot).map(({ payload, state }) => `${payload} ${state}`);
    expect(seen).toEqual(['s:1 active', 's:2 ended', 's:2 active']);
  });

  it('goes on after its payment was refunded', async () => {
    await sandbox.takesBack(chargeId);
    await passes(30);
    expect(await paidDays()).toEqual([2, 60]);
  });
});

describe('its renewal', () => {
  it('is stopped by the person, who may change their mind until the end', async () => {
    await bek.stopsRenewal(shop.bot);
    expect(bek.subscriptions(shop.bot)).toMatchObject([{ state: 'canceled', until: daysAfterStart(30) }]);
    await expect(bek.stopsRenewal(shop.bot)).rejects.toThrow('off already');
    await bek.resumesRenewal(shop.bot);
    expect(await shop.renewals()).toEqual(['Bek s:1 canceled', 'Bek s:1 active']);
    await passes(30);
    expect(await paidDays()).toEqual([2, 60]);
    await bek.stopsRenewal(shop.bot);
    await passes(30);
    expect([await paidDays(), bek.stars]).toEqual([[2, 60], 200]);
    expect(bek.subscriptions(shop.bot)).toMatchObject([{ state: 'ended' }]);
    await expect(bek.resumesRenewal(shop.bot)).rejects.toThrow('no subscription');
  });

  it('is stopped by the bot: it hears of nothing, and the person cannot turn it on again', async () => {
    expect([await botEdits(true), await botEdits(true)]).toEqual(['ok', 'ok']);
    expect(bek.subscriptions(shop.bot)).toMatchObject([{ state: 'canceled' }]);
    await expect(bek.resumesRenewal(shop.bot)).rejects.toThrow('The bot has ended');
    await passes(30);
    expect([await paidDays(), await shop.renewals()]).toEqual([[1, 30], []]);
    expect(await botEdits(false)).toBe('Bad Request: SUBSCRIPTION_NOT_ACTIVE');
  });

  it('is allowed again by the bot, and turned on again by the person alone', async () => {
    await botEdits(true);
    expect(await botEdits(false)).toBe('ok');
    expect(bek.subscriptions(shop.bot)).toMatchObject([{ state: 'canceled' }]);
    await bek.resumesRenewal(shop.bot);
    expect(await shop.renewals()).toEqual(['Bek s:1 active']);
    await passes(30);
    expect(await paidDays()).toEqual([2, 60]);
  });

  it('is named by the first charge, and edited by its own bot for its own person', async () => {
    const nodira = sandbox.newPerson({ firstName: 'Nodira' });
    const other = openStarShop(sandbox, 'other_bot');
    await passes(30);
    const second = (await shop.payments())[1]?.telegram_payment_charge_id ?? '';
    expect(await botEdits(true, { telegram_payment_charge_id: second })).toBe(
      'Bad Request: CHARGE_ID_INVALID',
    );
    expect(await botEdits(true, { user_id: nodira.id })).toBe('Bad Request: CHARGE_NOT_FOUND');
    const edit = { user_id: bek.id, telegram_payment_charge_id: chargeId, is_canceled: true };
    expect(await other.api.hear('editUserStarSubscription', edit)).toBe('Bad Request: CHARGE_NOT_FOUND');
    expect(bek.subscriptions(shop.bot)).toMatchObject([{ state: 'active' }]);
  });

  it('may be lost on its way to the bot', async () => {
    sandbox.loseNext('subscription');
    await bek.stopsRenewal(shop.bot);
    await bek.resumesRenewal(shop.bot);
    expect(await shop.renewals()).toEqual(['Bek s:1 active']);
  });
});
