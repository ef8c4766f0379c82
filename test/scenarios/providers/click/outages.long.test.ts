import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { attemptIn, connectClick, orderByClick } from '../../../support/providers/click-caller.ts';
import { holdsLink, newBuyer, openShop } from '../../../support/shop.ts';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform({ outages: true });
});
afterEach(async () => {
  expect(platform.telegram.faults).toEqual([]);
  expect(platform.faults.filter((fault) => !String(fault).includes('Alert: '))).toEqual([]);
  await platform.close();
});

test('Postgres is away: Click hears that it failed, and asks again for what is paid until it is back', async () => {
  const shop = await openShop(platform);
  const click = await connectClick(platform, shop);
  const buyer = await newBuyer(platform, shop);
  const paymentId = await orderByClick(platform, shop, buyer);
  const prepareId = attemptIn(await click.prepare(click.of(paymentId)));
  const complete = click.of(paymentId, { merchant_prepare_id: prepareId });

  await platform.postgres?.cut();
  const failed = `{"click_trans_id":1001,"merchant_trans_id":"${paymentId}","error":-7,"error_note":"Failed to update user"}`;
  expect(await click.prepare(click.of(paymentId))).toEqual({ status: 200, text: failed, error: -7 });
  expect(await click.complete(complete)).toEqual({ status: 503, text: failed, error: -7 });
  // What could be told without looking anything up still is.
  expect(await click.prepare({ amount: undefined })).toMatchObject({ status: 200, error: -8 });

  await platform.postgres?.restore();
  await eventually(async () => expect(await click.complete(complete)).toMatchObject({ error: 0 }));
  expect(await click.complete(complete)).toMatchObject({ error: -4 });
  await platform.quiet();
  expect(buyer.chatWith(shop.shop).messages.filter(holdsLink)).toHaveLength(1);
});

test('Postgres says nothing more: Click is answered all the same, within eight seconds', async () => {
  const shop = await openShop(platform);
  const click = await connectClick(platform, shop);
  const paymentId = await orderByClick(platform, shop, await newBuyer(platform, shop));
  const prepareId = attemptIn(await click.prepare(click.of(paymentId)));
  platform.postgres?.stall();
  const complete = click.of(paymentId, { merchant_prepare_id: prepareId });
  const [asked, told] = await Promise.all([click.prepare(click.of(paymentId)), click.complete(complete)]);
  expect(asked).toMatchObject({ status: 200, error: -7 });
  expect(told).toMatchObject({ status: 503 });
  await platform.postgres?.cut();
  await platform.postgres?.restore();
  await eventually(async () => expect(await click.complete(complete)).toMatchObject({ error: 0 }), {
    timeout: 30_000,
  });
  await platform.quiet();
  // What had gone on to its transaction was given up as a fault of ours; what had not is part of the outage.
  const faults = platform.faults.splice(0).map(String);
  expect(faults).toEqual(Array(Math.min(faults.length, 2)).fill('TooLate: An answer took too long'));
});

test('Redis is away: Click is answered all the same, and the way in comes when it is back', async () => {
  const shop = await openShop(platform);
  const click = await connectClick(platform, shop);
  const buyer = await newBuyer(platform, shop);
  const paymentId = await orderByClick(platform, shop, buyer);
  await platform.redis?.cut();
  const prepareId = attemptIn(await click.prepare(click.of(paymentId)));
  const complete = click.of(paymentId, { merchant_prepare_id: prepareId });
  expect(await click.complete(complete)).toMatchObject({ status: 200, error: 0 });
  await platform.redis?.restore();
  await eventually(
    async () => {
      await platform.app.jobs.sweep();
      expect(buyer.chatWith(shop.shop).messages.filter(holdsLink)).toHaveLength(1);
    },
    { timeout: 30_000, interval: 250 },
  );
});
