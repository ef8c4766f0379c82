import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { endOf } from '../../../support/providers/refunds.ts';
import {
  connectUzum,
  newTransId,
  orderByUzum,
  type UzumCaller,
} from '../../../support/providers/uzum-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
let uzum: UzumCaller;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop);
  uzum = await connectUzum(platform, shop);
});
afterAll(() => platform.closesClean());

const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const entriesOf = (endUserId: number) =>
  platform.database.timeEntry.count({ where: { endUserId, takenBackAt: null } });

async function paidByPayme(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  const order = await orderByClick(platform, shop, buyer, { method: 'payme' });
  const id = newTransactionId();
  await payme.live.create(id, order);
  await payme.live.perform(id);
  await platform.quiet();
  return { buyer, order, id };
}

test('an owner who takes back a payment by Payme is sent to its cabinet, whose return takes the time back', async () => {
  const { mainBot } = platform;
  const { buyer, order, id } = await paidByPayme('Payshanba');
  await shop.owner.presses(mainBot, `revert:${order}`);
  await shop.owner.reads(mainBot, 'return the money in Payme’s cabinet');
  expect((await payment(order)).status).toBe('approved');
  expect(await payme.live.cancel(id)).toMatchObject({ result: { state: -2 } });
  await shop.owner.reads(mainBot, 'Payme returned 50,000');
  await buyer.reads(shop.shop, 'your access has ended');
  expect((await payment(order)).status).toBe('reversed');
  await shop.owner.presses(mainBot, `revert:${order}:yes`);
  await shop.owner.isTold(mainBot, 'was undone');
  expect(await entriesOf((await payment(order)).endUserId)).toBe(0);
});

test('whoever returned it another way takes the time back by a second press; what Payme tells later changes no more', async () => {
  const { mainBot } = platform;
  const { order, id, buyer } = await paidByPayme('Juma');
  await shop.owner.presses(shop.shop, `revert:${order}`);
  await shop.owner.reads(shop.shop, 'moves no money');
  await shop.owner.taps(shop.shop, '✅ I returned the money');
  await shop.owner.reads(shop.shop, 'was taken back');
  expect(await payment(order)).toMatchObject({ status: 'reversed' });
  expect(await payme.live.look(id)).toMatchObject({ result: { state: 2 } });
  const before = await payment(order);
  expect(await payme.live.cancel(id)).toMatchObject({ result: { state: -2 } });
  await platform.quiet();
  expect(await payment(order)).toEqual(before);
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
  const told = shop.owner.chatWith(mainBot).messages.filter(({ text }) => text.includes('returned 50,000'));
  expect(told.filter(({ text }) => text.includes('Juma'))).toEqual([]);
});

test('of money that may have come by Uzum too late its owner alone reads, looks, and closes it', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Nomaʼlum' });
  const order = await orderByUzum(platform, shop, buyer);
  const transId = newTransId();
  await uzum.create(order, transId);
  platform.clock.passes({ minutes: 31 });
  expect(await uzum.confirm(transId)).toMatchObject({ status: 400, json: { errorCode: '10015' } });
  await platform.quiet();
  const said = buyer.chatWith(shop.shop).messages.length;
  await owner.reads(mainBot, 'may have paid');
  await owner.taps(mainBot, '↩️ Open the refund');
  await owner.reads(mainBot, 'Look in Uzum’s cabinet');
  await owner.taps(mainBot, '✅ I’ve looked, close it');
  await platform.quiet();
  const refund = await database.refund.findFirstOrThrow({ where: { attempt: { providerTxnId: transId } } });
  expect(refund).toMatchObject({ reason: 'unclear', status: 'done', closedBy: `owner:${owner.id}` });
  expect(buyer.chatWith(shop.shop).messages).toHaveLength(said);
});

test('Uzum returns what it took for somebody who was banned meanwhile, and the refund closes itself', async () => {
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Quvilgan' });
  const order = await orderByUzum(platform, shop, buyer);
  const transId = newTransId();
  await uzum.create(order, transId);
  const { endUserId } = await payment(order);
  await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
  expect(await uzum.confirm(transId)).toMatchObject({ status: 200, json: { status: 'CONFIRMED' } });
  const refund = () => database.refund.findFirstOrThrow({ where: { attempt: { providerTxnId: transId } } });
  expect(await refund()).toMatchObject({ reason: 'undeliverable', status: 'open' });
  expect(await endOf(platform, shop, buyer)).toBeUndefined();
  expect(await uzum.reverse(transId)).toMatchObject({ json: { status: 'REVERSED' } });
  expect(await refund()).toMatchObject({ status: 'done', closedBy: 'provider:uzum' });
  await platform.quiet();
});
