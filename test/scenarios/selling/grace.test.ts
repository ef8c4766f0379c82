import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/shared/durations.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, payFor, type Shop } from '../../support/shop.ts';
import { told } from '../../support/told.ts';

let platform: Platform;
let shop: Shop;

beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
  await graceIs(3);
});
afterAll(() => platform.closesClean());

const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

async function graceIs(days: number): Promise<void> {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:set:grace`);
  await shop.owner.sends(platform.mainBot, String(days));
  await platform.quiet();
}

/** Somebody inside, whose subscription ends in an hour. */
async function memberWithAnHour() {
  const bought = await newMember(platform, shop, { firstName: 'Member' });
  const end = new Date(platform.clock.now().getTime() + HOUR_MS);
  await platform.database.subscription.update({
    where: { id: bought.subscriptionId },
    data: { expiresAt: end, notified3Day: true, notified1Day: true },
  });
  return { ...bought, end };
}

/** A way in that was on its way when the time ran out. */
async function onItsWay(subscriptionId: number): Promise<void> {
  const { clock, database } = platform;
  const { id: botId } = await database.sellerBot.findFirstOrThrow({
    where: { telegramBotId: BigInt(shop.shop.id) },
  });
  await database.outboxMessage.create({
    data: {
      kind: 'deliver-access',
      key: `on-its-way:${subscriptionId}`,
      botId,
      payload: { subscriptionId, reason: 'again' },
      createdAt: clock.now(),
      dueAt: clock.now(),
    },
  });
  await platform.app.jobs.sweep();
  await platform.quiet();
}

const count = (member: Parameters<typeof told>[0], words: string) =>
  member.chatWith(shop.shop).messages.filter(({ text }) => text.includes(words)).length;

describe('at the end of their time', () => {
  test('somebody is inside until the last second of the grace, told once, and out after it, told once', async () => {
    const { clock, mainBot } = platform;
    const { member, subscriptionId, endUserId, end } = await memberWithAnHour();
    clock.passes({ hours: 1 });
    await round(platform);
    await round(platform);
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'active',
      expiresAt: end,
      graceUntil: new Date(end.getTime() + 3 * DAY_MS),
    });
    expect(count(member, 'your place is kept until 24 November 2026')).toBe(1);
    expect(count(member, 'has ended')).toBe(0);
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}`);
    expect(shop.owner.chatWith(mainBot).last?.text).toContain('In the grace period: 1');
    await shop.owner.presses(mainBot, `bot:${shop.shop.id}:stats`);
    expect(shop.owner.chatWith(mainBot).last?.text).toContain('In the grace period: 1');

    await shop.owner.presses(mainBot, `user:${endUserId}`);
    expect(shop.owner.chatWith(mainBot).last?.text).toContain('in the grace period, 24 November 2026, 15:00');

    clock.passes({ days: 3, minutes: -1 });
    await round(platform);
    expect((await subscription(subscriptionId)).status).toBe('active');
    expect(shop.chat.has(member)).toBe(true);
    clock.passes({ minutes: 1 });
    await round(platform);
    await round(platform);
    expect((await subscription(subscriptionId)).status).toBe('expired');
    expect(shop.chat.has(member)).toBe(false);
    expect(count(member, 'has ended')).toBe(1);
  });

  test('a renewal in the grace counts from the old end, and the next end has a grace of its own', async () => {
    const { clock } = platform;
    const { member, subscriptionId, end } = await memberWithAnHour();
    clock.passes({ hours: 1 });
    await round(platform);
    expect(count(member, 'your place is kept until')).toBe(1);
    clock.passes({ days: 2 });
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(shop.shop, `approve:${id}`);
    await platform.quiet();
    const renewed = await subscription(subscriptionId);
    const monthLater = new Date(end);
    monthLater.setUTCMonth(monthLater.getUTCMonth() + 1);
    expect(renewed).toMatchObject({ status: 'active', expiresAt: monthLater, graceUntil: null });
    clock.passes({ days: 29 });
    await round(platform);
    expect((await subscription(subscriptionId)).graceUntil?.getTime()).toBe(
      monthLater.getTime() + 3 * DAY_MS,
    );
    expect(count(member, 'your place is kept until')).toBe(1);
  });

  test('what the owner changes after it began touches only later ends', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWithAnHour();
    clock.passes({ hours: 1 });
    await round(platform);
    await graceIs(0);
    clock.passes({ days: 2 });
    await round(platform);
    expect((await subscription(subscriptionId)).status).toBe('active');
    clock.passes({ days: 1 });
    await round(platform);
    expect(shop.chat.has(member)).toBe(false);
  });

  test('a trial, and whoever has it without payment, have what is theirs', async () => {
    const { clock, database } = platform;
    const trial = await memberWithAnHour();
    const given = await memberWithAnHour();
    await database.timeEntry.updateMany({
      where: { subscriptionId: trial.subscriptionId },
      data: { source: 'trial' },
    });
    await database.timeEntry.updateMany({
      where: { subscriptionId: given.subscriptionId },
      data: { source: 'grant', sourceId: null },
    });
    clock.passes({ hours: 1 });
    await round(platform);
    expect(await subscription(trial.subscriptionId)).toMatchObject({ status: 'expired', graceUntil: null });
    expect((await subscription(given.subscriptionId)).status).toBe('active');
  });
});

describe('a receipt', () => {
  test('sent on the last hour of the grace holds the place for a day after it and no longer', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWithAnHour();
    clock.passes({ hours: 1 });
    await round(platform);
    clock.passes({ days: 3, minutes: -30 });
    await payFor(platform, shop, member);
    clock.passes({ days: 1, minutes: 29 });
    await round(platform);
    expect((await subscription(subscriptionId)).status).toBe('active');
    clock.passes({ minutes: 1 });
    await round(platform);
    expect((await subscription(subscriptionId)).status).toBe('expired');
    expect(shop.chat.has(member)).toBe(false);
  });

  test('that waits at the end lets the grace begin, which is not told', async () => {
    const { clock } = platform;
    const { member, subscriptionId, end } = await memberWithAnHour();
    const id = await payFor(platform, shop, member);
    clock.passes({ hours: 1 });
    await round(platform);
    expect((await subscription(subscriptionId)).graceUntil?.getTime()).toBe(end.getTime() + 3 * DAY_MS);
    expect(count(member, 'your place is kept')).toBe(0);
    await shop.owner.presses(shop.shop, `reject:${id}:amount`);
    clock.passes({ days: 3 });
    await round(platform);
    expect((await subscription(subscriptionId)).status).toBe('expired');
  });
});

test('in the grace nobody outside gets a link: they are told so, and how to renew', async () => {
  const { clock } = platform;
  const { member, subscriptionId } = await memberWithAnHour();
  await member.leaves(shop.chat);
  clock.passes({ hours: 1 });
  await round(platform);
  const links = shop.chat.links.length;
  await member.presses(shop.shop, 'mysub');
  const page = member.chatWith(shop.shop).last;
  expect(page?.text).toContain('your place is kept until');
  const buttons = page?.buttons.flat().map(({ data }) => data);
  expect(buttons).toContain(`plan:${shop.planId}`);
  expect(buttons).not.toContain(`relink:${subscriptionId}`);
  await member.presses(shop.shop, `relink:${subscriptionId}`);
  expect(told(member, shop.shop)).toContain('there is no new link');
  await onItsWay(subscriptionId);
  expect(count(member, 'so there is no new link. Your place is kept')).toBe(1);
  expect(shop.chat.links).toHaveLength(links);
});

test('between the end and the scan, and while a receipt holds the place, nobody outside gets a link either', async () => {
  const { clock } = platform;
  await graceIs(0);
  const { member, subscriptionId } = await memberWithAnHour();
  await member.leaves(shop.chat);
  clock.passes({ hours: 1 });
  const links = shop.chat.links.length;
  await member.presses(shop.shop, `relink:${subscriptionId}`);
  expect(told(member, shop.shop)).toContain('there is no new link');
  await onItsWay(subscriptionId);
  expect(count(member, 'so there is no new link. Renew, and you can come in again')).toBe(1);
  expect(shop.chat.links).toHaveLength(links);
});

test('a removal by hand in the grace can be put right, and the place is kept on', async () => {
  const { clock } = platform;
  const { member, subscriptionId, end } = await memberWithAnHour();
  clock.passes({ hours: 1 });
  await round(platform);
  await shop.owner.removes(member, shop.chat);
  await platform.quiet();
  expect((await subscription(subscriptionId)).status).toBe('kicked');
  await shop.owner.presses(platform.mainBot, `restore:${subscriptionId}`);
  await platform.quiet();
  expect(await subscription(subscriptionId)).toMatchObject({
    status: 'active',
    graceUntil: new Date(end.getTime() + 3 * DAY_MS),
  });
  await member.reads(shop.shop, 'so there is no new link. Your place is kept');
  expect(count(member, 'so there is no new link. Your place is kept')).toBe(1);
});

test('time given after everything was down for longer than the grace counts from now', async () => {
  const { clock } = platform;
  const { subscriptionId, end, endUserId } = await memberWithAnHour();
  clock.passes({ days: 4, hours: 1, minutes: 1 });
  await shop.owner.presses(platform.mainBot, `user:${endUserId}:grant:${shop.planId}`);
  expect(await subscription(subscriptionId)).toMatchObject({
    status: 'expired',
    graceUntil: new Date(end.getTime() + 3 * DAY_MS),
  });
  const anew = await platform.database.subscription.findFirstOrThrow({
    where: { endUserId, status: 'active' },
  });
  expect(anew.startedAt.getTime()).toBeGreaterThan(end.getTime() + 4 * DAY_MS - MINUTE_MS);
});

test('three processes at once begin and end it once, and tell of each once', async () => {
  const { clock } = platform;
  const apps = [platform.app, await platform.startAnother(), await platform.startAnother()];
  const bought = [];
  for (let number = 0; number < 3; number += 1) bought.push(await memberWithAnHour());
  const rounds = async () => {
    await Promise.all(apps.flatMap(({ jobs }) => [jobs.expire(), jobs.expire()]));
    await round(platform);
  };
  clock.passes({ hours: 1 });
  await rounds();
  clock.passes({ days: 3 });
  await rounds();
  for (const { member, subscriptionId } of bought) {
    expect((await subscription(subscriptionId)).status).toBe('expired');
    expect(count(member, 'your place is kept until')).toBe(1);
    expect(count(member, 'has ended')).toBe(1);
  }
});
