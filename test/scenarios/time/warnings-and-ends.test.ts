import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, round, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;

beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

const subscription = (id: number) => platform.database.subscription.findUniqueOrThrow({ where: { id } });

/** Somebody inside, whose subscription ends after so many hours. */
async function memberWith(hours: number, seconds = 0) {
  const bought = await newMember(platform, shop, { firstName: 'Member' });
  await platform.database.subscription.update({
    where: { id: bought.subscriptionId },
    data: { expiresAt: new Date(platform.clock.now().getTime() + hours * HOUR_MS + seconds * 1000) },
  });
  return bought;
}

const warnings = (person: { chatWith: Shop['owner']['chatWith'] }) =>
  person
    .chatWith(shop.shop)
    .messages.filter(({ text }) => text.includes('⏳'))
    .map(({ text }) => text);

describe('warnings', () => {
  test.each([
    ['72 hours and a second before the end: none yet', 72, 1, []],
    ['72 hours before', 72, 0, ['3 days']],
    ['25 hours before', 25, 0, ['25 hours']],
    ['24 hours and a second before: still the first one', 24, 1, ['24 hours']],
    ['24 hours before: only the last one', 24, 0, ['24 hours']],
    ['an hour before', 1, 0, ['1 hour']],
    ['a second before', 0, 1, ['less than an hour']],
    ['at the end: none any more', 0, 0, []],
  ] as const)('%s', async (_when, hours, seconds, expected) => {
    const { member, subscriptionId } = await memberWith(hours, seconds);
    await round(platform, 'warn');
    await round(platform, 'warn');
    const told = warnings(member);
    expect(told).toHaveLength(expected.length);
    for (const [index, words] of expected.entries()) expect(told[index]).toContain(words);
    const { notified3Day, notified1Day } = await subscription(subscriptionId);
    const left = hours * HOUR_MS + seconds * 1000;
    expect(notified3Day).toBe(expected.length > 0);
    expect(notified1Day).toBe(expected.length > 0 && left <= DAY_MS);
  });

  test('one of each comes, and a renewal begins anew', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWith(72);
    await round(platform, 'warn');
    clock.passes({ hours: 48 });
    await round(platform, 'warn');
    await round(platform, 'warn');
    expect(warnings(member)).toHaveLength(2);
    const id = await payFor(platform, shop, member);
    await shop.owner.presses(shop.shop, `approve:${id}`);
    expect(await subscription(subscriptionId)).toMatchObject({ notified3Day: false, notified1Day: false });
  });

  test('a bot whose token is dead warns when a new one has come, if it still makes sense', async () => {
    const { clock, mainBot, telegram } = platform;
    const { member } = await memberWith(72);
    shop.shop.revokeToken();
    await platform.database.sellerBot.updateMany({ data: { isActive: false, tokenDeadAt: clock.now() } });
    await round(platform, 'warn');
    clock.passes({ hours: 60 });
    await shop.owner.sends(mainBot, shop.shop.token);
    await telegram.until(() => shop.shop.webhookUrl !== undefined, { what: 'the bot to be back' });
    await round(platform, 'warn');
    expect(warnings(member)).toHaveLength(1);
    expect(warnings(member)[0]).toContain('12 hours');
  });
});

describe('ends', () => {
  test('before the end nothing happens, at the end access is gone', async () => {
    const { clock, mainBot } = platform;
    const { member, subscriptionId } = await memberWith(1);
    clock.passes({ minutes: 59 });
    await round(platform, 'expire');
    expect((await subscription(subscriptionId)).status).toBe('active');
    clock.passes({ minutes: 1 });
    await round(platform, 'expire');
    await round(platform, 'expire');
    expect(shop.chat.has(member)).toBe(false);
    expect(shop.chat.isBanned(member)).toBe(false);
    expect(await subscription(subscriptionId)).toMatchObject({
      status: 'expired',
      kickedAt: expect.any(Date),
    });
    await member.reads(shop.shop, 'has ended');
    await shop.owner.reads(mainBot, /Member.*was removed.*The subscription has ended/);
    const told = member.chatWith(shop.shop).messages.filter(({ text }) => text.includes('has ended'));
    expect(told).toHaveLength(1);
  });

  test('whoever left before is not looked for, and their unused link is dead', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWith(1);
    await member.leaves(shop.chat);
    await member.presses(shop.shop, `relink:${subscriptionId}`);
    await member.reads(shop.shop, 'Here is your link');
    clock.passes({ hours: 1 });
    await round(platform, 'expire');
    const usable = shop.chat.links.filter((link) => !link.revoked && !link.isPrimary);
    expect(usable).toEqual([]);
    expect((await subscription(subscriptionId)).kickedAt).not.toBeNull();
  });

  test('a waiting receipt holds the place, a day at most, and its approval extends from the old end', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWith(1);
    const end = (await subscription(subscriptionId)).expiresAt;
    const id = await payFor(platform, shop, member);
    clock.passes({ hours: 24 });
    await round(platform, 'expire');
    expect((await subscription(subscriptionId)).status).toBe('active');
    expect(shop.chat.has(member)).toBe(true);
    await shop.owner.presses(shop.shop, `approve:${id}`);
    const renewed = await subscription(subscriptionId);
    expect(renewed.expiresAt?.getTime()).toBeGreaterThan((end?.getTime() ?? 0) + 27 * DAY_MS);
    expect(renewed.expiresAt?.getUTCHours()).toBe(end?.getUTCHours());
  });

  test('a receipt that nobody decides within a day holds the place no longer', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWith(1);
    await payFor(platform, shop, member);
    clock.passes({ hours: 25 });
    await round(platform, 'expire');
    expect((await subscription(subscriptionId)).status).toBe('expired');
    expect(shop.chat.has(member)).toBe(false);
  });

  test('an administrator is never removed; the owner is told once', async () => {
    const { clock, mainBot } = platform;
    const { member, subscriptionId } = await memberWith(1);
    await shop.owner.promotes(member, shop.chat, ['can_invite_users']);
    clock.passes({ hours: 1 });
    await round(platform, 'expire');
    await shop.owner.reads(mainBot, /Member.*is an administrator there/);
    expect(shop.chat.has(member)).toBe(true);
    expect(await subscription(subscriptionId)).toMatchObject({ status: 'expired', kickedAt: null });
  });

  test('lifetime has no end', async () => {
    const { database, clock } = platform;
    const { member, subscriptionId } = await memberWith(1);
    await database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt: null } });
    clock.passes({ days: 4_000 });
    await round(platform, 'expire');
    await round(platform, 'warn');
    expect(shop.chat.has(member)).toBe(true);
    expect(warnings(member)).toEqual([]);
  });

  test('whoever renewed a moment before stays', async () => {
    const { clock } = platform;
    const { member, subscriptionId } = await memberWith(1);
    const id = await payFor(platform, shop, member);
    clock.passes({ hours: 1 });
    await Promise.all([shop.owner.presses(shop.shop, `approve:${id}`), round(platform, 'expire')]);
    await round(platform, 'expire');
    expect((await subscription(subscriptionId)).status).toBe('active');
    expect(shop.chat.has(member)).toBe(true);
  });

  test('a dead token delays the removal, not the end; a new token brings it', async () => {
    const { clock, mainBot, telegram } = platform;
    const { member, subscriptionId } = await memberWith(1);
    shop.shop.revokeToken();
    clock.passes({ hours: 1 });
    await platform.app.jobs.expire();
    await expect.poll(async () => (await subscription(subscriptionId)).status).toBe('expired');
    expect(shop.chat.has(member)).toBe(true);
    await shop.owner.sends(mainBot, shop.shop.token);
    await telegram.until(() => shop.shop.webhookUrl !== undefined, { what: 'the bot to be back' });
    await platform.quiet();
    await platform.app.jobs.sweep();
    await telegram.until(() => !shop.chat.has(member), { what: 'the member to be out' });
    await member.reads(shop.shop, 'has ended');
  });

  test('the owner reads why somebody was put out as it was at their end, whatever has happened since', async () => {
    const { clock, mainBot, telegram } = platform;
    const { subscriptionId, endUserId } = await memberWith(1);
    shop.shop.revokeToken();
    clock.passes({ hours: 1 });
    await platform.app.jobs.expire();
    await expect.poll(async () => (await subscription(subscriptionId)).status).toBe('expired');
    await shop.owner.presses(mainBot, `user:${endUserId}:ban`);
    await shop.owner.sends(mainBot, shop.shop.token);
    await telegram.until(() => shop.shop.webhookUrl !== undefined, { what: 'the bot to be back' });
    await platform.quiet();
    await platform.app.jobs.sweep();
    await shop.owner.reads(mainBot, /Member.*was removed.*The subscription has ended/);
  });
});
