import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { connectUzum, newTransId, orderByUzum } from '../../../support/providers/uzum-caller.ts';
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

/** A shop that sells by Uzum, and somebody whose order it takes the money of. */
async function sellsByUzum() {
  const shop = await openShop(platform);
  const uzum = await connectUzum(platform, shop);
  const buyer = await newBuyer(platform, shop);
  const transId = newTransId();
  const orderId = await orderByUzum(platform, shop, buyer);
  await uzum.create(orderId, transId);
  const waysIn = () => buyer.chatWith(shop.shop).messages.filter(holdsLink).length;
  return { uzum, orderId, transId, waysIn };
}

test('Postgres is away: Uzum hears no code, asks how it stands when it is back, and is answered', async () => {
  const { uzum, orderId, transId, waysIn } = await sellsByUzum();
  await platform.postgres?.cut();
  const unavailable = { status: 503, text: '{}', json: {} };
  expect(await uzum.check(orderId)).toEqual(unavailable);
  expect(await uzum.create(orderId, newTransId())).toEqual(unavailable);
  expect(await uzum.confirm(transId)).toEqual(unavailable);
  expect(await uzum.reverse(transId)).toEqual(unavailable);
  expect(await uzum.status(transId)).toEqual(unavailable);
  expect(await uzum.call('status', {}, null)).toEqual(unavailable);

  await platform.postgres?.restore();
  await eventually(async () =>
    expect((await uzum.status(transId)).json).toMatchObject({ status: 'CREATED', confirmTime: null }),
  );
  expect((await uzum.confirm(transId)).json).toMatchObject({ status: 'CONFIRMED' });
  await platform.quiet();
  expect(waysIn()).toBe(1);
});

test('Redis is away: Uzum is answered all the same, and the way in comes when it is back', async () => {
  const { uzum, transId, waysIn } = await sellsByUzum();
  await platform.redis?.cut();
  expect((await uzum.confirm(transId)).json).toMatchObject({ status: 'CONFIRMED' });
  await platform.redis?.restore();
  await eventually(
    async () => {
      await platform.app.jobs.sweep();
      expect(waysIn()).toBe(1);
    },
    { timeout: 30_000, interval: 250 },
  );
});

test('Telegram is away: Uzum is answered all the same, and the way in comes when it is back', async () => {
  const { uzum, transId, waysIn } = await sellsByUzum();
  platform.telegram.becomesUnavailable();
  expect((await uzum.confirm(transId)).json).toMatchObject({ status: 'CONFIRMED' });
  expect((await uzum.status(transId)).json).toMatchObject({ status: 'CONFIRMED' });
  expect(waysIn()).toBe(0);
  platform.telegram.comesBack();
  await eventually(
    async () => {
      platform.clock.passes({ minutes: 1 });
      await platform.app.jobs.sweep();
      expect(waysIn()).toBe(1);
    },
    { timeout: 30_000, interval: 250 },
  );
});
