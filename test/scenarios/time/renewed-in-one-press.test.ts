import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newMember, openShop, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(async () => {
  shop = await openShop(platform);
});
afterAll(() => platform.closesClean());

const labels = ({ buttons }: SandboxMessage) => buttons.map((row) => row.map(({ text }) => text));
const PAYMENT = 'Transfer exactly this amount: 50,000';

/** Somebody inside, whose subscription ends after so many hours. */
async function memberWith(hours: number) {
  const { member, subscriptionId } = await newMember(platform, shop);
  const expiresAt = new Date(platform.clock.now().getTime() + hours * HOUR_MS);
  await platform.database.subscription.update({ where: { id: subscriptionId }, data: { expiresAt } });
  return member;
}

async function round(name: 'warn' | 'expire'): Promise<void> {
  await platform.app.jobs[name]();
  await platform.app.jobs.sweep();
  await platform.quiet();
}

test.each([
  [72, '3 days'],
  [24, '24 hours'],
] as const)('%s hours before the end a press leads from the warning to the payment', async (hours, left) => {
  const member = await memberWith(hours);
  await round('warn');
  const warning = await member.reads(
    shop.shop,
    new RegExp(`^⏳ ${left} left\\. .*Renew now and lose no day\\.$`, 's'),
  );
  expect(labels(warning)).toEqual([['🔁 Renew: 1 month · 50,000'], ['Other plans', '💬 Support']]);
  await member.taps(shop.shop, /🔁 Renew/, { message: warning });
  expect(member.chatWith(shop.shop).last?.text).toContain(PAYMENT);
});

test('at the end a press leads back in', async () => {
  const member = await memberWith(1);
  platform.clock.passes({ hours: 1 });
  await round('expire');
  const end = await member.reads(shop.shop, 'has ended. Renew it to come back.');
  expect(labels(end)).toEqual([['🔁 Renew: 1 month · 50,000'], ['Other plans', '💬 Support']]);
  await member.taps(shop.shop, /🔁 Renew/, { message: end });
  expect(member.chatWith(shop.shop).last?.text).toContain(PAYMENT);
});

test('where the plan is off sale both lead to the shop', async () => {
  const { database } = platform;
  const member = await memberWith(24);
  await database.plan.update({ where: { id: shop.planId }, data: { isActive: false } });
  await round('warn');
  const warning = await member.reads(shop.shop, 'left. Your subscription');
  expect(labels(warning)).toEqual([['🔁 Renew'], ['💬 Support']]);
  await member.taps(shop.shop, '🔁 Renew', { message: warning });
  expect(member.chatWith(shop.shop).last?.text).toContain('Nothing is on sale right now');
  platform.clock.passes({ hours: 24 });
  await round('expire');
  expect(labels(await member.reads(shop.shop, 'has ended.'))).toEqual([['🔁 Renew'], ['💬 Support']]);
});

test('a plan that goes off sale behind the warning’s back says so, and changes nothing', async () => {
  const member = await memberWith(24);
  await round('warn');
  const warning = await member.reads(shop.shop, 'Renew now and lose no day');
  await platform.database.plan.update({ where: { id: shop.planId }, data: { isActive: false } });
  const { length } = member.chatWith(shop.shop).messages;
  await member.taps(shop.shop, /🔁 Renew/, { message: warning });
  expect(member.answers(shop.shop).at(-1)?.text).toContain('no longer on sale');
  expect(member.chatWith(shop.shop).messages).toHaveLength(length);
});
