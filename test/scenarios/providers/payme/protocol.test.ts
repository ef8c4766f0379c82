import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  basic,
  connectPayme,
  type PaymeAccount,
  type PaymeCaller,
  paymeCaller,
} from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop, { keys: { live: 'live-key', test: 'test-key' } });
});
afterAll(() => platform.closesClean());

const LOOK = '{"method":"CheckTransaction","params":{"id":"t"},"id":7}';
const NOT_ALLOWED =
  '{"jsonrpc":"2.0","id":7,"error":{"code":-32504,"message":{"uz":"Bu amal uchun huquq yetarli emas","ru":"Недостаточно прав для этой операции","en":"Not allowed to do this"},"data":null}}';

const callerOf = (botId: number | string): PaymeCaller =>
  paymeCaller(() => platform.app.origin, botId, 'live-key', platform.clock.now);
const account = () => platform.database.merchantAccount.findUniqueOrThrow({ where: { id: payme.accountId } });

describe('Whoever has no key is told one thing', () => {
  test.each([
    ['no header at all', null],
    ['a wrong key', basic('Paycom', 'live-kez')],
    ['the right key under another login', basic('paycom', 'live-key')],
    ['the key alone', `Basic ${Buffer.from('live-key').toString('base64')}`],
    ['the key and more', basic('Paycom', 'live-key ')],
    ['the key by another scheme', basic('Paycom', 'live-key').replace('Basic', 'Bearer')],
    ['no base64', 'Basic %%%'],
  ])('with %s', async (_, authorization) => {
    expect(await payme.live.post(LOOK, { authorization })).toMatchObject({ status: 200, text: NOT_ALLOWED });
  });

  test('at a bot that is nobody’s, and at one without an account', async () => {
    const bare = await openShop(platform);
    for (const bot of ['7999999999', bare.shop.id]) {
      expect(await callerOf(bot).post(LOOK), String(bot)).toMatchObject({ status: 200, text: NOT_ALLOWED });
    }
  });

  test('by nobody’s id where what they sent has none', async () => {
    for (const body of ['{', '[]', '[{"id":7}]', '']) {
      const reply = await payme.live.post(body, { authorization: null });
      expect(reply.text, body).toBe(NOT_ALLOWED.replace('"id":7', '"id":null'));
    }
  });

  test('and the owner sees when it was, and when a key was right', async () => {
    platform.clock.passes({ minutes: 1 });
    await payme.live.post(LOOK, { authorization: null });
    expect(await account()).toMatchObject({
      lastRefusedAt: platform.clock.now(),
      refusedCalls: expect.any(Number),
    });
    platform.clock.passes({ minutes: 1 });
    await payme.test.post(LOOK);
    expect(await account()).toMatchObject({ lastAcceptedAt: platform.clock.now(), refusedCalls: 0 });
  });

  test('which is kept to the minute, unless a key was refused between', async () => {
    platform.clock.passes({ minutes: 1 });
    await payme.test.post(LOOK);
    const acceptedAt = platform.clock.now();
    platform.clock.passes({ milliseconds: 59_999 });
    await payme.test.post(LOOK);
    expect(await account()).toMatchObject({ lastAcceptedAt: acceptedAt });
    await payme.live.post(LOOK, { authorization: null });
    await payme.test.post(LOOK);
    expect(await account()).toMatchObject({ lastAcceptedAt: platform.clock.now(), refusedCalls: 0 });
    platform.clock.passes({ milliseconds: 60_000 });
    await payme.test.post(LOOK);
    expect(await account()).toMatchObject({ lastAcceptedAt: platform.clock.now() });
  });
});

describe('A call that is no call of Payme', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('comes by %s', async (method) => {
    const reply = await payme.live.post(LOOK, { method });
    expect(reply).toMatchObject({ status: 200, error: { code: -32_300, data: null } });
    expect(reply.text).toContain('"id":null');
  });

  test.each(['', '{', '{"method":', 'x=1'])('is no JSON: %j', async (body) => {
    const reply = await payme.live.post(body);
    expect(reply).toMatchObject({ status: 200, error: { code: -32_700 } });
    expect(reply.text).toContain('"id":null');
  });

  test.each([
    ['has no method', '{"params":{},"id":7}', 7],
    ['has a method that is no text', '{"method":1,"params":{},"id":7}', 7],
    ['has no parameters', '{"method":"CheckTransaction","id":7}', 7],
    ['has a list of parameters', '{"method":"CheckTransaction","params":[],"id":7}', 7],
    ['is one of several', `[${LOOK}]`, null],
    ['is a text', '"CheckTransaction"', null],
    ['is too large', `{"id":7,"method":"${'x'.repeat(70_000)}"}`, null],
    ['is far too large', `{"id":7,"method":"${'x'.repeat(5_000_000)}"}`, null],
  ])('%s', async (_, body, id) => {
    const reply = await payme.live.post(body);
    expect(reply).toMatchObject({ status: 200, error: { code: -32_600 } });
    expect(reply.text).toContain(`"id":${id},`);
  });

  test.each(['Foo', 'ChangePassword', 'toString'])('names a method that there is not: %s', async (method) => {
    const reply = await payme.live.call(method, {});
    expect(reply).toMatchObject({ status: 200, error: { code: -32_601, data: method } });
    expect(Object.keys(reply.error?.message ?? {})).toEqual(['uz', 'ru', 'en']);
  });

  test('is read all the same, whatever it says that it is', async () => {
    for (const contentType of [
      'text/json',
      'application/json',
      'text/plain',
      'x/y; charset=utf-7',
      'json',
      '',
    ]) {
      const reply = await payme.live.post(LOOK, { contentType });
      expect(reply, contentType).toMatchObject({ status: 200, error: { code: -31_003 } });
    }
  });

  test('has its id again, as it was', async () => {
    for (const id of [7, 'seven', null, 0, 123_456_789_012]) {
      const reply = await payme.live.call('CheckTransaction', { id: 't' }, id);
      expect(reply.text).toContain(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"error"`);
    }
  });
});

describe('An address', () => {
  test('has a bot’s number and nothing below it', async () => {
    for (const path of ['0', '01', 'x', '-5', '9223372036854775808', '', `${shop.shop.id}/check`]) {
      const response = await fetch(`${platform.app.origin}/payme/${path}`, { method: 'POST', body: LOOK });
      expect([response.status, await response.text()], path).toEqual([404, '']);
    }
  });

  test('may end with a slash, and is not to be kept', async () => {
    const response = await fetch(`${platform.app.origin}/payme/${shop.shop.id}/`, {
      method: 'POST',
      headers: { authorization: basic('Paycom', 'live-key') },
      body: LOOK,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ id: 7, error: { code: -31_003 } });
  });

  test('is closed for a minute to whoever tries keys, and to nobody else', async () => {
    const tried = await openShop(platform);
    const theirs = await connectPayme(platform, tried);
    const wrong = { authorization: basic('Paycom', 'guessed') };
    for (let time = 0; time < 30; time += 1) {
      expect(await theirs.live.post(LOOK, wrong)).toMatchObject({ status: 200 });
    }
    expect(await theirs.live.post(LOOK, wrong)).toMatchObject({ status: 429, text: '' });
    expect(await payme.live.post(LOOK)).toMatchObject({ status: 200, error: { code: -31_003 } });
  });
});

test('What was called is counted by its name and what came of it, never by what a stranger wrote', async () => {
  await payme.live.check(
    await orderByClick(platform, shop, await newBuyer(platform, shop), { method: 'payme' }),
  );
  await payme.live.call('Stranger', {});
  const metrics = await (await fetch(`${platform.app.origin}/metrics`)).text();
  expect(metrics).toContain(
    'getolog_provider_callbacks_total{provider="payme",method="CheckPerformTransaction",outcome="0"} 1',
  );
  expect(metrics).toMatch(
    /getolog_provider_callbacks_total\{provider="payme",method="unknown",outcome="-32601"\} \d/,
  );
  expect(metrics).not.toContain('Stranger');
});
