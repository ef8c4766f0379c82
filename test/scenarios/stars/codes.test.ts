import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { endOf } from '../../support/providers/refunds.ts';
import { newBuyer, newPromoCode, openShop, type Shop } from '../../support/shop.ts';
import { ordersInStars, sellForStars } from '../../support/stars/selling.ts';

let platform: Platform;
let shop: Shop;
let codes = 0;
let code: string;
let promoCodeId: number;
let buyer: SandboxPerson;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  await sellForStars(platform, shop);
});
afterAll(() => platform.closesClean());
beforeEach(async () => {
  codes += 1;
  code = `FIFTH${codes}`;
  promoCodeId = await newPromoCode(platform, shop, code, { percent: '20', uses: '1' });
  buyer = await chooses(await newBuyer(platform, shop));
});

/** Somebody types the code, and orders the month by card at its price. */
async function chooses(person: SandboxPerson): Promise<SandboxPerson> {
  person.buysStars(1_000);
  await person.presses(shop.shop, 'promo');
  await person.sends(shop.shop, code);
  await person.presses(shop.shop, `pay:${shop.planId}:card`);
  await platform.quiet();
  return person;
}

const uses = async () => {
  const rows = await platform.database.promoUse.findMany({ where: { promoCodeId }, orderBy: { id: 'asc' } });
  return rows.map(({ status }) => status);
};
const orderOf = async (person: SandboxPerson) => {
  const order = await platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: BigInt(person.id) } },
    orderBy: { id: 'desc' },
  });
  return { ...order, amount: Number(order.amount), listPrice: order.listPrice && Number(order.listPrice) };
};

test('a code changes no price in Stars, and stays reserved for whoever goes back to soʻm', async () => {
  expect(await orderOf(buyer)).toMatchObject({ paymentMethod: 'card', amount: 40_000 });
  await ordersInStars(platform, shop, buyer);
  expect(await orderOf(buyer)).toMatchObject({ paymentMethod: 'stars', amount: 150, listPrice: null });
  expect(await uses()).toEqual(['reserved']);
  // Its only use is theirs, so nobody else gets it in between.
  const other = await chooses(await newBuyer(platform, shop));
  expect(await platform.database.promoUse.count({ where: { promoCodeId } })).toBe(1);
  expect(
    (await platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: other.id } })).promoCodeId,
  ).toBeNull();
  // Once more in Stars, and back.
  await ordersInStars(platform, shop, buyer);
  await buyer.presses(shop.shop, `pay:${shop.planId}:card`);
  await platform.quiet();
  expect(await orderOf(buyer)).toMatchObject({ paymentMethod: 'card', amount: 40_000, listPrice: 50_000 });
  expect(await uses()).toEqual(['reserved']);
  await buyer.sendsPhoto(shop.shop);
  await platform.quiet();
  const { id } = await orderOf(buyer);
  await shop.owner.presses(shop.shop, `approve:${id}`);
  await platform.quiet();
  expect(await uses()).toEqual(['used']);
});

test('whoever pays in Stars has not used it, and the next one may', async () => {
  const { link } = await ordersInStars(platform, shop, buyer);
  expect(await buyer.pays(link)).toMatchObject({ ok: true });
  await platform.quiet();
  expect(await endOf(platform, shop, buyer)).toEqual(new Date('2026-12-21T09:00:00Z'));
  expect(await uses()).toEqual([]);
  expect(await orderOf(await chooses(await newBuyer(platform, shop)))).toMatchObject({ amount: 40_000 });
});

test('an order in Stars that is cancelled gives it back, and so does one that is a day old', async () => {
  const { paymentId } = await ordersInStars(platform, shop, buyer);
  await buyer.presses(shop.shop, `cancel:${paymentId}`);
  await platform.quiet();
  expect(await uses()).toEqual(['released']);
  const other = await chooses(await newBuyer(platform, shop));
  await ordersInStars(platform, shop, other);
  platform.clock.passes({ hours: 24 });
  await platform.app.jobs.sweep();
  await platform.quiet();
  expect(await uses()).toEqual(['released', 'released']);
});
