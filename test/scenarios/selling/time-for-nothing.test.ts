import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxChat, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS, HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { addPlan, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let group: SandboxChat;
let channelId: number;
let groupId: number;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform, { title: 'Yoga' });
  group = shop.owner.createsGroup('Talks', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:set:grace`);
  await shop.owner.sends(platform.mainBot, '14');
  await platform.quiet();
  channelId = await idOf(shop.chat);
  groupId = await idOf(group);
});
afterAll(() => platform.closesClean());

async function idOf({ id }: SandboxChat): Promise<number> {
  const where = { telegramChatId: BigInt(id) };
  return (await platform.database.channel.findFirstOrThrow({ where })).id;
}

async function added(kind: string, term: string, chat = channelId): Promise<number> {
  return (await addPlan(platform, shop, { channelId: chat, kind, term, price: '20 000' })).id;
}

/** A plan of both chats. */
async function addBundle(kind: string, term: string): Promise<number> {
  const id = await added(kind, term);
  await shop.owner.presses(platform.mainBot, `plan-chat:${id}:${groupId}`);
  await platform.quiet();
  return id;
}

/** `25.11.2026`, so many days from now. */
function dateIn(days: number): string {
  const date = new Date(platform.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
  return date.split('-').reverse().join('.');
}

async function buys(buyer: SandboxPerson, planId: number): Promise<number> {
  const paymentId = await payFor(platform, { ...shop, planId }, buyer);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  return paymentId;
}

const heldIn = (person: SandboxPerson, chat: number) =>
  platform.database.subscription.findFirst({
    where: { endUser: { telegramUserId: person.id }, channelId: chat, status: 'active' },
  });

/** Their time in a chat is up in an hour, and the hour passes. */
async function runsOut(person: SandboxPerson, chat: number): Promise<void> {
  const { clock, database } = platform;
  const expiresAt = new Date(clock.now().getTime() + HOUR_MS);
  await database.subscription.updateMany({
    where: { endUser: { telegramUserId: person.id }, channelId: chat },
    data: { expiresAt, notified3Day: true, notified1Day: true },
  });
  clock.passes({ hours: 1 });
  await round(platform);
}

const textsTo = (person: SandboxPerson) => person.chatWith(shop.shop).messages.map(({ text }) => text);

test('a week that would be over before it was bought, late in the grace, counts from now', async () => {
  const { clock } = platform;
  const weekId = await added('days', '7');
  const { member } = await newMember(platform, shop);
  await runsOut(member, channelId);
  clock.passes({ days: 10 });
  await buys(member, weekId);
  const weekLater = new Date(clock.now().getTime() + 7 * DAY_MS);
  expect(await heldIn(member, channelId)).toMatchObject({ expiresAt: weekLater, graceUntil: null });
  await round(platform);
  expect(await heldIn(member, channelId)).toMatchObject({ graceUntil: null });
});

test('taken back from a bundle, what gave nothing in one of its chats ends nothing there', async () => {
  const buyer = await newBuyer(platform, shop);
  await buys(buyer, await added('months', '3', groupId));
  const paymentId = await buys(buyer, await addBundle('until', dateIn(10)));
  await runsOut(buyer, groupId);
  expect((await heldIn(buyer, groupId))?.graceUntil).not.toBeNull();
  await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
  await platform.quiet();
  expect(await heldIn(buyer, channelId)).toBeNull();
  expect((await heldIn(buyer, groupId))?.graceUntil).not.toBeNull();
  const told = textsTo(buyer).filter((text) => text.includes('wasn’t confirmed'));
  expect(told).toEqual([expect.stringContaining('Yoga')]);
});

test('a receipt says of each of its chats until when its payer has it, and that they are in the grace', async () => {
  const buyer = await newBuyer(platform, shop);
  await buys(buyer, await added('days', '90', groupId));
  await buys(buyer, shop.planId);
  await runsOut(buyer, channelId);
  const paymentId = await payFor(platform, { ...shop, planId: await addBundle('days', '30') }, buyer);
  const review = await shop.owner.reads(shop.shop, `Receipt no. ${paymentId}`);
  expect(review.text).toMatch(/^Yoga: Time is up, in the grace period until \d/m);
  expect(review.text).toMatch(/^Talks: Subscribed until \d/m);
});
