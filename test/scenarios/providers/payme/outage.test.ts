import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import { connectPayme, newTransactionId } from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop } from '../../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ outages: true });
});
afterAll(() => platform.close());

test('While the database is away every call is a fault of ours, with its id, and goes through afterwards', async () => {
  const shop = await openShop(platform);
  const { live } = await connectPayme(platform, shop);
  const paymentId = await orderByClick(platform, shop, await newBuyer(platform, shop), { method: 'payme' });
  const id = newTransactionId();
  await live.create(id, paymentId);
  await platform.quiet();

  await platform.postgres?.cut();
  const replies = [
    await live.check(paymentId),
    await live.perform(id),
    await live.cancel(id),
    await live.look(id),
    await live.call('GetStatement', { from: 0, to: 1 }),
    await live.call('Foo', {}),
    await live.post('{"id":7', { authorization: null }),
  ];
  for (const reply of replies) expect(reply).toMatchObject({ status: 200, error: { code: -32_400 } });
  for (const { text } of replies.slice(0, -1)) expect(text).toContain('{"jsonrpc":"2.0","id":7,"error"');
  expect(replies.at(-1)?.text).toContain('"id":null');

  await platform.postgres?.restore();
  await eventually(async () => expect(await live.perform(id)).toMatchObject({ result: { state: 2 } }));
  const payment = await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(payment.status).toBe('approved');
  await platform.quiet();
});

test('While connections to the database say nothing more, whoever asks is answered in time, and others soon by new ones', async () => {
  const shop = await openShop(platform);
  const { live } = await connectPayme(platform, shop);
  const paymentId = await orderByClick(platform, shop, await newBuyer(platform, shop), { method: 'payme' });
  const allowed = { status: 200, result: { allow: true } };
  expect(await live.check(paymentId)).toMatchObject(allowed);
  await platform.quiet();
  platform.faults.splice(0);

  platform.postgres?.stall();
  const replies = await Promise.all(Array.from({ length: 6 }, () => live.check(paymentId)));
  // None was given up, which would go on behind its caller's back.
  expect(platform.faults.map(String).filter((fault) => fault.startsWith('TooLate'))).toEqual([]);
  const failed = replies.filter(({ error }) => error !== null);
  expect(failed.length).toBeGreaterThan(0);
  for (const reply of failed) expect(reply).toMatchObject({ status: 200, error: { code: -32_400 } });
  await eventually(async () => expect(await live.check(paymentId)).toMatchObject(allowed));

  // What was on a connection of the others is theirs to wait for, until it is cut.
  await platform.postgres?.cut();
  await platform.postgres?.restore();
  const id = newTransactionId();
  await eventually(async () =>
    expect(await live.create(id, paymentId)).toMatchObject({ result: { state: 1 } }),
  );
  await platform.quiet();
});
