import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import { connectPayme, newTransactionId, type PaymeCaller } from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.closesClean());

const order = async (shop: Shop) =>
  orderByClick(platform, shop, await newBuyer(platform, shop), { method: 'payme' });
const refusal = (code: number) => ({ status: 200, result: null, error: { code } });
const transactions = async (caller: PaymeCaller) => {
  const { text } = await caller.call('GetStatement', { from: 0, to: platform.clock.now().getTime() });
  return [...text.matchAll(/\{"id":"(\w+)"/g)].map(([, id]) => id);
};

const rowOf = ({ shop }: Shop) =>
  platform.database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.id) },
    orderBy: { id: 'desc' },
  });

async function removes(shop: Shop): Promise<void> {
  const { id } = await rowOf(shop);
  await platform.database.sellerBot.update({
    where: { id },
    data: { removedAt: platform.clock.now(), isActive: false },
  });
}

/** Another owner has the bot now: with a row of its own, and an order that is theirs. */
async function moves(shop: Shop, to: Shop): Promise<number> {
  const { id, telegramBotId, encryptedToken, username, name } = await rowOf(shop);
  const { ownerId } = await rowOf(to);
  const { database, clock } = platform;
  await database.sellerBot.update({
    where: { id },
    data: { removedAt: clock.now(), releasedAt: clock.now(), isActive: false },
  });
  const row = await database.sellerBot.create({
    data: { ownerId, telegramBotId, encryptedToken, username, name, isActive: true, createdAt: clock.now() },
  });
  const paymentId = await order(to);
  const { endUserId } = await database.payment.update({
    where: { id: paymentId },
    data: { botId: row.id },
  });
  await database.endUser.update({ where: { id: endUserId }, data: { botId: row.id } });
  await database.channel.updateMany({
    where: { plans: { some: { id: to.planId } } },
    data: { botId: row.id },
  });
  return paymentId;
}

test('A bot that was removed goes on answering for what was begun, and begins nothing', async () => {
  const shop = await openShop(platform);
  const { live } = await connectPayme(platform, shop);
  const [paid, waiting] = [newTransactionId(), newTransactionId()];
  await live.create(paid, await order(shop));
  await live.perform(paid);
  await live.create(waiting, await order(shop));
  const fresh = await order(shop);
  await platform.quiet();
  await removes(shop);

  expect((await live.look(paid)).result).toMatchObject({ state: 2 });
  expect(await transactions(live)).toEqual([paid, waiting]);
  expect(await live.create(newTransactionId(), fresh)).toMatchObject(refusal(-31_053));
  expect(await live.perform(waiting)).toMatchObject(refusal(-31_008));
  expect(await live.cancel(waiting, 3)).toMatchObject({ result: { state: -1 } });
  expect(await live.cancel(paid)).toMatchObject({ result: { state: -2 } });
  await platform.quiet();
});

test('A bot that was released has two owners’ accounts, and each key sees its own', async () => {
  const [shop, next] = [await openShop(platform), await openShop(platform)];
  const before = (await connectPayme(platform, shop)).live;
  const old = newTransactionId();
  const theirs = await order(shop);
  await before.create(old, theirs);
  const ours = await moves(shop, next);
  const after = (await connectPayme(platform, shop)).live;
  const anew = newTransactionId();
  expect(await after.create(anew, ours)).toMatchObject({ result: { state: 1 } });

  expect(await transactions(before)).toEqual([old]);
  expect(await transactions(after)).toEqual([anew]);
  expect(await after.look(old)).toMatchObject(refusal(-31_003));
  expect(await before.look(anew)).toMatchObject(refusal(-31_003));
  expect(await after.check(theirs)).toMatchObject(refusal(-31_050));
  expect(await before.check(ours)).toMatchObject(refusal(-31_050));
});

test('By one key of both it is theirs who know the transaction, and else the present owner’s', async () => {
  const [shop, next] = [await openShop(platform), await openShop(platform)];
  const keys = { live: 'the-very-same', test: null };
  const { live } = await connectPayme(platform, shop, { keys });
  const old = newTransactionId();
  await live.create(old, await order(shop));
  const ours = await moves(shop, next);
  await connectPayme(platform, shop, { keys });

  expect((await live.look(old)).result).toMatchObject({ state: 1 });
  expect(await live.check(ours)).toMatchObject({ result: { allow: true } });
  expect(await transactions(live)).toEqual([]);
  expect(await live.cancel(old, 3)).toMatchObject({ result: { state: -1 } });
});
