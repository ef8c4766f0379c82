import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../../../src/kernel/actor.ts';
import { AppError } from '../../../../src/kernel/errors.ts';
import type { TenantScope } from '../../../../src/kernel/tenant-scope.ts';
import { endUserActor } from '../../../support/actors.ts';
import { type Platform, startPlatform } from '../../../support/platform.ts';
import { newBuyer, newMember, openShop, payFor, type Shop } from '../../../support/shop.ts';

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
  const scope = await scopeOf(shop);
  const { bans, channels, exports, memberships, plans, profiles, reviews, sellerBots } = app.services;
  const { botHealth, endUsers, sources, statistics, subscriptions } = app.services;
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
      () => sellerBots.setCard(scope, actor, { digits: '8600123456789012', holder: 'ME' }),
      () => sellerBots.setWelcome(scope, actor, 'mine'),
      () => sellerBots.pauseBot(scope, actor),
      () => sellerBots.muteBot(scope, actor, true),
      () => sellerBots.removeBot(scope, actor),
      () => sellerBots.readWork(scope, actor),
      () => botHealth.checkOwnBot(scope, actor),
      () => channels.listChannels(scope, actor),
      async () => channels.requireMayConnect(scope, actor),
      () => channels.connectOwn(scope, actor, seen()),
      () => endUsers.list(scope, actor, '0'),
      () => endUsers.find(scope, actor, 'Dilnoza'),
      () => endUsers.welcomeTeam(scope, actor),
      () => profiles.open(scope, actor, endUserId),
      () => statistics.readBot(scope, actor),
      () => statistics.readBotMonths(scope, actor),
      () => sources.list(scope, actor, '0'),
      () => sources.open(scope, actor, 1),
      () => sources.requireMayAdd(scope, actor),
      () => sources.add(scope, actor, 'Mine'),
      () => sources.setPromoCode(scope, actor, { id: 1, promoCodeId: null }),
      () => sources.setCost(scope, actor, { id: 1, text: '1' }),
      () => sources.archive(scope, actor, 1),
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

test('a scope that was remembered from before the bot was removed lets its owner change nothing', async () => {
  const { app, database } = platform;
  const scope = await scopeOf(shop);
  const actor = { kind: 'owner', telegramUserId: scope.ownerTelegramUserId } as const;
  const { botHealth, channels, endUsers, sellerBots } = app.services;
  await sellerBots.removeBot(scope, actor);
  await platform.quiet();
  const before = await database.auditEntry.count();
  const attempts = [
    () => channels.connectOwn(scope, actor, seen()),
    () => endUsers.welcomeTeam(scope, actor),
    () => botHealth.checkOwnBot(scope, actor),
  ];
  for (const attempt of attempts) {
    await expect(attempt(), String(attempt)).rejects.toMatchObject(new AppError('notFound'));
  }
  expect(await database.auditEntry.count()).toBe(before);
});

test('an owner’s own pages open nobody else’s, by whatever id they ask', async () => {
  const { app, database } = platform;
  const { endUserId, subscriptionId, paymentId } = await newMember(platform, shop);
  const another = await openShop(platform);
  const channel = await database.channel.findFirstOrThrow();
  const { sellerBots } = app.services;
  for (const { id } of [another.owner, (await newMember(platform, another)).member]) {
    const actor = { kind: 'owner', telegramUserId: BigInt(id) } as const;
    const attempts = [
      () => sellerBots.openBot(actor, BigInt(shop.shop.id)),
      () => sellerBots.scopeOfChannel(actor, channel.id),
      () => sellerBots.scopeOfPlan(actor, shop.planId),
      () => sellerBots.scopeOfPayment(actor, paymentId),
      () => sellerBots.scopeOfEndUser(actor, endUserId),
      () => sellerBots.scopeOfSubscription(actor, subscriptionId),
    ];
    for (const attempt of attempts) {
      await expect(attempt(), String(attempt)).rejects.toMatchObject(new AppError('notFound'));
    }
    const { items } = await sellerBots.listBots(actor, '0');
    expect(items.map(({ telegramBotId }) => telegramBotId)).not.toContain(BigInt(shop.shop.id));
  }
});

test('an end user of another bot is nobody here, and takes nothing of anybody else’s', async () => {
  const { app, database } = platform;
  const { subscriptionId } = await newMember(platform, shop);
  const waiting = await payFor(platform, shop, await newBuyer(platform, shop));
  const another = await openShop(platform);
  const theirs = await newMember(platform, another);
  const scope = await scopeOf(shop);
  const stranger = endUserActor({ id: theirs.endUserId, telegramUserId: BigInt(theirs.member.id) });
  const { checkout, inviteLinks, privacy, subscriptions, support } = app.services;
  const file = {
    fileId: 'f',
    uniqueId: 'u',
    kind: 'photo' as const,
    messageId: 1,
    editedAt: null,
    note: null,
  };
  const attempts = [
    () => checkout.choosePlan(scope, stranger, { planId: shop.planId, method: 'card' }),
    () => checkout.submitReceipt(scope, stranger, file),
    () => checkout.cancelPayment(scope, stranger, waiting),
    () => inviteLinks.requestLink(scope, stranger, subscriptionId),
    () => support.askOwner(scope, stranger, 1),
    () => privacy.readEndUser(scope, stranger),
    () => privacy.endUserLoss(scope, stranger),
  ];
  for (const attempt of attempts) {
    await expect(attempt(), String(attempt)).rejects.toMatchObject(new AppError('notFound'));
  }
  expect(await subscriptions.listHeld(scope, stranger)).toEqual([]);
  expect(await checkout.lookAtReceipt(scope, stranger)).toBeNull();
  await privacy.forgetEndUser(scope, stranger);
  expect(await database.endUser.findUniqueOrThrow({ where: { id: theirs.endUserId } })).toMatchObject({
    telegramUserId: BigInt(theirs.member.id),
  });
  expect(await database.payment.findUniqueOrThrow({ where: { id: waiting } })).toMatchObject({
    status: 'pending',
  });
});

test('an owner writes to no support of their own, and whoever is banned sends nothing more, by whatever edge', async () => {
  const { app, database } = platform;
  const scope = await scopeOf(shop);
  const { checkout, endUsers, support } = app.services;
  const person = { telegramUserId: scope.ownerTelegramUserId, username: null, fullName: 'Aziz' };
  const owner = endUserActor(await endUsers.visit(scope, { ...person, languageCode: 'en' }, null));
  expect(support.mayAskOwner(scope, owner)).toBe(false);
  await expect(support.askOwner(scope, owner, 1)).rejects.toMatchObject(new AppError('notFound'));

  const { member, endUserId } = await newMember(platform, shop);
  await database.endUser.update({ where: { id: endUserId }, data: { banned: true } });
  const banned = endUserActor({ id: endUserId, telegramUserId: BigInt(member.id) });
  await expect(checkout.lookAtReceipt(scope, banned)).rejects.toMatchObject(new AppError('youAreBanned'));
});

test('what is a moderator’s is refused to owners and buyers, and to who says they are a moderator', async () => {
  const { app, database } = platform;
  const { member, endUserId } = await newMember(platform, shop);
  const { id: ownerId } = await database.owner.findFirstOrThrow();
  const { checkHistory, moderation, statistics, tariffs } = app.services;
  const strangers: Actor[] = [
    { kind: 'owner', telegramUserId: BigInt(shop.owner.id) },
    { kind: 'owner', telegramUserId: BigInt(platform.moderator.id) },
    { kind: 'moderator', telegramUserId: BigInt(shop.owner.id) },
    { kind: 'endUser', endUserId, telegramUserId: BigInt(member.id) },
    { kind: 'system' },
  ];
  const before = await database.auditEntry.count();
  for (const actor of strangers) {
    const attempts = [
      () => moderation.listOwners(actor, '0'),
      () => moderation.findOwners(actor, 'Aziz'),
      () => moderation.openOwner(actor, ownerId),
      () => moderation.readDashboard(actor),
      () => moderation.listPayments(actor, { filter: 'all', before: '0' }),
      () => moderation.listAudit(actor, '0'),
      () => moderation.releaseBot(actor, BigInt(shop.shop.id)),
      () => moderation.setOwnerBanned(actor, { ownerId, banned: true }),
      () => moderation.readSettings(actor),
      () => moderation.setSetting(actor, { name: 'card', typed: '8600 1234 5678 9012' }),
      () => tariffs.listWaiting(actor),
      () => tariffs.openReceipt(actor, 1),
      () => tariffs.approve(actor, 1),
      () => tariffs.reject(actor, 1),
      () => tariffs.grant(actor, { ownerId, months: 1 }),
      () => tariffs.rememberCopy(actor, { id: 1, copy: { chatId: 1n, messageId: 1 } }),
      () => statistics.readPlatform(actor),
      () => statistics.readPlatformMonths(actor),
      () => checkHistory.readDay(actor),
    ];
    for (const attempt of attempts) {
      const who = `${actor.kind}: ${String(attempt)}`;
      await expect(attempt(), who).rejects.toMatchObject(new AppError('notFound'));
    }
  }
  expect(await database.auditEntry.count()).toBe(before);
});

/** A chat in which the bot is, as Telegram shows it. */
function seen() {
  return {
    telegramChatId: -1_000_000_777n,
    type: 'group' as const,
    title: 'Mine',
    isInside: true,
    isBasicGroup: false,
    isPublic: false,
    canInvite: true,
    canRestrict: true,
    changedAt: platform.clock.now(),
    toldOrder: 1n,
  };
}

async function scopeOf({ shop: bot }: Shop): Promise<TenantScope> {
  const runnable = await platform.app.services.botDirectory.findRunnable(BigInt(bot.id));
  if (!runnable) throw new Error('The shop does not run.');
  return runnable.scope;
}
