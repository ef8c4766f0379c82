import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxChat, SandboxPerson } from '../../../sandbox/sandbox.ts';
import { addMonths } from '../../../src/shared/calendar.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { addPlan, linkIn, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;
let group: SandboxChat;
let channelId: number;
let groupId: number;
let bundleId: number;
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform, { title: 'Yoga' });
  group = shop.owner.createsGroup('Talks', { supergroup: true });
  await shop.owner.adds(shop.shop, group);
  await platform.quiet();
  channelId = await idOf(shop.chat);
  groupId = await idOf(group);
  bundleId = await added('months', '1', '80 000');
  await shop.owner.presses(platform.mainBot, `plan-chat:${bundleId}:${groupId}`);
  await platform.quiet();
});
afterAll(async () => {
  await platform.closesClean();
});

const TIME_ZONE = 'Asia/Tashkent';

async function idOf({ id }: SandboxChat): Promise<number> {
  const where = { telegramChatId: BigInt(id) };
  return (await platform.database.channel.findFirstOrThrow({ where })).id;
}

async function added(kind: string, term: string, price: string): Promise<number> {
  return (await addPlan(platform, shop, { channelId, kind, term, price })).id;
}

const bundle = () => ({ ...shop, planId: bundleId });

const endUserOf = (person: SandboxPerson) =>
  platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: person.id } });

/** Until when somebody is inside each chat. */
async function endsOf(person: SandboxPerson) {
  const { id } = await endUserOf(person);
  const rows = await platform.database.subscription.findMany({ where: { endUserId: id, status: 'active' } });
  const endIn = (chat: number) => rows.find((row) => row.channelId === chat)?.expiresAt;
  return { channel: endIn(channelId), group: endIn(groupId) };
}

const textsTo = (person: SandboxPerson, bot = shop.shop) =>
  person.chatWith(bot).messages.map(({ text }) => text.replaceAll('\u00A0', ' '));

async function grant(person: SandboxPerson, planId: number): Promise<void> {
  await shop.owner.presses(platform.mainBot, `user:${(await endUserOf(person)).id}:grant:${planId}`);
  await platform.quiet();
}

test('a bundle stands on the window with both its marks, opens both chats and is taken back from both', async () => {
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  await platform.quiet();
  const window = buyer.chatWith(bot).last;
  expect(window?.buttons.flat().map(({ text }) => text.replaceAll('\u00A0', ' '))).toContain(
    '📢👥 1 month · 80,000 UZS',
  );
  const paymentId = await payFor(platform, bundle(), buyer);
  expect(textsTo(buyer).join()).toContain('Yoga + Talks');
  await platform.quiet();
  const review = owner
    .chatWith(bot)
    .messages.findLast(({ buttons }) => buttons.flat().some(({ data }) => data === `approve:${paymentId}`));
  expect(review?.text).toContain('Yoga + Talks');
  await owner.presses(bot, `approve:${paymentId}`);
  await platform.quiet();
  const links = buyer.chatWith(bot).messages.map(linkIn).filter(Boolean);
  expect(new Set(links).size).toBe(2);
  const end = addMonths(platform.clock.now(), 1, TIME_ZONE);
  expect(await endsOf(buyer)).toEqual({ channel: end, group: end });
  for (const link of links) await buyer.joins(link);
  expect([shop.chat.has(buyer), group.has(buyer)]).toEqual([true, true]);
  await owner.presses(bot, `revert:${paymentId}:yes`);
  await platform.quiet();
  expect(await endsOf(buyer)).toEqual({ channel: undefined, group: undefined });
  expect([shop.chat.has(buyer), group.has(buyer)]).toEqual([false, false]);
});

test('each chat is extended from its own end', async () => {
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  await grant(buyer, shop.planId);
  platform.clock.passes({ days: 10 });
  const before = await endsOf(buyer);
  const paymentId = await payFor(platform, bundle(), buyer);
  await owner.presses(bot, `approve:${paymentId}`);
  await platform.quiet();
  expect(await endsOf(buyer)).toEqual({
    channel: addMonths(before.channel ?? new Date(0), 1, TIME_ZONE),
    group: addMonths(platform.clock.now(), 1, TIME_ZONE),
  });
});

test('a rejected bundle is named by all its chats', async () => {
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, bundle(), buyer);
  await owner.presses(bot, `reject:${paymentId}`);
  await owner.presses(bot, `reject:${paymentId}:amount`);
  await platform.quiet();
  expect(textsTo(buyer).at(-1)).toContain('Yoga + Talks');
});

test('whoever has one of the chats for life is told before they pay, whoever has both is not offered it', async () => {
  const { owner, shop: bot } = shop;
  const { mainBot } = platform;
  for (const chat of [channelId, groupId]) {
    await owner.presses(mainBot, `price:${chat}:0`);
    await owner.sends(mainBot, '900 000');
  }
  await platform.quiet();
  const lifetimeOf = async (chat: number) =>
    (await platform.database.plan.findFirstOrThrow({ where: { channelId: chat, durationMonths: 0 } })).id;
  const buyer = await newBuyer(platform, shop);
  await grant(buyer, await lifetimeOf(channelId));
  await buyer.presses(bot, 'home');
  await platform.quiet();
  expect(textsTo(buyer).at(-1)).toContain('lifetime access to Yoga');
  await buyer.presses(bot, `plan:${bundleId}`);
  await platform.quiet();
  const order = buyer.chatWith(bot).last;
  expect(order?.text).toContain(
    'You have lifetime access to Yoga, so a plan for several chats adds nothing there.',
  );
  await grant(buyer, await lifetimeOf(groupId));
  await buyer.presses(bot, 'home');
  await platform.quiet();
  expect(
    buyer
      .chatWith(bot)
      .last?.buttons.flat()
      .map(({ data }) => data),
  ).not.toContain(`plan:${bundleId}`);
  await buyer.presses(bot, `plan:${bundleId}`);
  await platform.quiet();
  expect(textsTo(buyer).at(-1)).toContain('You have lifetime access here');
});

test('an owner gives a bundle by hand, and people are counted once', async () => {
  const { owner, shop: bot } = shop;
  const buyer = await newBuyer(platform, shop);
  await grant(buyer, bundleId);
  const end = addMonths(platform.clock.now(), 1, TIME_ZONE);
  expect(await endsOf(buyer)).toEqual({ channel: end, group: end });
  const people = await platform.database.endUser.count({
    where: { subscriptions: { some: { status: 'active' } } },
  });
  await owner.presses(platform.mainBot, `bot:${bot.id}`);
  await platform.quiet();
  expect(owner.chatWith(platform.mainBot).last?.text).toContain(`Active subscribers: ${people}`);
});

test('a chat that is gone refuses the approval by its name, and nothing is given', async () => {
  const { owner, shop: bot } = shop;
  const { database, mainBot } = platform;
  const refusals = () =>
    owner.answers(bot).filter(({ text }) => text?.includes('Talks is no longer connected'));
  const buyer = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, bundle(), buyer);
  await owner.removes(bot, group);
  await platform.quiet();
  await owner.presses(bot, `approve:${paymentId}`);
  await platform.quiet();
  expect(refusals()).toHaveLength(1);
  // Those who paid for it keep it connected, a receipt for both chats does not.
  await owner.presses(mainBot, `chat:${groupId}:disconnect`);
  expect(told(owner, mainBot)).toContain('active subscriber');
  await database.subscription.updateMany({ where: { channelId: groupId }, data: { status: 'expired' } });
  await owner.presses(mainBot, `chat:${groupId}:disconnect`);
  await owner.reads(mainBot, 'Talks is disconnected');
  await owner.presses(bot, `approve:${paymentId}`);
  await platform.quiet();
  expect(refusals()).toHaveLength(2);
  expect(await endsOf(buyer)).toEqual({ channel: undefined, group: undefined });
  expect(await platform.database.payment.findUniqueOrThrow({ where: { id: paymentId } })).toMatchObject({
    status: 'pending',
  });
  await owner.presses(platform.mainBot, `plan-page:${bundleId}`);
  await platform.quiet();
  expect(owner.chatWith(platform.mainBot).last?.text).toContain('Not sold while Talks isn’t connected');
});
