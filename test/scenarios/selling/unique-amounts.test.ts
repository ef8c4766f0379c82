import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.closesClean();
});

async function openUnique(options: Parameters<typeof openShop>[1] = {}): Promise<Shop> {
  const shop = await openShop(platform, options);
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:flip:unique`);
  return shop;
}

const AT_ONCE = 20;

/** What they were asked for last, as the database has it. */
async function orderOf({ shop }: Pick<Shop, 'shop'>, buyer: SandboxPerson) {
  await platform.quiet();
  return platform.database.payment.findFirstOrThrow({
    where: { endUser: { telegramUserId: buyer.id, bot: { telegramBotId: shop.id } } },
    orderBy: { id: 'desc' },
  });
}

async function chooses(shop: Shop, buyer: SandboxPerson) {
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  return orderOf(shop, buyer);
}

test('120 people who choose beside each other are asked for 99 different amounts, and the others for the plain price', async () => {
  const shop = await openUnique();
  const second = await openUnique({ owner: shop.owner });
  const buyers = await Promise.all(
    Array.from({ length: 120 }, (_, n) => newBuyer(platform, n % 2 === 0 ? shop : second)),
  );
  const choose = (buyer: SandboxPerson, n: number) =>
    n % 2 === 0
      ? buyer.presses(shop.shop, `plan:${shop.planId}`)
      : buyer.presses(second.shop, `plan:${second.planId}`);
  // As many at once as a busy machine works off before somebody is asked to wait.
  for (let first = 0; first < buyers.length; first += AT_ONCE) {
    await Promise.all(buyers.slice(first, first + AT_ONCE).map((buyer, n) => choose(buyer, n)));
  }
  await platform.quiet();
  const theirs = { bot: { owner: { telegramUserId: shop.owner.id } }, status: 'created' };
  const orders = await platform.database.payment.findMany({ where: theirs });
  expect(orders).toHaveLength(120);
  const claimed = orders.filter(({ amountOwnerId }) => amountOwnerId !== null);
  expect(new Set(claimed.map(({ amount }) => Number(amount))).size).toBe(99);
  expect(claimed).toHaveLength(99);
  for (const { amount, amountSuffix } of claimed) expect(Number(amount)).toBe(50_000 + (amountSuffix ?? 0));
  for (const { amount, amountSuffix, amountOwnerId } of orders) {
    if (amountOwnerId === null) expect([Number(amount), amountSuffix]).toEqual([50_000, null]);
  }

  // The one that is given back is the only one left.
  const [freed] = claimed;
  if (!freed) throw new Error('Nobody has an amount of their own');
  const leaves = buyers.find((_, n) => n % 2 === 0);
  if (!leaves) throw new Error('Nobody');
  const mine = await orderOf(shop, leaves);
  await leaves.presses(shop.shop, `cancel:${mine.id}`);
  const next = await chooses(shop, await newBuyer(platform, shop));
  expect(Number(next.amount)).toBe(Number(mine.amount));
});

test('the order says the amount with what was added, and that it tells who paid; the review shows the same', async () => {
  const shop = await openUnique();
  const buyer = await newBuyer(platform, shop);
  const { amount, amountSuffix } = await chooses(shop, buyer);
  expect(amountSuffix).toBeGreaterThan(0);
  const order = buyer.chatWith(shop.shop).last;
  const shown = `50,${String(amountSuffix).padStart(3, '0')}`;
  expect(order?.text).toContain(shown);
  expect(order?.text).toContain('it tells us who paid');
  expect(order?.buttons.flat().map(({ copyText }) => copyText)).toContain(String(amount));
  await buyer.sendsPhoto(shop.shop);
  await shop.owner.reads(shop.shop, shown);
});

test('a replaced receipt keeps its amount; one after a rejection too, and claims it only if it is still free', async () => {
  const shop = await openUnique();
  const buyer = await newBuyer(platform, shop);
  const first = await payFor(platform, shop, buyer);
  const { amount, amountSuffix, amountOwnerId } = await orderOf(shop, buyer);
  await buyer.sendsPhoto(shop.shop);
  const replaced = await orderOf(shop, buyer);
  expect(replaced.id).not.toBe(first);
  expect(replaced).toMatchObject({ amount, amountSuffix, amountOwnerId });

  await shop.owner.presses(shop.shop, `reject:${replaced.id}:amount`);
  await buyer.sendsPhoto(shop.shop);
  const again = await orderOf(shop, buyer);
  expect(again).toMatchObject({ status: 'pending', amount, amountSuffix, amountOwnerId });

  await shop.owner.presses(shop.shop, `reject:${again.id}:amount`);
  // Somebody else is asked for it meanwhile.
  const other = await chooses(shop, await newBuyer(platform, shop));
  await platform.database.payment.update({ where: { id: other.id }, data: { amount, amountSuffix } });
  await buyer.sendsPhoto(shop.shop);
  expect(await orderOf(shop, buyer)).toMatchObject({ amount, amountSuffix, amountOwnerId: null });
});

test('without the switch, and at the highest price there is, the price is plain', async () => {
  const plain = await openShop(platform);
  expect(await chooses(plain, await newBuyer(platform, plain))).toMatchObject({
    amountSuffix: null,
    amountOwnerId: null,
  });
  const dear = await openUnique({ price: '9 999 999 999,99' });
  const { amount, amountSuffix } = await chooses(dear, await newBuyer(platform, dear));
  expect([Number(amount), amountSuffix]).toEqual([9_999_999_999.99, null]);
});
