import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxPerson } from '../../../sandbox/sandbox.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { settled } from '../../support/settled.ts';
import { newBuyer, newMember, newPromoCode, openShop, payFor, type Shop } from '../../support/shop.ts';
import { newManager } from '../../support/team/managers.ts';
import { offerTrial } from '../../support/trial.ts';

let platform: Platform;
let shop: Shop;
let all: SandboxPerson;
let others: SandboxPerson[];
beforeAll(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
  all = (await newManager(platform, shop, 'all')).manager;
  others = [
    (await newManager(platform, shop, 'receipts')).manager,
    (await newManager(platform, shop, 'support')).manager,
  ];
});
afterAll(async () => {
  await platform.closesClean();
});

/** How often the owner, who helps with all, and each of the others has read something in the main bot. */
const howOften = (what: RegExp) =>
  [shop.owner, all, ...others].map(
    (one) => one.chatWith(platform.mainBot).messages.filter(({ text }) => what.test(text)).length,
  );

test('a code that is used up is told to the owner and to whoever helps with all, with a button that opens it', async () => {
  await newPromoCode(platform, shop, 'DONE', { percent: '20', uses: '1' });
  const buyer = await newBuyer(platform, shop);
  await buyer.presses(shop.shop, 'promo');
  await buyer.sends(shop.shop, 'DONE');
  const paymentId = await payFor(platform, shop, buyer);
  await shop.owner.presses(shop.shop, `approve:${paymentId}`);
  await settled(platform);
  expect(howOften(/DONE.*has been used up/)).toEqual([1, 1, 0, 0]);
  await all.taps(platform.mainBot, /DONE/);
  await all.reads(platform.mainBot, /20.?%/);
});

test('so is a plan that went off sale with its date', async () => {
  const { channelId } = await platform.database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const plan = { price: 10_000, endsOn: new Date('2020-01-01'), name: 'Winter', isCustom: true };
  await platform.database.plan.create({ data: { channelId, ...plan } });
  await platform.app.jobs.expire();
  await settled(platform);
  expect(howOften(/Winter.*off sale/)).toEqual([1, 1, 0, 0]);
});

test('so is a day whose free trials are given away, once', async () => {
  const { clock, database } = platform;
  const trialId = await offerTrial(platform, shop);
  const bot = await database.sellerBot.findFirstOrThrow({ where: { telegramBotId: shop.shop.id } });
  const { subscriptionId } = await newMember(platform, shop);
  const { endUserId, channelId } = await database.subscription.findUniqueOrThrow({
    where: { id: subscriptionId },
  });
  await database.timeEntry.createMany({
    data: Array.from({ length: 200 }, (_, index) => ({
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
  for (const firstName of ['Anor', 'Behi']) {
    await (await newBuyer(platform, shop, { firstName })).presses(shop.shop, `plan:${trialId}`);
  }
  await settled(platform);
  expect(howOften(/given away all of today’s free trials/)).toEqual([1, 1, 0, 0]);
});

test('what an owner does not want to hear of is told to nobody', async () => {
  await shop.owner.presses(platform.mainBot, `bot:${shop.shop.id}:mute`);
  const { channelId } = await platform.database.plan.findUniqueOrThrow({ where: { id: shop.planId } });
  const plan = { price: 10_000, endsOn: new Date('2020-01-02'), name: 'Spring', isCustom: true };
  await platform.database.plan.create({ data: { channelId, ...plan } });
  await platform.app.jobs.expire();
  await settled(platform);
  expect(howOften(/Spring.*off sale/)).toEqual([0, 0, 0, 0]);
});
