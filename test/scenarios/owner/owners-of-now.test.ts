import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { type Platform, startPlatform } from '../../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../../support/shop.ts';

let platform: Platform;
let shop: Shop;
beforeEach(async () => {
  platform = await startPlatform();
  shop = await openShop(platform);
});
afterEach(async () => {
  await platform.closesClean();
});

test('every service refuses whoever is not the bot’s owner, whatever an edge let through', async () => {
  const { app, database } = platform;
  const { member, endUserId, subscriptionId, paymentId } = await newMember(platform, shop);
  const waiting = await payFor(platform, shop, await newBuyer(platform, shop));
  const runnable = await app.services.botDirectory.findRunnable(BigInt(shop.shop.id));
  if (!runnable) throw new Error('The shop does not run.');
  const { scope } = runnable;
  const { bans, channels, memberships, plans, reviews, sellerBots, subscriptions } = app.services;
  const channel = await database.channel.findFirstOrThrow();
  const helper = platform.telegram.newPerson({ firstName: 'Helper' });
  await helper.adds(shop.shop, helper.createsGroup('Offered', { supergroup: true }));
  await shop.owner.reads(platform.mainBot, 'Somebody else added');
  const offered = await database.channel.findFirstOrThrow({ where: { connectedAt: null } });
  const another = await openShop(platform);
  const before = await database.auditEntry.count();
  const strangers = [
    { kind: 'owner', telegramUserId: BigInt(another.owner.id) },
    { kind: 'owner', telegramUserId: BigInt(member.id) },
  ] as const;
  for (const actor of strangers) {
    const attempts = [
      () => reviews.approvePayment(scope, actor, waiting),
      () => reviews.rejectPayment(scope, actor, waiting, 'amount'),
      () => reviews.rejectPaymentInWords(scope, actor, waiting, 'no'),
      () => reviews.reversePayment(scope, actor, paymentId),
      () => bans.banEndUser(scope, actor, endUserId),
      () => bans.unbanEndUser(scope, actor, endUserId),
      () => subscriptions.grant(scope, actor, { endUserId, planId: shop.planId }),
      () => memberships.restoreMember(scope, actor, subscriptionId),
      () => channels.acceptChat(scope, actor, offered.id),
      () => channels.disconnectChat(scope, actor, channel.id),
      () => plans.setPrice(scope, actor, channel.id, 1, '1'),
      () => plans.switchPlan(scope, actor, shop.planId, false),
      () => sellerBots.setCard(scope, actor, '8600123456789012', 'ME'),
      () => sellerBots.setWelcome(scope, actor, 'mine'),
      () => sellerBots.pauseBot(scope, actor),
      () => sellerBots.muteBot(scope, actor, true),
      () => sellerBots.removeBot(scope, actor),
    ];
    for (const attempt of attempts) {
      await expect(attempt(), String(attempt)).rejects.toMatchObject(new AppError('notFound'));
    }
  }
  expect(await database.auditEntry.count()).toBe(before);
});
