import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxChat, SandboxPerson } from '../../../../sandbox/sandbox.ts';
import { askReport, buys, soums } from '../../../support/analytics/story.ts';
import { type Platform, round, startPlatform } from '../../../support/platform.ts';
import { addPlan, holdsLink, newBuyer, openShop, type Shop } from '../../../support/shop.ts';
import { offerTrial } from '../../../support/trial.ts';

let platform: Platform;
let shop: Shop;
let groupId: number;
let bundleId: number;

/**
 * On 1 December somebody each: buys a month, two chats in one, ten days, a lifetime, and a month for Stars; tries; is given
 * a month; is kept a place for three days after the ten that they bought in November.
 */
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  const { mainBot, database, clock, quiet } = platform;
  const { owner, shop: bot } = shop;
  const group = owner.createsGroup('Talks', { supergroup: true });
  await owner.adds(bot, group);
  await quiet();
  const channelId = await idOf(shop.chat);
  groupId = await idOf(group);
  const offers = async (kind: string, term: string, price: string) =>
    (await addPlan(platform, shop, { channelId, kind, term, price })).id;
  bundleId = await offers('months', '1', '80 000');
  await owner.presses(mainBot, `plan-chat:${bundleId}:${groupId}`);
  const tenDays = await offers('days', '10', '20 000');
  await owner.presses(mainBot, `price:${channelId}:0`);
  await owner.sends(mainBot, '900 000');
  await quiet();
  const { id: forEver } = await database.plan.findFirstOrThrow({ where: { channelId, durationMonths: 0 } });
  const trial = await offerTrial(platform, shop);
  await owner.presses(mainBot, `bot:${bot.id}:set:grace`);
  await owner.sends(mainBot, '3');
  const comes = () => newBuyer(platform, shop);

  await buys(platform, shop, await comes(), tenDays);
  clock.passes({ days: 10 });
  await round(platform);
  await buys(platform, shop, await comes());
  await buys(platform, shop, await comes(), bundleId);
  await buys(platform, shop, await comes(), tenDays);
  await buys(platform, shop, await comes(), forEver);
  await paidInStars(await buys(platform, shop, await comes()));
  const taster = await comes();
  await taster.presses(bot, `plan:${trial}`);
  await taster.reads(bot, holdsLink);
  const given = await endUserOf(await comes());
  await owner.presses(mainBot, `user:${given.id}:grant:${shop.planId}`);
  await triesAProvider();
  await quiet();
});
afterAll(() => platform.closesClean());

async function idOf({ id }: SandboxChat): Promise<number> {
  const where = { telegramChatId: BigInt(id) };
  return (await platform.database.channel.findFirstOrThrow({ where })).id;
}

const endUserOf = (person: SandboxPerson) =>
  platform.database.endUser.findFirstOrThrow({ where: { telegramUserId: person.id } });

async function paidInStars(id: number): Promise<void> {
  const data = { paymentMethod: 'stars', currency: 'XTR', amount: 150 };
  await platform.database.payment.update({ where: { id }, data });
}

/** The owner pays to see whether a provider works. */
async function triesAProvider(): Promise<void> {
  const { id: _, ...bought } = await platform.database.payment.findFirstOrThrow({
    where: { status: 'approved', currency: 'UZS', planId: shop.planId },
  });
  await platform.database.payment.create({
    data: { ...bought, isTest: true, paymentMethod: 'click', subscriptionId: null },
  });
}

const december = async (filter = '') =>
  (await askReport(platform, shop, `overview?from=2026-12${filter}`)).months[0];

test('each kind of time is what it is: money by its month, lifetimes beside it, what is free only lived', async () => {
  expect(await december()).toEqual({
    month: '2026-12',
    turnover: soums(1_050_000),
    sales: { new: 4, renewal: 0, return: 0 },
    // 50 000 and 80 000 a month, and 20 000 for ten days of the 30.4375 that a month has.
    mrr: soums(190_875),
    paying: 3,
    lifetime: 1,
    // The bundle in both its chats; who tries, who was given it, who paid in Stars, and whose place is kept.
    live: 9,
    arpu: soums(63_625),
    started: 8,
    ended: 0,
    lost: 0,
    churn: 0,
    due: 1,
    renewed: 0,
    renewalRate: 0,
    provisional: true,
  });
});

test('Stars are counted apart, and a test nowhere', async () => {
  const stars = await december('&currency=XTR');
  expect(stars).toMatchObject({
    turnover: { amount: '150', currency: 'XTR' },
    sales: { new: 1, renewal: 0, return: 0 },
    mrr: { amount: '150', currency: 'XTR' },
    paying: 1,
    lifetime: 0,
    live: 9,
  });
  const { groups } = await askReport(platform, shop, 'revenue?by=method&from=2026-12');
  expect(groups.map(({ key }: { key: string }) => key)).toEqual(['card']);
});

test('a bundle’s money is its first chat’s alone, and its places are in both', async () => {
  expect(await december(`&plan=${bundleId}`)).toMatchObject({
    turnover: soums(80_000),
    paying: 1,
    live: null,
  });
  expect(await december(`&chat=${groupId}`)).toMatchObject({ turnover: soums(0), paying: 0, live: 1 });
});

test('whose place was kept is gone with its end, and lost then', async () => {
  platform.clock.passes({ days: 3, hours: 1 });
  await round(platform);
  platform.clock.passes({ hours: 12 });
  expect(await december()).toMatchObject({ live: 8, ended: 1, lost: 1, paying: 3 });
});
