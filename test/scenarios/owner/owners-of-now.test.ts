import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../../src/kernel/actor.ts';
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
  const { bans, channels, exports, memberships, plans, profiles, reviews, sellerBots } = app.services;
  const { statistics, subscriptions } = app.services;
  const channel = await database.channel.findFirstOrThrow();
  const helper = platform.telegram.newPerson({ firstName: 'Helper' });
  await helper.adds(shop.shop, helper.createsGroup('Offered', { supergroup: true }));
  await shop.owner.reads(platform.mainBot, 'Somebody else added');
  const offered = await database.channel.findFirstOrThrow({ where: { connectedAt: null } });
  const another = await openShop(platform);
  const before = await database.auditEntry.count();
  const strangers: Actor[] = [
    { kind: 'owner', telegramUserId: BigInt(another.owner.id) },
    { kind: 'owner', telegramUserId: BigInt(member.id) },
    { kind: 'endUser', endUserId, telegramUserId: BigInt(member.id) },
    { kind: 'moderator', telegramUserId: BigInt(platform.moderator.id) },
    // By their id alone nobody is the owner.
    { kind: 'moderator', telegramUserId: scope.ownerTelegramUserId },
    { kind: 'system' },
  ];
  const copy = { telegramBotId: scope.telegramBotId, chatId: BigInt(another.owner.id), messageId: 1 };
  for (const actor of strangers) {
    const attempts = [
      () => reviews.approvePayment(scope, actor, waiting),
      () => reviews.rejectPayment(scope, actor, { paymentId: waiting, reason: 'amount' }),
      () => reviews.rejectPaymentInWords(scope, actor, { paymentId: waiting, words: 'no' }),
      () => reviews.rejectPaymentInWords(scope, actor, { paymentId: waiting, words: '' }),
      () => reviews.reversePayment(scope, actor, paymentId),
      () => reviews.requireDecidable(scope, actor, waiting),
      () => reviews.requireReversible(scope, actor, paymentId),
      () => reviews.listWaiting(scope, actor),
      () => reviews.openReceipt(scope, actor, waiting),
      () => reviews.requestCopy(scope, actor, waiting),
      () => reviews.rememberCopy(scope, actor, { paymentId: waiting, copy }),
      () => bans.banEndUser(scope, actor, endUserId),
      () => bans.unbanEndUser(scope, actor, endUserId),
      () => subscriptions.grant(scope, actor, { endUserId, planId: shop.planId }),
      () => memberships.restoreMember(scope, actor, subscriptionId),
      () => channels.acceptChat(scope, actor, offered.id),
      () => channels.disconnectChat(scope, actor, channel.id),
      () => plans.requireChannel(scope, actor, { channelId: channel.id, months: 1 }),
      () => plans.setPrice(scope, actor, { channelId: channel.id, months: 1, text: '1' }),
      () => plans.setPrice(scope, actor, { channelId: channel.id, months: 1, text: 'dear' }),
      () => plans.switchPlan(scope, actor, { planId: shop.planId, isActive: false }),
      () => plans.listPlans(scope, actor),
      () => sellerBots.setCard(scope, actor, '8600123456789012', 'ME'),
      () => sellerBots.setWelcome(scope, actor, 'mine'),
      () => sellerBots.pauseBot(scope, actor),
      () => sellerBots.muteBot(scope, actor, true),
      () => sellerBots.removeBot(scope, actor),
      () => profiles.open(scope, actor, endUserId),
      () => statistics.readBot(scope, actor),
      () => statistics.readBotDays(scope, actor),
      async () => exports.payments(scope, actor),
      async () => exports.endUsers(scope, actor),
    ];
    for (const attempt of attempts) {
      const who = `${actor.kind}: ${String(attempt)}`;
      await expect(attempt(), who).rejects.toMatchObject(new AppError('notFound'));
    }
  }
  expect(await database.auditEntry.count()).toBe(before);
});
