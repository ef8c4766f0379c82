import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { orderByClick } from '../../../support/providers/click-caller.ts';
import {
  connectPayme,
  newTransactionId,
  type PaymeAccount,
} from '../../../support/providers/payme-caller.ts';
import { newBuyer, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let payme: PaymeAccount;
let buyer: SandboxPerson;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
  payme = await connectPayme(platform, shop);
  buyer = await newBuyer(platform, shop);
});
afterAll(() => platform.closesClean());

const order = (given: Parameters<typeof orderByClick>[3] = {}) =>
  orderByClick(platform, shop, buyer, { method: 'payme', ...given });
const payment = (id: number) => platform.database.payment.findUniqueOrThrow({ where: { id } });
const NOT_PAYABLE = { status: 200, result: null, error: { code: -31_053 } };

/** What has come between the choice and the question: nothing is given for it any more. */
const IN_THE_WAY: [
  string,
  (order: { id: number; endUserId: number; channelId: number }) => Promise<unknown>,
][] = [
  [
    'the buyer is banned',
    ({ endUserId: id }) => platform.database.endUser.update({ where: { id }, data: { banned: true } }),
  ],
  [
    'the buyer is forgotten',
    ({ endUserId: id }) => platform.database.endUser.update({ where: { id }, data: { telegramUserId: -id } }),
  ],
  [
    'the buyer has the chat for ever',
    ({ endUserId, channelId }) =>
      platform.database.subscription.create({
        data: { endUserId, channelId, status: 'active', startedAt: platform.clock.now() },
      }),
  ],
  [
    'the date is over until which it was sold',
    ({ id }) =>
      platform.database.payment.update({
        where: { id },
        data: { durationMonths: null, endsOn: new Date('2026-11-01') },
      }),
  ],
  [
    'the chat is gone',
    ({ channelId: id }) =>
      platform.database.channel.update({ where: { id }, data: { disconnectedAt: platform.clock.now() } }),
  ],
];

test.each(IN_THE_WAY)('An order may not be paid where %s', async (_, comes) => {
  const paymentId = await order();
  expect((await payme.live.check(paymentId)).result).toEqual({ allow: true });
  await comes(await payment(paymentId));
  expect(await payme.live.check(paymentId)).toMatchObject(NOT_PAYABLE);
  expect(await payme.live.create(newTransactionId(), paymentId)).toMatchObject(NOT_PAYABLE);
});

test('An order of a bundle may not be paid where the bot has lost its rights in one of the chats', async () => {
  const paymentId = await order();
  const { database, clock } = platform;
  const { botId, endUserId } = await payment(paymentId);
  const second = await database.channel.create({
    data: {
      botId,
      telegramChatId: -paymentId,
      type: 'group',
      title: 'Group',
      canInvite: true,
      connectedAt: clock.now(),
    },
  });
  await database.paymentChat.create({ data: { paymentId, channelId: second.id, endUserId, isOpen: true } });
  expect((await payme.live.check(paymentId)).result).toEqual({ allow: true });
  await database.channel.update({ where: { id: second.id }, data: { canInvite: false } });
  expect(await payme.live.check(paymentId)).toMatchObject(NOT_PAYABLE);
});

test('An order of a trial may not be paid by whoever has had one in the chat', async () => {
  await platform.database.plan.update({ where: { id: shop.planId }, data: { isTrial: true } });
  const first = await order();
  expect((await payme.live.check(first)).result).toEqual({ allow: true });
  const id = newTransactionId();
  await payme.live.create(id, first);
  expect(await payme.live.perform(id)).toMatchObject({ result: { state: 2 } });
  expect(await payme.live.check(await order())).toMatchObject(NOT_PAYABLE);
  await platform.quiet();
});
