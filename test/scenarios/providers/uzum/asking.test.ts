import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  basic,
  connectUzum,
  newTransId,
  orderByUzum,
  postUzum,
  type UzumCaller,
} from '../../../support/providers/uzum-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let uzum: UzumCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  uzum = await connectUzum(platform, shop);
});
afterAll(() => platform.closesClean());

/** A new buyer's order. */
async function order(given: Parameters<typeof orderByUzum>[3] = {}): Promise<number> {
  return orderByUzum(platform, shop, await newBuyer(platform, shop), given);
}

const OPERATIONS = ['check', 'create', 'confirm', 'reverse', 'status'] as const;
const address = (operation: string) => `${platform.app.origin}/uzum/${shop.shop.id}/${operation}`;
const live = () => basic(`uzum:${uzum.password}`);
const refused = (errorCode: string) => ({ status: 400, json: { status: 'FAILED', errorCode } });
const attempts = (paymentId: number) => platform.database.paymentAttempt.findMany({ where: { paymentId } });

describe('A call is taken from whoever holds the password', () => {
  test('and from nobody else: what is missing or wrong reads the same', async () => {
    const other = await openShop(platform);
    const theirs = await connectUzum(platform, other);
    const key = basic(`uzum:${theirs.password}`);
    const wrong = [null, 'Basic', 'Basic !', key.replace('Basic', 'Bearer')];
    const texts = [
      '',
      'uzum:',
      `Uzum:${theirs.password}`,
      `uzum:${theirs.password} `,
      `uzum:${uzum.password}`,
    ];
    const replies = new Set<string>();
    for (const authorization of [...wrong, ...texts.map(basic)]) {
      const { status, text } = await theirs.call('check', { params: { order_id: 1 } }, authorization);
      expect(status).toBe(400);
      replies.add(text);
    }
    expect([...replies].map((text) => JSON.parse(text))).toMatchObject([
      { serviceId: theirs.serviceId, status: 'FAILED', errorCode: '10001' },
    ]);
    for (const operation of OPERATIONS) {
      expect(await theirs.call(operation, {}, null), operation).toMatchObject(refused('10001'));
    }
    expect(await theirs.check(1)).toMatchObject(refused('10007'));
  });

  test('of a bot that is unknown or has no account: the same answer, before a body is judged', async () => {
    const bare = await openShop(platform);
    for (const bot of ['7999999999', bare.shop.id]) {
      const url = `${platform.app.origin}/uzum/${bot}/check`;
      expect(await postUzum(url, '{', live()), String(bot)).toMatchObject(refused('10001'));
    }
    expect(await postUzum(address('foo'), '{', null)).toMatchObject(refused('10001'));
    expect((await uzum.call('check', {}, basic('uzum:'))).json).toEqual({
      serviceId: uzum.serviceId,
      status: 'FAILED',
      timestamp: platform.clock.now().getTime(),
      errorCode: '10001',
    });
  });

  test('and the owner sees when it was accepted, and when refused', async () => {
    const account = () =>
      platform.database.merchantAccount.findUniqueOrThrow({ where: { id: uzum.accountId } });
    platform.clock.passes({ minutes: 1 });
    await uzum.call('check', {}, null);
    expect((await account()).lastRefusedAt).toEqual(platform.clock.now());
    platform.clock.passes({ minutes: 1 });
    await uzum.check(1);
    expect((await account()).lastAcceptedAt).toEqual(platform.clock.now());
  });
});

describe('A call that is no call of Uzum', () => {
  test('is no JSON, or too large', async () => {
    for (const body of ['', '{', '{"a":}', `{"a":"${'x'.repeat(70_000)}"}`, '['.repeat(60_000)]) {
      const reply = await postUzum(address('check'), body, live());
      expect(reply, body.slice(0, 9)).toMatchObject(refused('10002'));
    }
  });

  test('comes by another method than POST, or asks for an operation that is unknown', async () => {
    const body = JSON.stringify({ serviceId: uzum.serviceId, timestamp: 1 });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      for (const operation of ['check', 'foo', 'check/']) {
        const reply = await postUzum(address(operation), body, live(), { method });
        expect(reply, `${method} ${operation}`).toMatchObject(refused('10003'));
      }
    }
    for (const operation of [
      'foo',
      'Check',
      'check/now',
      'a/b/c',
      'check//',
      'x'.repeat(64),
      'foo/',
      '%D1%8F',
    ]) {
      const reply = await postUzum(address(operation), body, live());
      expect(reply, operation).toMatchObject(refused('10003'));
    }
    expect((await postUzum(address('foo'), body, live())).json).toEqual({
      serviceId: uzum.serviceId,
      status: 'FAILED',
      timestamp: platform.clock.now().getTime(),
      errorCode: '10003',
    });
  });

  test('goes to no bot: nothing is there', async () => {
    for (const bot of ['0', '01', 'x', '9223372036854775808', '-5']) {
      const reply = await postUzum(`${platform.app.origin}/uzum/${bot}/check`, '{}', live());
      expect(reply, bot).toEqual({ status: 404, text: '', json: null });
    }
    expect((await postUzum(`${platform.app.origin}/uzum/${shop.shop.id}`, '{}', live())).status).toBe(404);
  });

  test('lacks what it needs, or has it as something else', async () => {
    const orderId = await order();
    const whole = {
      transId: newTransId(),
      params: { order_id: orderId },
      amount: 5_000_000,
      paymentSource: 'UZCARD',
    };
    const wrong: [string, object][] = [
      ...OPERATIONS.flatMap((operation): [string, object][] => [
        [operation, { timestamp: undefined }],
        [operation, { timestamp: 'now' }],
        [operation, { timestamp: 1.5 }],
        [operation, { serviceId: undefined }],
        [operation, { serviceId: null }],
        [operation, { serviceId: 'abc' }],
        [operation, { serviceId: {} }],
      ]),
      ...['check', 'create'].flatMap((operation): [string, object][] => [
        [operation, { params: undefined }],
        [operation, { params: 'order' }],
        [operation, { params: [] }],
        [operation, { params: {} }],
        [operation, { params: { order_id: '' } }],
        [operation, { params: { order_id: null } }],
        [operation, { params: { order_id: true } }],
        [operation, { params: { account: {} } }],
      ]),
      ...['create', 'confirm', 'reverse', 'status'].flatMap((operation): [string, object][] => [
        [operation, { transId: undefined }],
        [operation, { transId: '' }],
        [operation, { transId: 5 }],
        [operation, { transId: 'a\u0000b' }],
        [operation, { transId: 'x'.repeat(3_000) }],
      ]),
      ['create', { amount: undefined }],
      ['create', { amount: '5000000' }],
      ['create', { amount: null }],
      ['confirm', { paymentSource: undefined }],
      ['confirm', { paymentSource: '' }],
    ];
    for (const [operation, change] of wrong) {
      const reply = await uzum.call(operation, { ...whole, ...change });
      expect(reply, `${operation} ${JSON.stringify(change)}`).toMatchObject(refused('10005'));
    }
    for (const body of ['null', '5', '"x"', '[]', '{}']) {
      expect((await postUzum(address('check'), body, live())).json, body).toEqual({
        serviceId: null,
        status: 'FAILED',
        timestamp: platform.clock.now().getTime(),
        errorCode: '10005',
      });
    }
    expect(await attempts(orderId)).toEqual([]);
  });

  test('is of another service; ours may come as text', async () => {
    const params = { order_id: await order() };
    for (const serviceId of [uzum.serviceId + 1_000, '1', 0]) {
      expect(await uzum.call('check', { params, serviceId })).toMatchObject(refused('10006'));
    }
    const serviceId = String(uzum.serviceId);
    expect(await uzum.call('check', { params, serviceId })).toMatchObject({
      status: 200,
      json: { serviceId, status: 'OK' },
    });
  });
});

describe('An order is asked for', () => {
  test('by its number, as text or not, under either of two names', async () => {
    const orderId = await order();
    const expected = {
      serviceId: uzum.serviceId,
      timestamp: platform.clock.now().getTime(),
      status: 'OK',
      data: { account: { value: String(orderId) } },
    };
    const number = String(orderId);
    for (const params of [
      { order_id: number },
      { order_id: orderId },
      { account: number },
      { account: orderId },
      { order_id: number, account: '1' },
      { order_id: '', account: number, phone: '998900000000' },
    ]) {
      const reply = await uzum.call('check', { timestamp: 1, params });
      expect(reply.status, JSON.stringify(params)).toBe(200);
      expect(reply.json).toEqual(expected);
    }
    const plain = { serviceId: uzum.serviceId, timestamp: 1, params: { order_id: number } };
    for (const contentType of ['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'json', '']) {
      const reply = await postUzum(`${address('check')}/`, JSON.stringify(plain), live(), { contentType });
      expect(reply.status, contentType).toBe(200);
    }
    expect(await attempts(orderId)).toEqual([]);
  });

  test('that is nobody’s, another bot’s, another method’s or a test: it is not found', async () => {
    const other = await openShop(platform);
    const theirs = await orderByUzum(platform, other, await newBuyer(platform, other));
    const byClick = await orderByClick(platform, shop, await newBuyer(platform, shop));
    const own = await order();
    const nobodys = ['999999', 999_999, '99999999999', 'x', '-1', -1, 1.5, `0${own}`, ' 1', 1e30, '0'];
    for (const number of [...nobodys, theirs, byClick, await order({ isTest: true })]) {
      expect(await uzum.check(number), String(number)).toMatchObject(refused('10007'));
      expect(await uzum.create(number, newTransId()), String(number)).toMatchObject(refused('10007'));
    }
  });

  test('of the other world: each password sees its own', async () => {
    const real = { params: { order_id: await order() } };
    const tried = { params: { order_id: await order({ isTest: true }) } };
    expect(await uzum.test('check', real)).toMatchObject(refused('10007'));
    expect(await uzum.call('check', tried)).toMatchObject(refused('10007'));
    expect((await uzum.test('check', tried)).status).toBe(200);
    expect((await uzum.call('check', real)).status).toBe(200);
  });

  test('that is paid or was taken back: it is paid', async () => {
    for (const status of ['approved', 'reversed'] as const) {
      const orderId = await order();
      await platform.database.payment.update({ where: { id: orderId }, data: { status } });
      expect(await uzum.check(orderId)).toMatchObject(refused('10008'));
      expect(await uzum.create(orderId, newTransId())).toMatchObject(refused('10008'));
    }
  });

  test('that was cancelled, ran out, or is of somebody banned: it is closed', async () => {
    const cancelled = await order();
    await platform.database.payment.update({ where: { id: cancelled }, data: { status: 'cancelled' } });
    const buyer = await newBuyer(platform, shop);
    const ofBanned = await orderByUzum(platform, shop, buyer);
    await platform.database.endUser.updateMany({
      where: { telegramUserId: buyer.id },
      data: { banned: true },
    });
    const old = await order();
    platform.clock.passes({ hours: 23, minutes: 59 });
    expect((await uzum.check(old)).status).toBe(200);
    platform.clock.passes({ minutes: 1 });
    for (const orderId of [cancelled, ofBanned, old]) {
      expect(await uzum.check(orderId)).toMatchObject(refused('10009'));
      expect(await uzum.create(orderId, newTransId())).toMatchObject(refused('10009'));
      expect(await attempts(orderId)).toEqual([]);
    }
  });
});
