import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxChat, SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { type ClickApiServer, startClickApi } from '../../../support/providers/click-api-server.ts';
import {
  attemptIn,
  type ClickCaller,
  connectClick,
  orderByClick,
} from '../../../support/providers/click-caller.ts';
import { payTwice, refundOf, takeMoney } from '../../../support/providers/refunds.ts';
import { addPlan, newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let api: ClickApiServer;
let platform: Platform;
let shop: Shop;
let click: ClickCaller;
let channelId: number;
let groupId: number;
let bundleId: number;
beforeAll(async () => {
  api = await startClickApi();
  platform = await startPlatform({ environment: { CLICK_API_ROOT: api.root } });
  shop = await openShop(platform);
  const group = shop.owner.createsGroup('Talks', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await platform.quiet();
  [channelId, groupId] = [await idOf(shop.chat), await idOf(group)];
  bundleId = (await addPlan(platform, shop, { channelId, kind: 'months', term: '1', price: '50 000' })).id;
  await shop.owner.presses(platform.mainBot, `plan-chat:${bundleId}:${groupId}`);
  await platform.quiet();
  click = await connectClick(platform, shop);
});
afterAll(async () => {
  await platform.closesClean();
  await api.close();
});
beforeEach(() => {
  api.calls.length = 0;
});

async function idOf({ id }: SandboxChat): Promise<number> {
  const where = { telegramChatId: BigInt(id) };
  return (await platform.database.channel.findFirstOrThrow({ where })).id;
}

const refund = (id: number) => platform.database.refund.findUniqueOrThrow({ where: { id } });

/** Until when somebody is inside each chat. */
async function endsOf(person: SandboxPerson) {
  const rows = await platform.database.subscription.findMany({
    where: { endUser: { telegramUserId: person.id }, status: 'active' },
  });
  const endIn = (chat: number) => rows.find((row) => row.channelId === chat)?.expiresAt;
  return { channel: endIn(channelId), group: endIn(groupId) };
}

/** Money that came twice for one thing, in place of which its owner gives the time. @returns the purchase that this makes */
async function credited(refundId: number): Promise<number> {
  await shop.owner.presses(platform.mainBot, `refund:${refundId}:credit:yes`);
  await platform.quiet();
  const { status, creditedPaymentId } = await refund(refundId);
  expect(status).toBe('credited');
  return creditedPaymentId ?? 0;
}

test('of a bundle time is given in each of its chats, and a later reversal takes it from each, and no more', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Toʻplam' });
  const paymentId = await orderByClick(platform, { ...shop, planId: bundleId }, buyer);
  const { endUserId } = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  await database.paymentChat.create({ data: { paymentId, channelId: groupId, endUserId, isOpen: true } });
  const about = click.of(paymentId, { click_trans_id: '880001' });
  const prepareId = attemptIn(await click.prepare(about));
  await takeMoney(click, paymentId);
  const second = { ...about, merchant_prepare_id: prepareId };
  expect(await click.complete(second)).toMatchObject({ error: 0 });
  await platform.quiet();
  const month = await endsOf(buyer);
  expect([month.channel, month.group]).toEqual([expect.any(Date), month.channel]);

  await credited((await refundOf(platform, Number(prepareId))).id);
  const longer = await endsOf(buyer);
  expect(longer.channel?.getTime()).toBeGreaterThan(month.channel?.getTime() ?? 0);
  expect(longer.group).toEqual(longer.channel);

  expect(await click.complete({ ...second, error: '-5017' })).toMatchObject({ error: -9 });
  await platform.quiet();
  expect(await endsOf(buyer)).toEqual(month);
});

test('time that was given in place of money goes by Click as well: the money is returned, and then the time goes', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Evaz' });
  const { refundId } = await payTwice(platform, shop, click, buyer);
  await platform.quiet();
  const month = await endsOf(buyer);
  const paymentId = await credited(refundId);

  api.answers({ status: 200, body: { error_code: 0, error_note: 'Success' } });
  await owner.presses(mainBot, `revert:${paymentId}`);
  await owner.taps(mainBot, '↩️ Yes, return the money');
  await platform.quiet();
  expect(api.calls).toHaveLength(1);
  const payment = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(payment.status).toBe('reversed');
  expect(await endsOf(buyer)).toEqual(month);
  const { attemptId } = await refund(refundId);
  const attempt = await database.paymentAttempt.findUniqueOrThrow({ where: { id: attemptId } });
  expect(attempt).toMatchObject({ state: 'refunded', settled: false });
});

test('the money of a bot that was removed is still its owner’s to return, and nothing is given there', async () => {
  const { mainBot, database, clock } = platform;
  const gone = await openShop(platform);
  const till = await connectClick(platform, gone, { merchantUserId: null });
  const buyer = await newBuyer(platform, gone, { firstName: 'Qolgan' });
  const about = till.of(await orderByClick(platform, gone, buyer), { click_trans_id: '880003' });
  const prepareId = attemptIn(await till.prepare(about));
  await gone.owner.presses(mainBot, `bot:${gone.shop.id}:remove:yes`);
  await platform.quiet();
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: BigInt(gone.shop.id) } });
  expect(bot.removedAt).not.toBeNull();
  expect(await till.complete({ ...about, merchant_prepare_id: prepareId })).toMatchObject({ error: 0 });
  await platform.quiet();
  const { id, reason } = await refundOf(platform, Number(prepareId));
  expect(reason).toBe('undeliverable');

  await gone.owner.presses(mainBot, `refund:${id}`);
  await gone.owner.reads(mainBot, 'Number at Click');
  await gone.owner.presses(mainBot, `refund:${id}:credit:yes`);
  expect((await refund(id)).status).toBe('open');
  await shop.owner.presses(mainBot, `refund:${id}:done`);
  await shop.owner.isTold(mainBot, 'no longer available');
  await gone.owner.presses(mainBot, `refund:${id}:done`);
  await platform.quiet();
  expect(await refund(id)).toMatchObject({ status: 'done', closedAt: clock.now() });
});
