import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxChat, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, linkIn, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let group: SandboxChat;
let member: SandboxPerson;
let ids: number[];

beforeAll(async () => {
  platform = await startPlatform();
});
/** A channel and a group in one plan, and somebody who has bought it and is inside of both. */
beforeEach(async () => {
  const { telegram, database } = platform;
  shop = await openShop(platform);
  group = shop.owner.createsGroup('Talk', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await telegram.quiet();
  const { id: channelId } = await database.channel.findFirstOrThrow({
    where: { telegramChatId: BigInt(group.id) },
  });
  await database.planChat.create({ data: { planId: shop.planId, channelId } });
  await database.plan.update({ where: { id: shop.planId }, data: { isCustom: true } });
  member = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, shop, member);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  for (const message of member.chatWith(shop.shop).messages.filter(holdsLink)) {
    await member.joins(linkIn(message));
  }
  await platform.quiet();
  const held = await database.subscription.findMany({
    where: { endUser: { telegramUserId: BigInt(member.id), bot: { telegramBotId: BigInt(shop.shop.id) } } },
    orderBy: { id: 'asc' },
  });
  ids = held.map(({ id }) => id);
});
afterAll(() => platform.closesClean());

/** When each of the two ends, after so many hours. */
async function endsAfter(...hours: number[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const expiresAt = new Date(platform.clock.now().getTime() + (hours[index] ?? 0) * HOUR_MS);
    await platform.database.subscription.update({ where: { id }, data: { expiresAt } });
  }
}

async function round(...names: ('warn' | 'expire')[]): Promise<void> {
  for (const name of names) await platform.app.jobs[name]();
  await platform.app.jobs.sweep();
  await platform.quiet();
}

const messages = (words: string) =>
  member.chatWith(shop.shop).messages.filter(({ text }) => text.includes(words));
const data = (message: ReturnType<typeof messages>[number] | undefined) =>
  message?.buttons.flat().map((one) => one.data);
const statuses = async () =>
  (await platform.database.subscription.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })).map(
    ({ status }) => status,
  );

test('a bundle that ends together is told of once each time, by what renews it, and ends in both chats', async () => {
  const { clock } = platform;
  await endsAfter(72.5, 72);
  clock.passes({ minutes: 1 });
  await round('warn');
  clock.passes({ minutes: 45 });
  await round('warn');
  const [first, ...more] = messages('⏳');
  expect(more).toEqual([]);
  expect(first?.text).toMatch(/^⏳ 2 days left\. Your subscriptions end:\n\nTalk: .*, 14:00\n.*, 14:30\n\n/);
  expect(data(first)).toContain(`plan:${shop.planId}`);
  clock.passes({ hours: 48 });
  await round('warn');
  await round('warn');
  expect(messages('⏳')).toHaveLength(2);
  clock.passes({ hours: 23, minutes: 14 });
  await round('expire');
  expect(await statuses()).toEqual(['active', 'expired']);
  clock.passes({ minutes: 30 });
  await round('expire');
  await round('expire');
  expect(await statuses()).toEqual(['expired', 'expired']);
  const ends = messages('⌛️');
  expect(ends).toHaveLength(1);
  expect(ends[0]?.text).toMatch(/^⌛️ Your subscriptions have ended:\n\nTalk: .*, 14:00\n.*, 14:30\n\n/);
  expect(data(ends[0])).toContain(`plan:${shop.planId}`);
  expect([shop.chat.has(member), group.has(member)]).toEqual([false, false]);
});

test('ends more than an hour apart are told of one by one', async () => {
  const { clock } = platform;
  await endsAfter(72, 73.1);
  await round('warn');
  clock.passes({ hours: 2 });
  await round('warn');
  expect(messages('⏳')).toHaveLength(2);
  clock.passes({ hours: 72 });
  await round('expire');
  expect(messages('has ended')).toHaveLength(2);
});

test('one that was renewed meanwhile is not told of, and its own end is told when it comes', async () => {
  const { clock, database } = platform;
  await endsAfter(1, 1.5);
  clock.passes({ hours: 1 });
  await round('expire');
  expect(messages('have ended')).toHaveLength(1);
  // Renewed in its last half hour: all begins anew.
  const paymentId = await payFor(platform, shop, member);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  const renewed = await database.subscription.findUniqueOrThrow({ where: { id: ids[1] ?? 0 } });
  expect(renewed).toMatchObject({ status: 'active', notifiedEnd: false });
});

test('of what no plan renews together the button opens my subscription, one line and one renewal a chat', async () => {
  const { database, clock } = platform;
  const { channelId } = await database.subscription.findUniqueOrThrow({ where: { id: ids[1] ?? 0 } });
  const { planId } = shop;
  const alone = await database.plan.create({
    data: { channelId, durationMonths: 1, price: 70_000 },
  });
  await endsAfter(1, 1);
  const { endUserId, botId } = await database.payment.findFirstOrThrow({ where: { planId } });
  const now = clock.now();
  await database.payment.create({
    data: {
      endUserId,
      botId,
      channelId,
      planId: alone.id,
      durationMonths: 1,
      amount: 70_000,
      paymentMethod: 'card',
      status: 'approved',
      createdAt: now,
      approvedAt: new Date(now.getTime() + 1000),
      decidedAt: now,
    },
  });
  await round('warn');
  const [warning] = messages('⏳');
  expect(data(warning)).toEqual(['mysub', 'support']);
  await member.presses(shop.shop, 'mysub');
  const page = member.chatWith(shop.shop).last;
  expect(page?.text.match(/your subscription ends on/g)).toHaveLength(2);
  expect(data(page)).toEqual([`plan:${planId}`, `plan:${alone.id}`, 'home', 'home']);
  await member.leaves(group);
  await member.presses(shop.shop, 'mysub');
  expect(data(member.chatWith(shop.shop).last)).toContain(`relink:${ids[1]}`);
});

test('the grace of a bundle is told of once, and both places are kept', async () => {
  const { clock, database } = platform;
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:set:grace`);
  await shop.owner.sends(platform.mainBot, '2');
  await endsAfter(1, 1.5);
  clock.passes({ hours: 1 });
  await round('expire');
  clock.passes({ minutes: 40 });
  await round('expire');
  expect(messages('your places are kept')).toHaveLength(1);
  expect(await statuses()).toEqual(['active', 'active']);
  const [first, second] = await database.subscription.findMany({
    where: { id: { in: ids } },
    orderBy: { id: 'asc' },
  });
  expect((second?.graceUntil?.getTime() ?? 0) - (first?.graceUntil?.getTime() ?? 0)).toBe(30 * MINUTE_MS);
  expect(first?.graceUntil?.getTime()).toBe((first?.expiresAt?.getTime() ?? 0) + 2 * DAY_MS);
  clock.passes({ days: 2 });
  await round('expire');
  expect(messages('have ended')).toHaveLength(1);
  expect(await statuses()).toEqual(['expired', 'expired']);
});
