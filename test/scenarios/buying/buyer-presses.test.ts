import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { buyAccess, holdsLink, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

const TIMES = 50;

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const inShop = () => shop.shop;

/** Fifty taps on one button, each of which is to be answered over the chat. @returns how many messages came of them */
async function taps(buyer: SandboxPerson, data: string, words: RegExp): Promise<number> {
  const before = {
    messages: buyer.chatWith(inShop()).messages.length,
    answers: buyer.answers(inShop()).length,
  };
  const message = buyer.chatWith(inShop()).last;
  if (!message) throw new Error('There is nothing to press on.');
  await Promise.all(Array.from({ length: TIMES }, () => buyer.presses(inShop(), data, { message })));
  const answers = buyer.answers(inShop()).slice(before.answers);
  expect(answers).toHaveLength(TIMES);
  for (const { text } of answers) expect(text).toMatch(words);
  return buyer.chatWith(inShop()).messages.length - before.messages;
}

test('taps on a receipt that was decided meanwhile are answered over the chat, and keep nobody waiting', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Withdraws' });
  const id = await payFor(platform, shop, buyer);
  const other = await newBuyer(platform, shop, { firstName: 'Other' });
  const others = await payFor(platform, shop, other);
  await shop.owner.presses(inShop(), `approve:${id}`);
  await buyer.reads(inShop(), holdsLink);
  await settled(platform);
  const [came] = await Promise.all([
    taps(buyer, `cancel:${id}`, /already been approved/),
    shop.owner.presses(inShop(), `approve:${others}`),
    other.reads(inShop(), holdsLink),
  ]);
  expect(came).toBe(0);
});

test('while somebody taps on an old plan, what the owner decides reaches them', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop, { firstName: 'Taps' });
  const id = await payFor(platform, shop, buyer);
  await database.plan.update({ where: { id: shop.planId }, data: { isActive: false } });
  const [came] = await Promise.all([
    taps(buyer, `plan:${shop.planId}`, /no longer on sale/),
    shop.owner.presses(inShop(), `approve:${id}`),
    buyer.reads(inShop(), holdsLink),
  ]);
  await database.plan.update({ where: { id: shop.planId }, data: { isActive: true } });
  expect(came).toBe(1);
});

test('a choice is cancelled once, and every other tap says that it is', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Cancels' });
  await buyer.presses(inShop(), `plan:${shop.planId}`);
  const { length } = buyer.chatWith(inShop()).messages;
  await Promise.all([buyer.taps(inShop(), 'Cancel'), buyer.taps(inShop(), 'Cancel')]);
  await platform.quiet();
  expect(buyer.chatWith(inShop()).last?.text).toContain('Cancelled. You can choose a plan again');
  expect(buyer.answers(inShop()).flatMap(({ text }) => text ?? [])).toEqual([
    'This payment was withdrawn, replaced or has expired.',
  ]);
  expect(buyer.chatWith(inShop()).messages).toHaveLength(length);
});

test('who asks for the link over and over is told that it comes, and gets it once', async () => {
  const { member, subscriptionId } = await buyAccess(platform, shop, { firstName: 'Impatient' });
  // The clock stands still: all of them are one wish.
  await taps(member, `relink:${subscriptionId}`, /the link comes here/);
  await settled(platform);
  expect(member.chatWith(inShop()).messages.filter(holdsLink)).toHaveLength(2);
});

test('a button that nobody knows, and one of somebody else’s, are answered over the chat', async () => {
  const stranger = await newBuyer(platform, shop, { firstName: 'Stranger' });
  const { subscriptionId, paymentId } = await buyAccess(platform, shop, { firstName: 'Owned' });
  for (const data of [
    'no-such-button',
    `relink:${subscriptionId}`,
    `cancel:${paymentId}`,
    `approve:${paymentId}`,
  ])
    expect(await taps(stranger, data, /no longer available/), data).toBe(0);
});

test('the languages have a way back to where one was', async () => {
  const buyer = await newBuyer(platform, shop, { firstName: 'Polyglot' });
  await buyer.taps(inShop(), /🌐 Language/);
  await buyer.taps(inShop(), /Back/);
  expect(buyer.chatWith(inShop()).last?.text).toContain('Choose a plan');
});
