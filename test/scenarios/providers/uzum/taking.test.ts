import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, round, startPlatform } from '../../../support/platform.ts';
import {
  connectUzum,
  newTransId,
  orderByUzum,
  type UzumCaller,
} from '../../../support/providers/uzum-caller.ts';
import { holdsLink, newBuyer, openShop, payFor, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let uzum: UzumCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  uzum = await connectUzum(platform, shop);
});
afterAll(() => platform.closesClean());

const HALF_AN_HOUR_MS = 1_800_000;

/** Somebody whose order Uzum takes the money of. */
interface Paying {
  buyer: SandboxPerson;
  orderId: number;
  transId: string;
  createdAt: number;
}

async function pays(): Promise<Paying> {
  const buyer = await newBuyer(platform, shop);
  const orderId = await orderByUzum(platform, shop, buyer);
  const transId = newTransId();
  const reply = await uzum.create(orderId, transId);
  expect(reply.status).toBe(200);
  return { buyer, orderId, transId, createdAt: now() };
}

const now = () => platform.clock.now().getTime();
const refused = (errorCode: string) => ({ status: 400, json: { status: 'FAILED', errorCode } });
const payment = ({ orderId }: Pick<Paying, 'orderId'>) =>
  platform.database.payment.findUniqueOrThrow({ where: { id: orderId } });
const attempts = ({ orderId }: Pick<Paying, 'orderId'>) =>
  platform.database.paymentAttempt.findMany({ where: { paymentId: orderId }, orderBy: { id: 'asc' } });
const refunds = ({ orderId }: Paying) =>
  platform.database.refund.findMany({ where: { attempt: { paymentId: orderId } } });
const subscriptions = ({ buyer }: Paying) =>
  platform.database.subscription.findMany({ where: { endUser: { telegramUserId: buyer.id } } });
const waysIn = ({ buyer }: Paying) => buyer.chatWith(shop.shop).messages.filter(holdsLink).length;
const audited = (action: string, { orderId }: Paying) =>
  platform.database.auditEntry.count({ where: { action, target: `payment:${orderId}` } });

/** One grant, and one way in. */
async function expectGiven(paying: Paying): Promise<void> {
  await platform.quiet();
  expect(await payment(paying)).toMatchObject({ status: 'approved', lockedUntil: null });
  expect(await subscriptions(paying)).toMatchObject([{ status: 'active' }]);
  expect(waysIn(paying)).toBe(1);
  expect(await audited('payment.settled', paying)).toBe(1);
}

async function expectNothingGiven(paying: Paying): Promise<void> {
  await platform.quiet();
  expect(await subscriptions(paying)).toEqual([]);
  expect(waysIn(paying)).toBe(0);
}

describe('Uzum begins to take the money', () => {
  test('and the order is held for half an hour', async () => {
    const buyer = await newBuyer(platform, shop);
    const orderId = await orderByUzum(platform, shop, buyer);
    const transId = newTransId();
    expect(await uzum.create(orderId, transId, { timestamp: 1_795_176_000_123, tariff: 'x' })).toMatchObject({
      status: 200,
      json: {
        serviceId: uzum.serviceId,
        transId,
        status: 'CREATED',
        transTime: now(),
        data: { account: { value: String(orderId) } },
        amount: 5_000_000,
      },
    });
    expect(await attempts({ orderId })).toMatchObject([
      {
        provider: 'uzum',
        merchantAccountId: uzum.accountId,
        isTest: false,
        providerTxnId: transId,
        amount: 5_000_000n,
        state: 'created',
        settled: false,
        providerTime: 1_795_176_000_123n,
        createTime: BigInt(now()),
        performTime: null,
        cancelTime: null,
      },
    ]);
    expect(await payment({ orderId })).toMatchObject({
      status: 'created',
      lockedUntil: new Date(now() + HALF_AN_HOUR_MS),
    });
  });

  test('again, with any amount and for any order: it is known', async () => {
    const paying = await pays();
    const { transId, orderId } = paying;
    const other = await pays();
    for (const reply of [
      await uzum.create(orderId, transId),
      await uzum.create(orderId, transId, { amount: 1 }),
      await uzum.create(other.orderId, transId),
      await uzum.create(999_999, transId),
    ]) {
      expect(reply).toMatchObject(refused('10010'));
      expect(reply.json).toMatchObject({ transId, transTime: now() });
    }
    expect(await attempts(paying)).toHaveLength(1);
  });

  test('by another transaction: the first one has the order', async () => {
    const paying = await pays();
    expect(await uzum.check(paying.orderId)).toMatchObject(refused('10008'));
    expect(await uzum.create(paying.orderId, newTransId())).toMatchObject(refused('10008'));
    expect(await attempts(paying)).toHaveLength(1);
  });

  test.each([4_999_999, 5_000_001, 50_000, 0, -5_000_000, 5_000_000.5, 1e300])(
    'of %d tiyin: that is another amount',
    async (amount) => {
      const orderId = await orderByUzum(platform, shop, await newBuyer(platform, shop));
      expect(await uzum.create(orderId, newTransId(), { amount })).toMatchObject(refused('10011'));
      expect(await attempts({ orderId })).toEqual([]);
      expect(await payment({ orderId })).toMatchObject({ lockedUntil: null });
    },
  );
});

describe('Uzum says that the money came', () => {
  test('and the order is approved, with one way in, however often it says so', async () => {
    const paying = await pays();
    platform.clock.passes({ minutes: 1 });
    const reply = await uzum.confirm(paying.transId);
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.json).toEqual({
      serviceId: uzum.serviceId,
      transId: paying.transId,
      status: 'CONFIRMED',
      confirmTime: now(),
      data: { account: { value: String(paying.orderId) } },
      amount: 5_000_000,
    });
    await expectGiven(paying);
    platform.clock.passes({ minutes: 1 });
    const again = await uzum.confirm(paying.transId);
    expect(again).toMatchObject(refused('10016'));
    expect(again.json).toMatchObject({ transId: paying.transId, confirmTime: now() });
    await expectGiven(paying);
    expect(await attempts(paying)).toMatchObject([{ state: 'paid', settled: true, paymentSource: 'UZCARD' }]);
    expect(await uzum.check(paying.orderId)).toMatchObject(refused('10008'));
  });

  test('twice at once: one is told so, the other that it was before', async () => {
    const paying = await pays();
    const replies = await Promise.all([1, 2, 3].map(() => uzum.confirm(paying.transId)));
    const done = replies.filter(({ status }) => status === 200);
    expect(done).toHaveLength(1);
    for (const reply of replies) if (!done.includes(reply)) expect(reply).toMatchObject(refused('10016'));
    await expectGiven(paying);
  });

  test('without its source it is no call; without a telephone it is one', async () => {
    const paying = await pays();
    const { transId } = paying;
    expect(await uzum.confirm(transId, { paymentSource: undefined })).toMatchObject(refused('10005'));
    await expectNothingGiven(paying);
    const odd = `\u0000${'🏦'.repeat(5_000)}`;
    expect((await uzum.confirm(transId, { phone: undefined, paymentSource: odd })).status).toBe(200);
    await expectGiven(paying);
  });

  test('of a transaction that is unknown, or of the other world: there is none', async () => {
    const { transId } = await pays();
    for (const operation of ['confirm', 'reverse', 'status']) {
      const fields = { transId: newTransId(), paymentSource: 'x' };
      const reply = await uzum.call(operation, fields);
      expect(reply, operation).toMatchObject(refused('10014'));
      expect(reply.json).toMatchObject({ serviceId: uzum.serviceId, transId: fields.transId });
      expect(await uzum.test(operation, { ...fields, transId })).toMatchObject(refused('10014'));
    }
  });

  test('for somebody who was banned since: it is to be returned, and Uzum hears yes', async () => {
    const paying = await pays();
    const { endUserId } = await payment(paying);
    await platform.database.endUser.update({ where: { id: endUserId }, data: { banned: true } });
    expect(await uzum.confirm(paying.transId)).toMatchObject({ status: 200, json: { status: 'CONFIRMED' } });
    await expectNothingGiven(paying);
    expect(await refunds(paying)).toMatchObject([{ reason: 'undeliverable', status: 'open' }]);
    expect(await uzum.confirm(paying.transId)).toMatchObject(refused('10016'));
    expect(await refunds(paying)).toHaveLength(1);

    expect((await uzum.reverse(paying.transId)).json).toMatchObject({ status: 'REVERSED' });
    expect(await refunds(paying)).toMatchObject([{ status: 'done' }]);
  });

  test('of a test order: it is approved and gives nothing', async () => {
    const buyer = await newBuyer(platform, shop);
    const orderId = await orderByUzum(platform, shop, buyer, { isTest: true });
    const transId = newTransId();
    const params = { order_id: orderId };
    expect((await uzum.test('create', { transId, params, amount: 5_000_000 })).status).toBe(200);
    expect((await uzum.test('confirm', { transId, paymentSource: 'x' })).status).toBe(200);
    expect(await payment({ orderId })).toMatchObject({ status: 'approved' });
    expect(await attempts({ orderId })).toMatchObject([{ state: 'paid', isTest: true }]);
    await expectNothingGiven({ buyer, orderId, transId, createdAt: now() });
  });
});

describe('Half an hour after it began', () => {
  test('to the millisecond it can be confirmed', async () => {
    const paying = await pays();
    platform.clock.passes({ milliseconds: HALF_AN_HOUR_MS });
    expect((await uzum.status(paying.transId)).json).toMatchObject({ status: 'CREATED' });
    expect((await uzum.confirm(paying.transId)).json).toMatchObject({ status: 'CONFIRMED' });
    await expectGiven(paying);
  });

  test('it has failed: what is confirmed then is for the owner to look at, once', async () => {
    const paying = await pays();
    const { transId } = paying;
    platform.clock.passes({ milliseconds: HALF_AN_HOUR_MS + 1 });
    const messages = () => paying.buyer.chatWith(shop.shop).messages.length;
    const before = messages();
    expect(await uzum.confirm(transId)).toMatchObject(refused('10015'));
    expect(await uzum.confirm(transId)).toMatchObject(refused('10015'));
    expect((await uzum.status(transId)).json).toEqual({
      serviceId: uzum.serviceId,
      transId,
      status: 'FAILED',
      transTime: paying.createdAt,
      confirmTime: null,
      reverseTime: null,
      data: {},
      amount: 5_000_000,
    });
    expect(await uzum.reverse(transId)).toMatchObject(refused('10017'));
    expect(await uzum.create(paying.orderId, transId)).toMatchObject(refused('10010'));
    await expectNothingGiven(paying);
    expect(await attempts(paying)).toMatchObject([{ state: 'expired', cancelTime: null }]);
    expect(await refunds(paying)).toMatchObject([{ reason: 'unclear', status: 'open' }]);
    expect(messages()).toBe(before);
  });

  test('its order is free again, whoever looks first', async () => {
    const paying = await pays();
    const swept = await pays();
    platform.clock.passes({ milliseconds: HALF_AN_HOUR_MS + 1 });
    expect((await uzum.check(paying.orderId)).status).toBe(200);
    expect(await payment(paying)).toMatchObject({ status: 'created', lockedUntil: null });
    await round(platform);
    const transId = newTransId();
    expect((await uzum.create(swept.orderId, transId)).status).toBe(200);
    expect((await uzum.confirm(transId)).status).toBe(200);
    await expectGiven(swept);
    expect((await attempts(swept)).map(({ state }) => state)).toEqual(['expired', 'paid']);
    expect(await refunds(paying)).toEqual([]);
  });
});

describe('Uzum reverses', () => {
  test('before the money came: the order can be paid again, by another transaction', async () => {
    const paying = await pays();
    const { transId } = paying;
    platform.clock.passes({ minutes: 1 });
    const reply = await uzum.reverse(transId);
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      serviceId: uzum.serviceId,
      transId,
      status: 'REVERSED',
      reverseTime: now(),
      data: {},
      amount: 5_000_000,
    });
    expect(await payment(paying)).toMatchObject({ status: 'created', lockedUntil: null });
    platform.clock.passes({ minutes: 1 });
    const again = await uzum.reverse(transId);
    expect(again).toMatchObject(refused('10018'));
    expect(again.json).toMatchObject({ reverseTime: now() });
    expect(await uzum.confirm(transId)).toMatchObject(refused('10015'));
    expect(await refunds(paying)).toEqual([]);
    await expectNothingGiven(paying);
    const second = newTransId();
    expect((await uzum.create(paying.orderId, second)).status).toBe(200);
    expect((await uzum.confirm(second)).status).toBe(200);
    await expectGiven(paying);
  });

  test('after it came: what it gave is taken back, once', async () => {
    const paying = await pays();
    await uzum.confirm(paying.transId);
    await expectGiven(paying);
    const replies = await Promise.all([1, 2].map(() => uzum.reverse(paying.transId)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await uzum.reverse(paying.transId)).toMatchObject(refused('10018'));
    expect(await uzum.confirm(paying.transId)).toMatchObject(refused('10015'));
    await platform.quiet();
    expect(await payment(paying)).toMatchObject({ status: 'reversed' });
    expect(await attempts(paying)).toMatchObject([{ state: 'refunded' }]);
    expect(await subscriptions(paying)).toMatchObject([{ status: 'kicked' }]);
    expect(await audited('payment.refunded', paying)).toBe(1);
    expect(await uzum.check(paying.orderId)).toMatchObject(refused('10008'));
  });

  test('while it confirms: it was never confirmed, or it was taken back', async () => {
    const paying = await pays();
    const [confirmed, reversed] = await Promise.all([
      uzum.confirm(paying.transId),
      uzum.reverse(paying.transId),
    ]);
    await platform.quiet();
    expect(reversed.status).toBe(200);
    const [attempt] = await attempts(paying);
    expect(attempt?.state).toBe(confirmed.status === 200 ? 'refunded' : 'cancelled');
    expect((await subscriptions(paying)).filter(({ status }) => status === 'active')).toEqual([]);
  });
});

describe('Uzum asks how it stands', () => {
  test('ten times: the same moments each time, and none where nothing happened', async () => {
    const paying = await pays();
    const { transId, createdAt } = paying;
    const stands = async (status: string, confirmTime: number | null, reverseTime: number | null) => {
      const replies = new Set<string>();
      for (let time = 0; time < 10; time += 1) {
        platform.clock.passes({ milliseconds: 1_000 });
        replies.add((await uzum.status(transId)).text);
      }
      expect([...replies].map((text) => JSON.parse(text))).toEqual([
        {
          serviceId: uzum.serviceId,
          transId,
          status,
          transTime: createdAt,
          confirmTime,
          reverseTime,
          data: {},
          amount: 5_000_000,
        },
      ]);
    };
    await stands('CREATED', null, null);
    await uzum.confirm(transId);
    const confirmedAt = now();
    await stands('CONFIRMED', confirmedAt, null);
    await uzum.reverse(transId);
    const reversedAt = now();
    await stands('REVERSED', confirmedAt, reversedAt);
  });
});

test('Money for an order that was replaced since, when another was approved: it is to be returned', async () => {
  const paying = await pays();
  // By hand: while it is taken, a buyer can neither cancel nor choose anew.
  await platform.database.payment.update({
    where: { id: paying.orderId },
    data: { status: 'cancelled', decidedAt: platform.clock.now() },
  });
  platform.clock.passes({ minutes: 1 });
  const bought = await payFor(platform, shop, paying.buyer);
  await shop.owner.presses(shop.shop, `approve:${bought}`);
  await platform.quiet();
  expect((await uzum.confirm(paying.transId)).json).toMatchObject({ status: 'CONFIRMED' });
  await platform.quiet();
  expect(await payment(paying)).toMatchObject({ status: 'cancelled' });
  expect(await attempts(paying)).toMatchObject([{ state: 'paid', settled: false }]);
  expect(await refunds(paying)).toMatchObject([{ reason: 'late', status: 'open' }]);
  expect(await subscriptions(paying)).toHaveLength(1);
});
