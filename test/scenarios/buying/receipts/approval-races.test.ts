import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { holdsLink, newBuyer, newMember, openShop, type Shop } from '../../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(async () => {
  await platform.closesClean();
});

async function receiptFrom(firstName: string) {
  const buyer = await newBuyer(platform, shop, { firstName });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await buyer.sendsPhoto(shop.shop);
  const message = await shop.owner.reads(shop.shop, firstName);
  const payment = await platform.database.payment.findFirstOrThrow({ orderBy: { id: 'desc' } });
  await platform.quiet();
  return { buyer, payment, message };
}

test('twenty presses of approve at the same moment give one subscription and one link', async () => {
  const { database, startAnother } = platform;
  const { buyer, payment } = await receiptFrom('Twenty');
  // A second process of the same server: presses then meet in Postgres, not in one program's memory.
  await startAnother();
  const links = shop.chat.links.length;
  const presses = Array.from({ length: 20 }, () => shop.owner.presses(shop.shop, `approve:${payment.id}`));
  await Promise.all(presses);
  await buyer.reads(shop.shop, '🎉 Approved');
  await platform.quiet();
  expect(await database.subscription.count({ where: { endUserId: payment.endUserId } })).toBe(1);
  expect(shop.chat.links).toHaveLength(links + 1);
  const delivered = buyer.chatWith(shop.shop).messages.filter(holdsLink);
  expect(delivered).toHaveLength(1);
});

test('of approve, reject and cancel at the same moment one wins, and the others are told', async () => {
  const { database } = platform;
  for (let round = 0; round < 10; round += 1) {
    const { buyer, payment } = await receiptFrom(`Round${round}`);
    await Promise.all([
      buyer.presses(shop.shop, `cancel:${payment.id}`),
      shop.owner.presses(shop.shop, `approve:${payment.id}`),
      shop.owner.presses(shop.shop, `reject:${payment.id}:amount`),
    ]);
    await platform.quiet();
    const { status } = await database.payment.findUniqueOrThrow({ where: { id: payment.id } });
    const subscriptions = await database.subscription.count({ where: { endUserId: payment.endUserId } });
    expect(['approved', 'rejected', 'cancelled']).toContain(status);
    expect(subscriptions).toBe(status === 'approved' ? 1 : 0);
  }
});

test('two receipts at the same moment leave one that waits', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Double' });
  await buyer.presses(shop.shop, `plan:${shop.planId}`);
  await Promise.all([buyer.sendsPhoto(shop.shop), buyer.sendsPhoto(shop.shop)]);
  await platform.quiet();
  const payments = await database.payment.findMany({
    where: { endUser: { telegramUserId: buyer.id } },
    orderBy: { id: 'asc' },
  });
  expect(payments.map(({ status }) => status)).toEqual(['cancelled', 'pending']);
});

test('a bot nobody has met answers ten people at once', async () => {
  const { telegram } = platform;
  const fresh = await openShop(platform);
  const people = Array.from({ length: 10 }, (_, number) =>
    telegram.newPerson({ firstName: `Guest${number}`, languageCode: 'en' }),
  );
  await Promise.all(people.map((person) => person.starts(fresh.shop)));
  for (const person of people) {
    const answers = person.chatWith(fresh.shop).messages.filter(({ from }) => from === 'bot');
    expect(answers).toHaveLength(1);
  }
});

test('a removal that comes after the ban of the same person leaves the ban in the chat', async () => {
  const { database, mainBot, telegram } = platform;
  const { member, endUserId } = await newMember(platform, shop, { firstName: 'Banned' });
  const isRemoval = (call: { method: string; params: Readonly<Record<string, unknown>> }) =>
    call.method === 'unbanChatMember' && call.params['only_if_banned'] === undefined;
  telegram.failNext('banChatMember', { kind: 'slow', ms: 100 });
  telegram.failNext(isRemoval, { kind: 'slow', ms: 400 });
  await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
  await eventually(async () => {
    const where = { doneAt: null, dueAt: { lte: platform.clock.now() } };
    expect(await database.outboxMessage.count({ where })).toBe(0);
  });
  expect(shop.chat.isBanned(member)).toBe(true);
  await shop.owner.presses(mainBot, `user:${endUserId}:unban`);
  await eventually(() => expect(shop.chat.isBanned(member)).toBe(false));
});
