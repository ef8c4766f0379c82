import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import type { SandboxMessage } from '../../../sandbox/world/conversation.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { holdsLink, linkIn, newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';
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

const labels = ({ buttons }: SandboxMessage) => buttons.map((row) => row.map(({ text }) => text));

/** Somebody tries the chat for a week, and is inside. */
async function newTaster(firstName = 'Try'): Promise<SandboxPerson> {
  const taster = await newBuyer(platform, shop, { firstName });
  await taster.presses(shop.shop, `plan:${trialId}`);
  await taster.joins(linkIn(await taster.reads(shop.shop, holdsLink)));
  await platform.quiet();
  return taster;
}

async function round(name: 'warn' | 'expire'): Promise<void> {
  await platform.app.jobs[name]();
  await platform.app.jobs.sweep();
}

test('its warning and its end carry the plans, and a press leads to the payment', async () => {
  const { clock, database } = platform;
  const { channelId } = await database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  await database.plan.create({ data: { channelId, durationDays: 7, price: '15000', isCustom: true } });
  const taster = await newTaster();
  clock.passes({ days: 6 });
  await round('warn');
  const warning = await taster.reads(shop.shop, /^⏳ Your trial of .* ends tomorrow: .*Choose a plan now/s);
  const plans = [
    ['📢 7 days · 15,000\u00A0UZS'],
    ['📢 1 month · 50,000\u00A0UZS'],
    ['🛒 Plans', '💬 Support'],
  ];
  expect(labels(warning)).toEqual(plans);
  clock.passes({ days: 1 });
  await round('expire');
  const end = await taster.reads(
    shop.shop,
    /^⌛️ Your trial of .* has ended\..*Choose a plan to come back\.$/s,
  );
  expect(labels(end)).toEqual(plans);
  await platform.telegram.until(() => !shop.chat.has(taster), { what: 'the taster to be out' });
  await taster.taps(shop.shop, /1 month/, { message: end });
  expect(taster.chatWith(shop.shop).last?.text).toContain('Transfer exactly this amount: 50,000');
});

test('whoever bought during it is warned as a subscriber', async () => {
  const { clock, database } = platform;
  const taster = await newTaster();
  await shop.owner.presses(shop.shop, `approve:${await payFor(platform, shop, taster)}`);
  await platform.quiet();
  const { expiresAt } = await database.subscription.findFirstOrThrow({
    where: { endUser: { telegramUserId: taster.id } },
  });
  clock.passes({ hours: ((expiresAt?.getTime() ?? 0) - clock.now().getTime()) / 3_600_000 - 12 });
  await round('warn');
  expect((await taster.reads(shop.shop, /^⏳/)).text).toContain('Your subscription to');
});

test('its place is not kept, whatever the owner keeps for others', async () => {
  const { clock, database } = platform;
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  await database.botSettings.create({ data: { botId: bot.id, graceDays: 3 } });
  const taster = await newTaster();
  clock.passes({ days: 7 });
  await round('expire');
  await taster.reads(shop.shop, 'has ended.');
});

test('the owner reads how many tried, and how many of them bought within 30 days', async () => {
  const { clock } = platform;
  await newMember(platform, shop);
  const [soon, late] = [await newTaster('Soon'), await newTaster('Late')];
  await newTaster('Never');
  await shop.owner.presses(shop.shop, `approve:${await payFor(platform, shop, soon)}`);
  clock.passes({ days: 31 });
  await shop.owner.presses(shop.shop, `approve:${await payFor(platform, shop, late)}`);
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:stats`);
  await shop.owner.reads(platform.mainBot, 'Trials: 3, bought within 30 days: 1');
});

test('after its end, and after being forgotten, it is not given again', async () => {
  const { clock, database } = platform;
  const taster = await newTaster();
  clock.passes({ days: 8 });
  await round('expire');
  await taster.reads(shop.shop, 'has ended');
  await platform.quiet();
  expect(await offersTrial(shop, taster)).toBe(false);
  await taster.presses(shop.shop, `plan:${trialId}`);
  expect(told(taster, shop.shop)).toBe(FOR_NEW_PEOPLE);

  await taster.presses(shop.shop, 'forget');
  await taster.presses(shop.shop, 'forget:yes');
  await platform.quiet();
  expect(await database.endUser.count({ where: { telegramUserId: taster.id } })).toBe(0);
  await taster.starts(shop.shop);
  await taster.presses(shop.shop, 'lang:en');
  expect(await offersTrial(shop, taster)).toBe(false);
  await taster.presses(shop.shop, `plan:${trialId}`);
  expect(told(taster, shop.shop)).toBe(FOR_NEW_PEOPLE);
  expect(await database.subscription.count({ where: { endUser: { telegramUserId: taster.id } } })).toBe(0);
});
