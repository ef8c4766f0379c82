import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/shared/durations.ts';
import { eventually } from '../../support/eventually.ts';
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
  await winbackIs(3);
});
afterAll(() => platform.closesClean());

type Member = Awaited<ReturnType<typeof newMember>>;

async function winbackIs(days: number): Promise<void> {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:set:winback`);
  await shop.owner.sends(platform.mainBot, String(days));
  await platform.quiet();
}

/** The next time that clocks in Tashkent show this hour. */
async function passesUntil(hour: number): Promise<void> {
  const { clock } = platform;
  const minutes = clock.now().getUTCHours() * 60 + clock.now().getUTCMinutes();
  clock.passes({ minutes: (((((hour - 5) * 60 - minutes - 1) % 1440) + 1440) % 1440) + 1 });
}

/** Somebody whose time was up at this hour. */
async function whoLeftAt(hour: number): Promise<Member> {
  const bought = await newMember(platform, shop, { firstName: 'Member' });
  await passesUntil(hour - 1);
  await platform.database.subscription.update({
    where: { id: bought.subscriptionId },
    data: {
      expiresAt: new Date(platform.clock.now().getTime() + HOUR_MS),
      notified3Day: true,
      notified1Day: true,
    },
  });
  platform.clock.passes({ hours: 1 });
  await round(platform);
  return bought;
}

const offers = ({ member }: Member) =>
  member.chatWith(shop.shop).messages.filter(({ text }) => text.includes('We miss you')).length;

test('whoever left is asked back once, by day, with the plans', async () => {
  const { clock, database } = platform;
  const left = await whoLeftAt(22);
  clock.passes({ days: 3, minutes: -1 });
  await round(platform);
  expect(offers(left)).toBe(0);
  clock.passes({ hours: 2 });
  await round(platform);
  expect(offers(left)).toBe(0);
  await passesUntil(10);
  await round(platform);
  await round(platform);
  expect(offers(left)).toBe(1);
  const buttons = left.member.chatWith(shop.shop).last?.buttons.flat();
  expect(buttons?.map(({ data }) => data)).toEqual([`plan:${shop.planId}`, 'home', 'mail:off']);
  const { winbackAt } = await database.subscription.findUniqueOrThrow({ where: { id: left.subscriptionId } });
  expect(winbackAt).toEqual(clock.now());
});

test('whoever is spared something has a code of their own for a week, at the percentage of when they left', async () => {
  const set = async (percent: number) => {
    await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:set:winpercent`);
    await shop.owner.sends(platform.mainBot, String(percent));
    await platform.quiet();
  };
  await set(20);
  const left = await whoLeftAt(12);
  await set(50);
  platform.clock.passes({ days: 3 });
  await round(platform);
  const code = await platform.database.promoCode.findFirstOrThrow({
    where: { endUserId: left.endUserId, origin: 'winback' },
  });
  expect(Number(code.value)).toBe(20);
  expect(offers(left)).toBe(1);
  expect(told(left.member, shop.shop)).toContain(`${code.code} takes 20% off`);
});

test('two processes ask once', async () => {
  const left = await whoLeftAt(12);
  const other = await platform.startAnother();
  platform.clock.passes({ days: 3 });
  await Promise.all([platform.app.jobs.sweep(), other.jobs.sweep(), round(platform)]);
  await round(platform);
  expect(offers(left)).toBe(1);
});

test('what the owner changes later touches nobody who left before', async () => {
  const left = await whoLeftAt(12);
  await winbackIs(0);
  platform.clock.passes({ days: 3 });
  await round(platform);
  // The process that was started beside this one may have the offer in hand.
  await eventually(() => expect(offers(left)).toBe(1));
});

describe('is not asked back', () => {
  test.each<[string, (left: Member) => Promise<unknown>]>([
    ['who wants no offers', ({ member }) => member.presses(shop.shop, 'mail:off')],
    ['who is banned', ({ endUserId }) => shop.owner.presses(platform.mainBot, `user:${endUserId}:ban`)],
    [
      'who has bought again',
      async ({ member }) => shop.owner.presses(shop.shop, `approve:${await payFor(platform, shop, member)}`),
    ],
    ['whose receipt waits', ({ member }) => payFor(platform, shop, member)],
    ['who has blocked the bot', ({ member }) => member.blocks(shop.shop)],
    ['who is forgotten', ({ member }) => member.presses(shop.shop, 'forget:yes')],
    ['whose bot rests', () => shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:pause`)],
    ['who can buy nothing', () => shop.owner.presses(platform.mainBot, `plan-off:${shop.planId}`)],
  ])('%s', async (_who, happens) => {
    const left = await whoLeftAt(12);
    await happens(left);
    await platform.quiet();
    platform.clock.passes({ days: 3 });
    await round(platform);
    expect(offers(left)).toBe(0);
  });

  test('who was put out by hand', async () => {
    const bought = await newMember(platform, shop, { firstName: 'Member' });
    await shop.owner.removes(bought.member, shop.chat);
    await platform.quiet();
    await passesUntil(12);
    platform.clock.passes({ days: 40 });
    await round(platform);
    expect(offers(bought)).toBe(0);
  });
});

test('offers that were turned off are turned on again in /help', async () => {
  const { member } = await newMember(platform, shop, { firstName: 'Member' });
  await member.presses(shop.shop, 'mail:off');
  expect(told(member, shop.shop)).toContain('/help');
  await member.sends(shop.shop, '/help');
  const data = () =>
    member
      .chatWith(shop.shop)
      .last?.buttons.flat()
      .map((one) => one.data);
  expect(data()).toContain('mail:on');
  await member.presses(shop.shop, 'mail:on');
  await member.sends(shop.shop, '/help');
  expect(data()).not.toContain('mail:on');
});
