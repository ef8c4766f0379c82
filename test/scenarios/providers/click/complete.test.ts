import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, round, startPlatform } from '../../../support/platform.ts';
import {
  attemptIn,
  type ClickCaller,
  type ClickFields,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import { settled } from '../../../support/settled.ts';
import { holdsLink, newBuyer, openShop, payFor, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let click: ClickCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  click = await connectClick(platform, shop);
});
afterAll(() => platform.closesClean());

/** Somebody whose order Click takes the money of. */
interface Paying {
  buyer: SandboxPerson;
  paymentId: number;
  attemptId: number;
  /** What Complete says of it. */
  call: (fields?: ClickFields) => ClickFields;
}

async function pays({
  transId = '1001',
  ...given
}: {
  transId?: string;
  isTest?: boolean;
} = {}): Promise<Paying> {
  const buyer = await newBuyer(platform, shop);
  return prepared(buyer, await orderByClick(platform, shop, buyer, given), transId);
}

async function prepared(buyer: SandboxPerson, paymentId: number, transId = '1001'): Promise<Paying> {
  const prepareId = attemptIn(await click.prepare(click.of(paymentId, { click_trans_id: transId })));
  return {
    buyer,
    paymentId,
    attemptId: Number(prepareId),
    call: (fields = {}) =>
      click.of(paymentId, { click_trans_id: transId, merchant_prepare_id: prepareId, ...fields }),
  };
}

const payment = ({ paymentId }: Paying) =>
  platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
const attempt = ({ attemptId }: Paying) =>
  platform.database.paymentAttempt.findUniqueOrThrow({ where: { id: attemptId } });
const refunds = ({ paymentId }: Paying) =>
  platform.database.refund.findMany({ where: { attempt: { paymentId } } });
const subscriptions = ({ buyer }: Paying) =>
  platform.database.subscription.findMany({ where: { endUser: { telegramUserId: buyer.id } } });
const waysIn = ({ buyer }: Paying) => buyer.chatWith(shop.shop).messages.filter(holdsLink).length;

/** One grant, and one way in. */
async function expectGiven(paying: Paying): Promise<void> {
  await platform.quiet();
  expect(await payment(paying)).toMatchObject({ status: 'approved', lockedUntil: null });
  expect(await subscriptions(paying)).toMatchObject([{ status: 'active' }]);
  expect(waysIn(paying)).toBe(1);
}

async function expectNothingGiven(paying: Paying): Promise<void> {
  await platform.quiet();
  expect(await subscriptions(paying)).toEqual([]);
  expect(waysIn(paying)).toBe(0);
}

describe('Click says that the money came', () => {
  test('and the order is approved, with one way in, however often it says so', async () => {
    const paying = await pays();
    const reply = await click.complete(paying.call());
    expect(reply).toEqual({
      status: 200,
      text: `{"click_trans_id":1001,"merchant_trans_id":"${paying.paymentId}","merchant_confirm_id":${paying.attemptId},"error":0,"error_note":"Success"}`,
      error: 0,
    });
    await expectGiven(paying);
    expect(await attempt(paying)).toMatchObject({ state: 'paid', settled: true });
    platform.clock.passes({ minutes: 5 });
    expect((await click.complete(paying.call())).text).toBe(
      `{"click_trans_id":1001,"merchant_trans_id":"${paying.paymentId}","error":-4,"error_note":"Already paid"}`,
    );
    await expectGiven(paying);
  });

  test('many times at once: one yes, the others hear that it is done', async () => {
    const paying = await pays();
    const replies = await Promise.all(Array.from({ length: 6 }, () => click.complete(paying.call())));
    expect(replies.map(({ error }) => error).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([
      -4, -4, -4, -4, -4, 0,
    ]);
    await expectGiven(paying);
  });

  test('under a number that it was not given: there is no such transaction', async () => {
    const paying = await pays();
    const other = await pays();
    const second = await prepared(paying.buyer, paying.paymentId, '1002');
    for (const id of [
      '999999999',
      '99999999999',
      '0',
      `0${paying.attemptId}`,
      other.attemptId,
      second.attemptId,
    ]) {
      const reply = await click.complete(paying.call({ merchant_prepare_id: String(id) }));
      expect(reply, String(id)).toMatchObject({ status: 200, error: -6 });
    }
    expect(await click.complete(paying.call({ click_trans_id: '1003' }))).toMatchObject({ error: -6 });
    expect(await attempt(paying)).toMatchObject({ state: 'created' });
  });

  test('but another amount, another service, or badly signed: nothing changes', async () => {
    const paying = await pays();
    expect(await click.complete(paying.call({ amount: '300' }))).toMatchObject({ error: -2 });
    expect(await click.complete(paying.call({ service_id: '99999' }))).toMatchObject({ error: -8 });
    expect(await click.complete(paying.call({ sign_string: 'f'.repeat(32) }))).toMatchObject({ error: -1 });
    expect(await click.complete(paying.call({ merchant_trans_id: '999999' }))).toMatchObject({ error: -5 });
    await expectNothingGiven(paying);
    expect(await click.complete(paying.call({ amount: '50000' }))).toMatchObject({ error: 0 });
    await expectGiven(paying);
  });

  test('of a test order: it is approved and gives nothing', async () => {
    const paying = await pays({ isTest: true });
    expect(await click.complete(paying.call())).toMatchObject({ error: 0 });
    await expectNothingGiven(paying);
    expect(await payment(paying)).toMatchObject({ status: 'approved' });
    expect(await attempt(paying)).toMatchObject({ state: 'paid', isTest: true });
  });

  test('and an order that is paid is prepared no more: this payment hears so, another is refused', async () => {
    const paying = await pays();
    await click.complete(paying.call());
    expect(await click.prepare(click.of(paying.paymentId))).toMatchObject({ error: -4 });
    const other = click.of(paying.paymentId, { click_trans_id: '1002' });
    expect(await click.prepare(other)).toMatchObject({ error: -9 });
    await platform.quiet();
  });
});

describe('Click says that the money did not come', () => {
  test('and the order can be paid again, by another attempt', async () => {
    const paying = await pays();
    expect(await click.complete(paying.call({ error: '-5017' }))).toMatchObject({ status: 200, error: -9 });
    expect(await attempt(paying)).toMatchObject({ state: 'cancelled' });
    expect(await payment(paying)).toMatchObject({ status: 'created', lockedUntil: null });

    expect(await click.complete(paying.call({ error: '-5017' }))).toMatchObject({ error: -9 });
    expect(await click.complete(paying.call())).toMatchObject({ error: -9 });
    expect(await click.prepare(click.of(paying.paymentId))).toMatchObject({ error: -9 });
    await expectNothingGiven(paying);

    const again = await prepared(paying.buyer, paying.paymentId, '1002');
    expect(await click.complete(again.call())).toMatchObject({ error: 0 });
    await expectGiven(again);
  });

  test('badly signed: nothing changes', async () => {
    const paying = await pays();
    const forged = paying.call({ error: '-5017', sign_string: '0'.repeat(32) });
    expect(await click.complete(forged)).toMatchObject({ error: -1 });
    expect(await attempt(paying)).toMatchObject({ state: 'created' });
  });

  test('of an attempt while another one runs: the order stays held for that', async () => {
    const paying = await pays();
    const second = await prepared(paying.buyer, paying.paymentId, '1002');
    await click.complete(paying.call({ error: '-1' }));
    expect((await payment(paying)).lockedUntil).not.toBeNull();
    await click.complete(second.call({ error: '-1' }));
    expect((await payment(paying)).lockedUntil).toBeNull();
  });

  test('after it came: what it gave is taken back, once', async () => {
    const paying = await pays();
    await click.complete(paying.call());
    await expectGiven(paying);
    expect(await click.complete(paying.call({ error: '-5017' }))).toMatchObject({ error: -9 });
    expect(await click.complete(paying.call({ error: '-5017' }))).toMatchObject({ error: -9 });
    expect(await click.complete(paying.call())).toMatchObject({ error: -9 });
    await platform.quiet();
    expect(await payment(paying)).toMatchObject({ status: 'reversed' });
    expect(await attempt(paying)).toMatchObject({ state: 'refunded' });
    expect((await subscriptions(paying)).filter(({ status }) => status === 'active')).toEqual([]);
    const taken = await platform.database.auditEntry.count({
      where: { action: 'payment.refunded', target: `payment:${paying.paymentId}` },
    });
    expect(taken).toBe(1);
  });

  test('and that it did, both at once: either both are one, or the money went back', async () => {
    const paying = await pays();
    const replies = await Promise.all([
      click.complete(paying.call()),
      click.complete(paying.call({ error: '-5017' })),
    ]);
    await platform.quiet();
    const { state } = await attempt(paying);
    expect(replies[1]?.error).toBe(-9);
    expect(state).toBe(replies[0]?.error === 0 ? 'refunded' : 'cancelled');
    expect((await subscriptions(paying)).filter(({ status }) => status === 'active')).toEqual([]);
  });
});

describe('Click’s money comes late', () => {
  const cancels = async ({ buyer, paymentId }: Paying) => buyer.presses(shop.shop, `cancel:${paymentId}`);

  test('for an order that was cancelled since: it is given all the same', async () => {
    const paying = await pays();
    platform.clock.passes({ minutes: 31 });
    await cancels(paying);
    expect(await payment(paying)).toMatchObject({ status: 'cancelled' });
    expect(await click.complete(paying.call())).toMatchObject({ error: 0 });
    await expectGiven(paying);
    expect(await refunds(paying)).toEqual([]);
  });

  test('when another payment was approved since: it is to be returned, and both are told once', async () => {
    const paying = await pays();
    platform.clock.passes({ minutes: 31 });
    await cancels(paying);
    const bought = await payFor(platform, shop, paying.buyer);
    await shop.owner.presses(shop.shop, `approve:${bought}`);
    await settled(platform);
    // A reminder of an earlier refund may come to the owner meanwhile.
    const told = () =>
      [shop.owner.chatWith(platform.mainBot), paying.buyer.chatWith(shop.shop)].map(
        ({ messages }) => messages.filter(({ text }) => text.includes('couldn’t be given')).length,
      );
    const before = told();
    expect(await click.complete(paying.call())).toMatchObject({ error: 0 });
    expect(await click.complete(paying.call())).toMatchObject({ error: -4 });
    await settled(platform);
    expect(await payment(paying)).toMatchObject({ status: 'cancelled' });
    expect(await attempt(paying)).toMatchObject({ state: 'paid', settled: false });
    expect(await refunds(paying)).toMatchObject([{ reason: 'late', status: 'open' }]);
    expect(await subscriptions(paying)).toHaveLength(1);
    expect(told()).toEqual(before.map((count) => count + 1));
  });

  test('after a day, when its attempt has run out: it is honoured even then', async () => {
    const paying = await pays();
    platform.clock.passes({ hours: 24, minutes: 1 });
    await round(platform);
    expect(await click.prepare(click.of(paying.paymentId))).toMatchObject({ error: -9 });
    expect(await attempt(paying)).toMatchObject({ state: 'expired' });
    expect(await click.complete(paying.call())).toMatchObject({ error: 0 });
    await expectGiven(paying);
  });

  test('or never does: an attempt that has run out is cancelled', async () => {
    const paying = await pays();
    platform.clock.passes({ hours: 24, minutes: 1 });
    expect(await click.complete(paying.call({ error: '-5017' }))).toMatchObject({ error: -9 });
    expect(await attempt(paying)).toMatchObject({ state: 'cancelled' });
  });

  test('twice for one order, both at once: one is given, the other is to be returned', async () => {
    const paying = await pays();
    const second = await prepared(paying.buyer, paying.paymentId, '1002');
    const replies = await Promise.all([click.complete(paying.call()), click.complete(second.call())]);
    expect(replies.map(({ error }) => error)).toEqual([0, 0]);
    await expectGiven(paying);
    expect(await refunds(paying)).toMatchObject([{ reason: 'duplicate', status: 'open' }]);
    const settled = [await attempt(paying), await attempt(second)].filter((one) => one.settled);
    expect(settled).toHaveLength(1);
  });

  test('for somebody who was banned while they paid: it is to be returned, and Click hears yes', async () => {
    const paying = await pays();
    const { endUserId } = await payment(paying);
    await platform.database.endUser.update({ where: { id: endUserId }, data: { banned: true } });
    expect(await click.complete(paying.call())).toMatchObject({ error: 0 });
    await expectNothingGiven(paying);
    expect(await refunds(paying)).toMatchObject([{ reason: 'undeliverable' }]);
  });
});
