import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { PAYMENT_METHODS } from '../../../src/modules/payments/methods/index.ts';
import type { PaymentMethod } from '../../../src/modules/payments/methods/payment-method.ts';
import { ORDER_VIEWS } from '../../../src/telegram/views/buyer/payment-methods.ts';
import { endUserActor } from '../../support/actors.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, type Shop } from '../../support/shop.ts';

/**
 * A second method of paying, added by the steps of the README: its definition in the table of methods, its view in the
 * table of views, and its line in the view of Postgres that says which bots offer it.
 */
const TABLES = [PAYMENT_METHODS, ORDER_VIEWS] as const;
const TILL = [
  { instructions: async () => ({ till: 7 }) },
  (_viewer: unknown, { instructions }: { instructions: { till: number } }) => ({
    text: `Pay at till ${instructions.till}`,
  }),
] as const;
const MIGRATION = `
  CREATE OR REPLACE VIEW payment_methods_offered AS
  SELECT b.id AS user_bot_id, 'card' AS method, 'infinity'::timestamptz AS offered_until FROM user_bots b WHERE b.card_number IS NOT NULL
   UNION ALL
  SELECT b.id, 'till', 'infinity' FROM user_bots b WHERE b.welcome_message LIKE '%till%'`;

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  for (const [index, table] of TABLES.entries()) Object.assign(table, { till: TILL[index] });
  platform = await startPlatform();
  await platform.database.$executeRawUnsafe(MIGRATION);
  shop = await openShop(platform);
});
afterAll(async () => {
  for (const table of TABLES) Reflect.deleteProperty(table, 'till');
  await platform.closesClean();
});

const welcomes = (welcomeMessage: string) =>
  platform.database.sellerBot.updateMany({
    where: { telegramBotId: BigInt(shop.shop.id) },
    data: { welcomeMessage },
  });

test('where a bot offers one method the plan leads straight to it', async () => {
  await welcomes('no other way');
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.reads(shop.shop, ({ text }) => /8600/.test(text));
});

test('where it offers two the buyer chooses, and sees how to pay by the one that they chose', async () => {
  await welcomes('pay at the till');
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.taps(shop.shop, /till/);
  await buyer.reads(shop.shop, ({ text }) => text === 'Pay at till 7');
  const order = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id } },
  });
  expect(order).toMatchObject({ status: 'created', paymentMethod: 'till', planId: shop.planId });
});

test('whoever holds a promo code sees what it makes of the price before they choose how to pay', async () => {
  await welcomes('pay at the till');
  const { database, clock } = platform;
  const buyer = await newBuyer(platform, shop);
  const { botId } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: BigInt(buyer.id) } });
  const given = { kind: 'percent', value: 20, isActive: true, createdAt: clock.now() };
  const promo = await database.promoCode.create({ data: { botId, code: 'FIFTH', ...given } });
  await buyer.starts(shop.shop, { payload: 'p_FIFTH' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  const { text } = await buyer.reads(shop.shop, ({ text }) => /FIFTH/.test(text) && !/at hand/.test(text));
  expect(text.replaceAll('\u00A0', ' ')).toMatch(/40,000 UZS[\s\S]*instead of 50,000 UZS/);
  // It is a choice that takes a use, not the question.
  expect(await database.promoUse.count({ where: { promoCodeId: promo.id } })).toBe(0);
  await buyer.presses(shop.shop, `pay:${shop.planId}:till`);
  await buyer.reads(shop.shop, ({ text }) => text === 'Pay at till 7');
  expect((await database.promoUse.findFirstOrThrow()).status).toBe('reserved');
});

test('where a method is offered no more nothing is ordered by another: the buyer chooses among those that are', async () => {
  await welcomes('no other way');
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, `pay:${shop.planId}:till`);
  await platform.quiet();
  const ofBuyer = { endUser: { telegramUserId: BigInt(buyer.id) } };
  expect(await platform.database.payment.count({ where: ofBuyer })).toBe(0);
  expect(buyer.chatWith(shop.shop).last?.text).not.toMatch(/8600/);
  await buyer.presses(shop.shop, `pay:${shop.planId}:card`);
  await buyer.reads(shop.shop, ({ text }) => /8600/.test(text));
  const order = await platform.database.payment.findFirstOrThrow({ where: ofBuyer });
  expect(order).toMatchObject({ status: 'created', paymentMethod: 'card' });
});

test('a press that comes twice shows the order that it made, whatever is offered since', async () => {
  await welcomes('no other way');
  const buyer = await newBuyer(platform, shop);
  const press = await pressOf(buyer, 'the one press');
  await press(null);
  await welcomes('pay at the till');
  expect(await press(null)).toMatchObject({
    method: 'card',
    instructions: { cardNumber: expect.stringMatching(/^8600/) },
  });
  expect(
    await platform.database.payment.count({ where: { endUser: { telegramUserId: BigInt(buyer.id) } } }),
  ).toBe(1);
});

test('a press that asked how to pay asks it again when it comes twice', async () => {
  await welcomes('pay at the till');
  const press = await pressOf(await newBuyer(platform, shop), 'another press');
  expect(await press(null)).toMatchObject({ methods: ['card', 'till'] });
  expect(await press(null)).toMatchObject({ methods: ['card', 'till'] });
});

/** @returns one press of a buyer, as often as Telegram tells of it */
async function pressOf(buyer: SandboxPerson, act: string) {
  const { botDirectory, checkout } = platform.app.services;
  const runnable = await botDirectory.findRunnable(BigInt(shop.shop.id));
  if (!runnable) throw new Error('The shop does not run.');
  const endUser = await platform.database.endUser.findFirstOrThrow({
    where: { telegramUserId: BigInt(buyer.id) },
  });
  const actor = { ...endUserActor(endUser), act };
  return (method: PaymentMethod | null) =>
    checkout.choosePlan(runnable.scope, actor, { planId: shop.planId, method });
}

test('without any card a bot sells all the same, and its owner is asked for none', async () => {
  await welcomes('pay at the till');
  const buyer = await newBuyer(platform, shop);
  const { cardNumber } = await platform.database.sellerBot.findFirstOrThrow();
  await platform.database.sellerBot.updateMany({ data: { cardNumber: null } });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.reads(shop.shop, ({ text }) => text === 'Pay at till 7');
  await shop.owner.adds(shop.shop, shop.owner.createsGroup('Second', { supergroup: true }));
  const connected = await shop.owner.reads(platform.mainBot, 'The group Second is connected');
  expect(connected.text).toContain('set a price');
  expect(connected.text).not.toContain('No card yet');
  await platform.database.sellerBot.updateMany({ data: { cardNumber } });
});
