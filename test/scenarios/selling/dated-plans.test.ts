import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { addPlan, newBuyer, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
let channelId: number;
let datedId: number;
beforeAll(async () => {
  // Not where most people are: midnight there is at 05:00 UTC.
  platform = await startPlatform({ environment: { TIME_ZONE: 'America/New_York' } });
  shop = await openShop(platform, { title: 'Course' });
  const telegramChatId = BigInt(shop.chat.id);
  channelId = (await platform.database.channel.findFirstOrThrow({ where: { telegramChatId } })).id;
  datedId = await added('until', '25.11.2026', '30 000');
});
afterAll(async () => {
  await platform.closesClean();
});

const END = new Date('2026-11-26T05:00:00Z');

async function added(kind: string, term: string, price: string): Promise<number> {
  return (await addPlan(platform, shop, { channelId, kind, term, price })).id;
}

async function buys(buyer: SandboxPerson, planId: number): Promise<Date | null | undefined> {
  const paymentId = await payFor(platform, { ...shop, planId }, buyer);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await platform.quiet();
  const where = { endUser: { telegramUserId: buyer.id }, status: 'active' };
  return (await platform.database.subscription.findFirst({ where }))?.expiresAt;
}

async function offered(buyer: SandboxPerson): Promise<(string | undefined)[]> {
  await buyer.presses(shop.shop, 'home');
  await platform.quiet();
  return (buyer.chatWith(shop.shop).last?.buttons ?? []).flat().map(({ data }) => data);
}

async function saidTo(buyer: SandboxPerson): Promise<string> {
  await platform.quiet();
  const toast = buyer.answers(shop.shop).at(-1)?.text;
  return toast ?? buyer.chatWith(shop.shop).last?.text ?? '';
}

const toldOwner = () =>
  shop.owner.chatWith(platform.mainBot).messages.filter(({ text }) => text.includes('off sale now'));

test('a date is bought to the midnight after it, a week and months to the second', async () => {
  const buyer = await newBuyer(platform, shop);
  expect(await buys(buyer, datedId)).toEqual(END);
  const weekId = await added('days', '7', '20 000');
  expect(await buys(buyer, weekId)).toEqual(new Date('2026-12-03T05:00:00Z'));
  const quarterId = await added('months', '3', '90 000');
  expect(await buys(buyer, quarterId)).toEqual(new Date('2027-03-03T05:00:00Z'));
});

test('whoever has longer is not offered it, and is told why when they press', async () => {
  const buyer = await newBuyer(platform, shop);
  await buys(buyer, shop.planId);
  expect(await offered(buyer)).not.toContain(`plan:${datedId}`);
  await buyer.presses(shop.shop, `plan:${datedId}`);
  expect(await saidTo(buyer)).toContain('longer than this plan lasts');
  expect(await platform.database.payment.count({ where: { planId: datedId, status: 'created' } })).toBe(0);
});

test('an owner gives it to nobody who has longer either', async () => {
  const { owner } = shop;
  const { mainBot, database } = platform;
  const buyer = await newBuyer(platform, shop);
  const { id } = await database.endUser.findFirstOrThrow({ where: { telegramUserId: buyer.id } });
  await owner.presses(mainBot, `user:${id}:grant:${shop.planId}`);
  await owner.presses(mainBot, `user:${id}:grant:${datedId}`);
  await platform.quiet();
  expect(owner.answers(mainBot).at(-1)?.text).toContain('longer than this plan lasts');
  expect(await database.timeEntry.count({ where: { endUserId: id } })).toBe(1);
});

test('it is not sold in its last 24 hours, what was chosen before is, and it goes off sale with a quiet word', async () => {
  const { owner, shop: bot } = shop;
  const { clock, database, mainBot } = platform;
  const early = await newBuyer(platform, shop);
  const late = await newBuyer(platform, shop);
  clock.passes({ minutes: (END.getTime() - clock.now().getTime()) / 60_000 - 24 * 60 - 1 });
  expect(await offered(late)).toContain(`plan:${datedId}`);
  await early.presses(bot, `plan:${datedId}`);
  clock.passes({ minutes: 1 });
  clock.passes({ minutes: 1 });
  expect(await offered(late)).not.toContain(`plan:${datedId}`);
  await late.presses(bot, `plan:${datedId}`);
  expect(await saidTo(late)).toContain('no longer on sale');
  await round(platform);
  expect(toldOwner()).toEqual([]);
  await early.sendsPhoto(bot);
  await platform.quiet();
  const payment = await database.payment.findFirstOrThrow({ where: { planId: datedId, status: 'pending' } });
  await owner.presses(bot, `approve:${payment.id}`);
  await platform.quiet();
  const { subscriptionId } = await database.payment.findUniqueOrThrow({ where: { id: payment.id } });
  const { expiresAt } = await database.subscription.findUniqueOrThrow({ where: { id: subscriptionId ?? 0 } });
  expect(expiresAt).toEqual(END);

  clock.passes({ days: 1 });
  await round(platform);
  await owner.reads(mainBot, 'off sale now');
  await round(platform);
  expect(await database.plan.findUniqueOrThrow({ where: { id: datedId } })).toMatchObject({
    isActive: false,
  });
  expect(toldOwner().map(({ text }) => text)).toEqual([
    '🏁 Course: the plan “until 25.11.2026” is over and off sale now. You can add one with a later date.',
  ]);
  await owner.presses(mainBot, `plan-on:${datedId}`);
  await platform.quiet();
  expect(owner.answers(mainBot).at(-1)?.text).toContain('over or too close');
});

test('once its date has passed no receipt is taken and no approval given: it would give nothing', async () => {
  const { owner, shop: bot } = shop;
  const { clock, database } = platform;
  const planId = await added('until', '20.12.2026', '30 000');
  const end = new Date('2026-12-21T05:00:00Z');
  const buyer = await newBuyer(platform, shop);
  clock.passes({ minutes: (end.getTime() - clock.now().getTime()) / 60_000 - 25 * 60 });
  const paymentId = await payFor(platform, { ...shop, planId }, buyer);
  clock.passes({ hours: 25 });
  await owner.presses(bot, `approve:${paymentId}`);
  await platform.quiet();
  expect(owner.answers(bot).at(-1)?.text).toContain('date has passed');
  expect(await database.payment.findUniqueOrThrow({ where: { id: paymentId } })).toMatchObject({
    status: 'pending',
    subscriptionId: null,
  });
  await owner.presses(bot, `reject:${paymentId}:amount`);
  await platform.quiet();
  await buyer.sendsPhoto(bot);
  expect(await saidTo(buyer)).toContain('no longer sold here');
  expect(await database.payment.count({ where: { planId, status: 'pending' } })).toBe(0);
});
