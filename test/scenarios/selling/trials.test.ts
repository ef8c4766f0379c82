import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { Prisma } from '../../../src/infra/prisma-client/client.ts';
import { toTenantScope } from '../../../src/kernel/tenant-scope.ts';
import { addDays, addMonths } from '../../../src/shared/calendar.ts';
import { endUserActor } from '../../support/actors.ts';
import { whileHeld } from '../../support/database/held-row.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import {
  buyAccess,
  holdsLink,
  linkIn,
  newBuyer,
  newMember,
  openShop,
  payFor,
  type Shop,
} from '../../support/shop.ts';
import { told } from '../../support/told.ts';
import { FOR_NEW_PEOPLE, offersTrial, offerTrial } from '../../support/trial.ts';

let platform: Platform;
let shop: Shop;
let trialId: number;

beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
  trialId = await offerTrial(platform, shop);
});
afterAll(() => platform.closesClean());

const TAKEN = 'given away all of today’s free trials';
const TIME_ZONE = 'Asia/Tashkent';

const subscriptionsOf = (person: SandboxPerson) =>
  platform.database.subscription.findMany({
    where: { endUser: { telegramUserId: person.id } },
    include: { timeEntries: true, inviteLinks: true },
    orderBy: { id: 'asc' },
  });

const labels = (person: SandboxPerson) =>
  person
    .chatWith(shop.shop)
    .last?.buttons.flat()
    .map(({ text }) => text) ?? [];

/** Somebody tries the chat, and is inside. */
async function newTaster(firstName = 'Try'): Promise<SandboxPerson> {
  const taster = await newBuyer(platform, shop, { firstName });
  await taster.presses(shop.shop, `plan:${trialId}`);
  await taster.joins(linkIn(await taster.reads(shop.shop, holdsLink)));
  await platform.quiet();
  return taster;
}

test('a free trial is given by one press, without a payment, and the link comes at once', async () => {
  const { clock, database } = platform;
  const taster = await newBuyer(platform, shop);
  expect(labels(taster)).toContain('📢 Trial: 7 days · free');
  await taster.presses(shop.shop, `plan:${trialId}`);
  await taster.reads(shop.shop, /has begun: 7 days/);
  expect((await taster.reads(shop.shop, holdsLink)).text).toMatch(/^🎁 Your trial has begun\./);
  const [subscription] = await subscriptionsOf(taster);
  const end = addDays(clock.now(), 7, TIME_ZONE);
  expect(subscription).toMatchObject({ status: 'active', paymentId: null, expiresAt: end });
  expect(subscription?.timeEntries).toMatchObject([
    { source: 'trial', sourceId: subscription?.endUserId, days: 7, addedTo: end },
  ]);
  expect(await database.payment.count({ where: { endUserId: subscription?.endUserId ?? 0 } })).toBe(0);
  expect(await offersTrial(shop, taster)).toBe(false);
});

test('pressed twenty times at once it is one subscription with one link', async () => {
  const taster = await newBuyer(platform, shop);
  await Promise.all(Array.from({ length: 20 }, () => taster.presses(shop.shop, `plan:${trialId}`)));
  await platform.quiet();
  const subscriptions = await subscriptionsOf(taster);
  expect(subscriptions).toHaveLength(1);
  expect(subscriptions[0]?.timeEntries).toHaveLength(1);
  expect(subscriptions[0]?.inviteLinks).toHaveLength(1);
  expect(taster.answers(shop.shop).filter(({ text }) => text === FOR_NEW_PEOPLE)).toHaveLength(19);
});

test('whoever had a subscription there may not try; a member of another chat may', async () => {
  const { database } = platform;
  const { member, subscriptionId } = await buyAccess(platform, shop);
  expect(await offersTrial(shop, member)).toBe(false);
  await database.subscription.update({ where: { id: subscriptionId }, data: { status: 'expired' } });
  expect(await offersTrial(shop, member)).toBe(false);
  await member.presses(shop.shop, `plan:${trialId}`);
  expect(told(member, shop.shop)).toBe(FOR_NEW_PEOPLE);

  const other = await openShop(platform);
  const otherTrial = await offerTrial(platform, other);
  await member.starts(other.shop);
  await member.presses(other.shop, 'lang:en');
  expect(await offersTrial(other, member)).toBe(true);
  await member.presses(shop.shop, `plan:${otherTrial}`);
  expect(told(member, shop.shop)).toMatch('no longer on sale');
  await member.presses(other.shop, `plan:${otherTrial}`);
  await member.reads(other.shop, holdsLink);
});

test('the same chat is tried once, whichever bot sells it; a bot that sells nothing else is said to sell nothing', async () => {
  const { database, mainBot } = platform;
  const taster = await newTaster();
  const heir = await openShop(platform);
  const heirTrial = await offerTrial(platform, heir);
  const telegramChatId = BigInt(shop.chat.id);
  await database.channel.updateMany({ where: { telegramChatId }, data: { disconnectedAt: new Date() } });
  await database.channel.updateMany({ where: { telegramChatId: heir.chat.id }, data: { telegramChatId } });
  await taster.starts(heir.shop);
  await taster.presses(heir.shop, 'lang:en');
  expect(await offersTrial(heir, taster)).toBe(false);
  await taster.presses(heir.shop, `plan:${heirTrial}`);
  expect(told(taster, heir.shop)).toBe(FOR_NEW_PEOPLE);
  await database.plan.update({ where: { id: heir.planId }, data: { isActive: false } });
  await heir.owner.presses(mainBot, `bot:${heir.shop.id}`);
  expect(told(heir.owner, mainBot)).not.toContain('is live');
});

test('a press that Telegram tells of twice gives once, and says the same; it is among what is kept of them', async () => {
  const { app, database } = platform;
  const taster = await newBuyer(platform, shop);
  const bot = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: shop.shop.id },
    include: { owner: true },
  });
  const actor = endUserActor(
    await database.endUser.findFirstOrThrow({ where: { telegramUserId: taster.id } }),
  );
  const choose = () =>
    app.services.checkout.choosePlan(toTenantScope(bot), actor, { planId: trialId, method: null });
  const first = await choose();
  expect(first).toMatchObject({ duration: { kind: 'days', days: 7 } });
  expect(await choose()).toEqual(first);
  expect(await database.timeEntry.count({ where: { endUserId: actor.endUserId } })).toBe(1);
  expect(await app.services.privacy.readEndUser(toTenantScope(bot), actor)).toMatchObject({
    trials: [{ chat: shop.chat.title }],
  });
});

test('a month that is bought during it adds to its end', async () => {
  const { clock } = platform;
  const began = clock.now();
  const taster = await newTaster();
  clock.passes({ days: 2 });
  const paymentId = await payFor(platform, shop, taster);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  const [subscription] = await subscriptionsOf(taster);
  expect(subscription?.expiresAt).toEqual(addMonths(addDays(began, 7, TIME_ZONE), 1, TIME_ZONE));
});

test.each([
  ['paused', () => ['bot', { pausedAt: new Date() }] as const],
  ['its owner banned', () => ['owner', { banned: true }] as const],
  ['the buyer banned', () => ['endUser', { banned: true }] as const],
])('nothing is given with the bot as it is: %s', async (_, given) => {
  const { database } = platform;
  const taster = await newBuyer(platform, shop);
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  const [what, data] = given();
  if (what === 'bot') await database.sellerBot.update({ where: { id: bot.id }, data });
  if (what === 'owner') await database.owner.update({ where: { id: bot.ownerId }, data });
  if (what === 'endUser') await database.endUser.updateMany({ where: { botId: bot.id }, data });
  await taster.presses(shop.shop, `plan:${trialId}`);
  expect(await subscriptionsOf(taster)).toEqual([]);
  expect(await database.trialUse.count({ where: { telegramChatId: shop.chat.id } })).toBe(0);
});

test('a paid one is bought like anything else, and counts from its approval on', async () => {
  const { database } = platform;
  await database.plan.update({ where: { id: trialId }, data: { price: '1000' } });
  const taster = await newBuyer(platform, shop);
  expect(labels(taster)).toContain('📢 Trial: 7 days · 1,000\u00A0UZS');
  const paymentId = await payFor(platform, { ...shop, planId: trialId }, taster);
  const used = () => database.trialUse.count({ where: { telegramChatId: shop.chat.id } });
  expect(await used()).toBe(0);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await taster.reads(shop.shop, holdsLink);
  expect(await used()).toBe(1);
  await shop.owner.presses(shop.shop, `revert:${paymentId}:yes`);
  await platform.quiet();
  expect(await used()).toBe(1);
  await taster.presses(shop.shop, `plan:${trialId}`);
  expect(told(taster, shop.shop)).toBe(FOR_NEW_PEOPLE);
});

test('a paid one that was used meanwhile is not approved: its owner reads why, and may reject it', async () => {
  const { database } = platform;
  await database.plan.update({ where: { id: trialId }, data: { price: '1000' } });
  const paid = { ...shop, planId: trialId };
  const taster = await newBuyer(platform, shop);
  const first = await payFor(platform, paid, taster);
  await shop.owner.presses(shop.shop, `reject:${first}:amount`);
  const second = await payFor(platform, paid, taster);
  await shop.owner.presses(shop.shop, `approve:${second}`);
  await taster.reads(shop.shop, holdsLink);
  await platform.quiet();
  const [before] = await subscriptionsOf(taster);
  await shop.owner.presses(shop.shop, `approve:${first}`);
  expect(told(shop.owner, shop.shop)).toMatch('This buyer has already had a trial here');
  expect(await database.payment.findUniqueOrThrow({ where: { id: first } })).toMatchObject({
    status: 'rejected',
  });
  expect(await subscriptionsOf(taster)).toEqual([before]);
});

test('a paid one waits, its owner makes it free, and it is taken: the receipt is not approved any more', async () => {
  const { database } = platform;
  await database.plan.update({ where: { id: trialId }, data: { price: '1000' } });
  const taster = await newBuyer(platform, shop);
  const paymentId = await payFor(platform, { ...shop, planId: trialId }, taster);
  await database.plan.update({ where: { id: trialId }, data: { price: '0' } });
  await taster.presses(shop.shop, `plan:${trialId}`);
  await taster.reads(shop.shop, holdsLink);
  await platform.quiet();
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  expect(told(shop.owner, shop.shop)).toMatch('This buyer has already had a trial here');
  const waiting = await database.payment.findUniqueOrThrow({ where: { id: paymentId } });
  expect(waiting).toMatchObject({ status: 'pending', decidedAt: null });
  await shop.owner.presses(shop.shop, `reject:${paymentId}:amount`);
  await taster.reads(shop.shop, 'The amount is wrong');
});

test('no bot gives more than 200 free ones in a day; its owner is told once, and tomorrow there are more', async () => {
  const { clock, database } = platform;
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  const { subscriptionId } = await newMember(platform, shop);
  const { endUserId, channelId } = await database.subscription.findUniqueOrThrow({
    where: { id: subscriptionId },
  });
  await database.timeEntry.createMany({
    data: Array.from({ length: 199 }, (_, index) => ({
      botId: bot.id,
      endUserId,
      channelId,
      subscriptionId,
      source: 'trial',
      sourceId: -index,
      addedFrom: clock.now(),
      addedTo: clock.now(),
      createdAt: clock.now(),
    })),
  });
  const people = await Promise.all(
    ['Anor', 'Behi', 'Gilos'].map((firstName) => newBuyer(platform, shop, { firstName })),
  );
  await Promise.all(people.map((person) => person.presses(shop.shop, `plan:${trialId}`)));
  await platform.quiet();
  const given = await Promise.all(people.map(subscriptionsOf));
  expect(given.flat()).toHaveLength(1);
  const late = people.filter((_, index) => given[index]?.length === 0);
  for (const person of late) expect(told(person, shop.shop)).toMatch('Come back tomorrow');
  await shop.owner.reads(platform.mainBot, TAKEN);
  const words = shop.owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes(TAKEN));
  expect(words).toHaveLength(1);
  clock.passes({ hours: 24 });
  await late[0]?.presses(shop.shop, `plan:${trialId}`);
  await late[0]?.reads(shop.shop, holdsLink);
});

test('a group that grows takes along who has tried it', async () => {
  const { database } = platform;
  const group = await openShop(platform, { kind: 'group' });
  const groupTrial = await offerTrial(platform, group);
  const taster = await newBuyer(platform, group);
  await taster.presses(group.shop, `plan:${groupTrial}`);
  await taster.reads(group.shop, holdsLink);
  const [use] = await database.trialUse.findMany({ where: { telegramChatId: group.chat.id } });
  const grown = { telegramChatId: -1_009_999_000_001n };
  await database.trialUse.create({ data: { ...grown, person: use?.person ?? 0n, usedAt: new Date(0) } });
  await database.trialUse.create({
    data: { person: 5n, telegramChatId: BigInt(group.chat.id), usedAt: new Date(0) },
  });
  await database.channel.updateMany({ where: { telegramChatId: group.chat.id }, data: grown });
  const moved = await database.trialUse.findMany({ where: grown, orderBy: { person: 'asc' } });
  expect(moved.map(({ person }) => person)).toEqual(
    [use?.person, 5n].sort((a, b) => Number((a ?? 0n) - (b ?? 0n))),
  );
  expect(await database.trialUse.count({ where: { telegramChatId: group.chat.id } })).toBe(0);
});

test('an owner does not give it by hand: the person takes it', async () => {
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop);
  const { id } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
  await shop.owner.presses(mainBot, `user:${id}`);
  const offered = shop.owner.chatWith(mainBot).last?.buttons.flat();
  expect(offered?.map(({ data }) => data)).toContain(`user:${id}:grant:${shop.planId}`);
  expect(offered?.map(({ data }) => data)).not.toContain(`user:${id}:grant:${trialId}`);
  await shop.owner.presses(mainBot, `user:${id}:grant:${trialId}`);
  expect(told(shop.owner, mainBot)).toContain('A trial is taken by the person themselves');
  expect(await subscriptionsOf(buyer)).toEqual([]);
});

test('pressed in the moment in which the chat is given up, it says what a buyer can do', async () => {
  const { database } = platform;
  const buyer = await newBuyer(platform, shop);
  const chat = BigInt(shop.chat.id);
  const givenUp = Prisma.sql`UPDATE channels SET disconnected_at = now() WHERE telegram_chat_id = ${chat} RETURNING id`;
  await whileHeld(database, givenUp, async (line) => {
    await line.joins(buyer.presses(shop.shop, `plan:${trialId}`), 1);
  });
  expect(told(buyer, shop.shop)).toContain('is no longer sold here');
});
