import type { EndUser } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import { renameInTrail } from '../../kernel/audit.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { enqueueFreeLinkRevocations } from '../access/free-links/free-links.ts';
import { forgetBroadcastsOf } from '../broadcasts/broadcast-changes.ts';
import { voidReferralsOf } from '../owner-referrals/owner-referral.ts';
import { lockOwner } from '../owners/owner-queries.ts';
import { OWN_WORDS } from '../payments/payment.ts';
import { enqueueDecisionShown } from '../payments/review-messages.ts';
import { stopRenewalsOfForgotten } from '../payments/stars/star-renewal-queries.ts';
import { releaseUsesOf } from '../promo-codes/promo-uses.ts';
import { forgetFriend, lockInviterOf } from '../referrals/forgotten-friends.ts';
import { voidRewards } from '../referrals/voided-rewards.ts';
import { endAccess } from '../subscriptions/ending.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';

/** Nobody at Telegram: what stands for a forgotten person's id. Unique, because rows are. */
export const nobody = (id: number): bigint => -BigInt(id);

/** Ends what somebody has at a bot, and takes them out of its data. Repeating it changes nothing. */
export async function forgetEndUser(work: Work, botId: number, endUserId: number): Promise<void> {
  const { db, now, enqueue, audit } = work;
  await lockInviterOf(work, endUserId);
  const present = await lockEndUser(db, endUserId, botId);
  if (!present || isForgotten(present)) return;
  const { telegramUserId, banned } = present;
  const bot = await db.sellerBot.findUniqueOrThrow({ where: { id: botId } });
  const open = await db.payment.updateManyAndReturn({
    where: { endUserId, botId, status: { in: ['created', 'pending'] } },
    data: { status: 'cancelled', decidedAt: now },
  });
  for (const payment of open) if (payment.receiptUniqueId) enqueueDecisionShown(work, payment);
  // Whoever was to put them out before no longer knows whom.
  const unfinished = await db.$queryRaw<{ subscriptionId: number }[]>`
    SELECT DISTINCT s.id AS "subscriptionId" FROM subscriptions s
      JOIN promises p ON p.kind = 'remove-member' AND p.done_at IS NULL AND p.user_bot_id = ${botId}
       AND (p.payload ->> 'subscriptionId')::int = s.id
     WHERE s.end_user_id = ${endUserId}`;
  for (const { subscriptionId } of unfinished) {
    const payload = { subscriptionId, telegramUserId: String(telegramUserId) };
    enqueue({ kind: 'remove-member', botId, payload });
  }
  await stopRenewalsOfForgotten(work, { endUserId });
  const active = await db.subscription.findMany({
    where: { endUserId, status: 'active', channel: { botId } },
  });
  for (const subscription of active) {
    await endAccess(work, subscription, botId, { status: 'kicked', why: null, telegramUserId });
  }
  await releaseUsesOf(work, endUserId);
  await voidRewards(work, { inviterId: endUserId });
  await forgetFriend(work, endUserId);
  await db.promoCode.deleteMany({ where: { endUserId } });
  // By which links they came, and what their advertisers call the clicks.
  await db.sourceVisit.deleteMany({ where: { endUserId } });
  // With the name and the note beside it, and before whoever puts them out looks: nobody keeps them inside any more.
  await db.freeMember.deleteMany({ where: { botId, telegramUserId } });
  await enqueueFreeLinkRevocations(work, { botId, channelId: null, telegramUserId });
  await db.freeLink.updateMany({
    where: { telegramUserId, channel: { botId } },
    data: { telegramUserId: null },
  });
  await forgetReceipts(work, { endUserId });
  // Whatever is on its way back to them still has to find them.
  await db.paymentAttempt.updateMany({
    where: { botId, payerTelegramUserId: telegramUserId, reversalAskedAt: null },
    data: { payerTelegramUserId: null },
  });
  await forgetPerson(work, { id: endUserId, banned });
  await forgetConversations(work, telegramUserId, bot.telegramBotId);
  // Whoever is banned stays banned, and so stays known.
  if (!banned) {
    const payload = { endUserId, telegramUserId: String(telegramUserId) };
    enqueue({ kind: 'forget-end-user', botId, payload });
  }
  audit(SYSTEM, 'end-user.forgotten', { 'end-user': endUserId, bot: botId });
}

/** Removes an owner's bots for good, and takes the owner out of the database. @returns which bots stop now */
export async function forgetOwner(work: Work, ownerId: number): Promise<bigint[]> {
  const { db, now, enqueue, audit, publish } = work;
  const present = await lockOwner(db, ownerId);
  if (!present || isForgotten(present)) return [];
  const removed = await db.sellerBot.updateManyAndReturn({
    where: { ownerId, removedAt: null },
    data: { isActive: false, removedAt: now },
  });
  for (const { id } of removed) enqueue({ kind: 'retire-bot', payload: { botId: id } });
  const bots = await db.sellerBot.findMany({ where: { ownerId }, select: { id: true } });
  const botIds = bots.map(({ id }) => id);
  await db.tariffPayment.updateMany({ where: { ownerId, status: 'pending' }, data: { status: 'rejected' } });
  await db.tariffPayment.updateMany({
    where: { ownerId },
    data: { receiptFileId: null, receiptUniqueId: null, receiptNote: null },
  });
  await db.tariffPeriod.updateMany({ where: { ownerId, status: 'active' }, data: { status: 'expired' } });
  await stopRenewalsOfForgotten(work, { botId: { in: botIds } });
  await forgetBots(work, ownerId, botIds);
  const known = present.telegramUserId;
  // Whoever is banned stays banned, and so stays known.
  const telegramUserId = present.banned ? known : nobody(ownerId);
  await db.owner.update({ where: { id: ownerId }, data: { ...NO_NAME, inviteCode: null, telegramUserId } });
  await voidReferralsOf(work, ownerId);
  const helped = await db.botManager.findMany({ where: { telegramUserId: known }, select: { botId: true } });
  if (!present.banned) {
    const helpedIds = helped.map(({ botId }) => botId);
    await forgetDeeds(work, [...botIds, ...helpedIds], known, telegramUserId);
  }
  // Of somebody else, whose bots have become theirs at Telegram; what was theirs here is over anyway.
  await db.sellerBot.updateMany({ where: { handedOverTo: known }, data: { handedOverTo: null } });
  await forgetBroadcastsOf(work, { botIds, known, stranger: telegramUserId });
  await db.tariffReviewMessage.deleteMany({ where: { chatId: known } });
  await db.botManager.deleteMany({ where: { OR: [{ telegramUserId: known }, { botId: { in: botIds } }] } });
  await db.managerInvite.deleteMany({ where: { OR: [{ openedBy: known }, { botId: { in: botIds } }] } });
  publish('managersStopped', { botIds: helped.map(({ botId }) => botId) });
  await db.panelConfirmation.deleteMany({ where: { telegramUserId: known } });
  await db.panelSession.deleteMany({ where: { telegramUserId: known } });
  await forgetConversations(work, known);
  enqueue({ kind: 'forget-owner', payload: { ownerId, botIds } });
  audit(SYSTEM, 'owner.forgotten', { owner: ownerId });
  return removed.map(({ telegramBotId }) => telegramBotId);
}

const NO_NAME = { username: null, fullName: '' } as const;
/** What goes of each person at a bot, whichever way they are forgotten. */
const NOBODY_KNOWN = {
  ...NO_NAME,
  promoCodeId: null,
  promoUntil: null,
  promoMissedAt: [],
  offersOffAt: null,
  wantedPlanId: null,
  inviteCode: null,
};

/** The files, and what was written about them. That a file was used is still known, but not by whom. */
async function forgetReceipts(
  { db }: Pick<Work, 'db'>,
  whose: { endUserId: number } | { botId: { in: number[] } },
): Promise<void> {
  await db.payment.updateMany({
    where: whose,
    data: { receiptFileId: null, receiptUniqueId: null, receiptMessageId: null, receiptNote: null },
  });
  await db.payment.updateMany({
    where: { ...whose, rejectReason: { startsWith: OWN_WORDS } },
    data: { rejectReason: null },
  });
}

/** The database keeps a row where sums hang on it; whoever is banned stays banned, and so stays known. */
async function forgetPerson({ db }: Work, { id, banned }: Pick<EndUser, 'id' | 'banned'>): Promise<void> {
  const [payments, subscriptions] = await Promise.all([
    db.payment.count({ where: { endUserId: id } }),
    db.subscription.count({ where: { endUserId: id } }),
  ]);
  if (!banned && payments + subscriptions === 0) {
    await db.endUser.delete({ where: { id } });
    return;
  }
  const data = { ...NOBODY_KNOWN, ...(banned ? {} : { telegramUserId: nobody(id) }) };
  await db.endUser.update({ where: { id }, data });
}

/** Nobody is charged for what they cannot have, whoever is forgotten. */
const STAYS = 'stop-star-subscription';

/** Nobody is left who may look after the people of these bots, or answer for them: they are forgotten as well. */
async function forgetBots({ db, now }: Work, ownerId: number, botIds: number[]): Promise<void> {
  const theirs = { botId: { in: botIds } };
  // First, as everybody else does: nobody sends a receipt beside us.
  await db.$queryRaw`SELECT id FROM end_users WHERE user_bot_id = ANY(${botIds}) ORDER BY id FOR UPDATE`;
  await db.sellerBot.updateMany({
    where: { ownerId },
    data: {
      welcomeMessage: null,
      termsMessage: null,
      cardNumber: null,
      cardHolder: null,
      handedOverTo: null,
      releasedAt: now,
    },
  });
  // Who they are to a provider, and how it is known: its calls are refused from now on.
  await db.merchantAccount.updateMany({
    where: theirs,
    data: { encryptedSecrets: null, keysSetAt: null, details: {}, liveAt: null },
  });
  await db.payment.updateMany({
    where: { ...theirs, status: { in: ['created', 'pending'] } },
    data: { status: 'cancelled', decidedAt: now },
  });
  await forgetReceipts({ db }, theirs);
  await db.paymentAttempt.updateMany({ where: theirs, data: { payerTelegramUserId: null } });
  await db.subscription.updateMany({
    where: { channel: theirs, status: 'active' },
    data: { status: 'kicked', endedAt: now },
  });
  await db.outboxMessage.updateMany({
    where: { ...theirs, doneAt: null, kind: { not: STAYS } },
    data: { doneAt: now, outcome: 'not-due' },
  });
  // Strangers and members whom they name.
  await db.$executeRaw`
    DELETE FROM promises
     WHERE user_bot_id = ANY(${botIds}) AND kind <> ${STAYS} AND (payload ? 'telegramUserId' OR payload -> 'notice' ? 'telegramUserId')`;
  await db.$executeRaw`
    DELETE FROM support_messages m USING end_users e
     WHERE e.user_bot_id = ANY(${botIds}) AND e.telegram_id IN (m.from_telegram_id, m.to_telegram_id)
       AND m.telegram_bot_id = (SELECT telegram_bot_id FROM user_bots WHERE id = e.user_bot_id)`;
  await db.$executeRaw`
    DELETE FROM open_questions q USING end_users e, user_bots b
     WHERE b.id = ANY(${botIds}) AND e.user_bot_id = b.id
       AND q.telegram_bot_id = b.telegram_bot_id AND q.telegram_user_id = e.telegram_id`;
  await db.referral.updateMany({ where: theirs, data: { friendId: null } });
  await voidRewards({ db, now }, theirs);
  await db.freeMember.deleteMany({ where: theirs });
  await db.freeLink.deleteMany({ where: { channel: theirs } });
  await db.promoCode.deleteMany({ where: { ...theirs, endUserId: { not: null } } });
  // With who came by which.
  await db.source.deleteMany({ where: theirs });
  await db.endUser.updateMany({ where: theirs, data: NOBODY_KNOWN });
  await db.$executeRaw`UPDATE end_users SET telegram_id = -id WHERE user_bot_id = ANY(${botIds})`;
}

/** What they did stays in the trail, done by nobody. */
async function forgetDeeds({ db }: Work, botIds: number[], known: bigint, stranger: bigint): Promise<void> {
  const theirs = { botId: { in: botIds } };
  for (const kind of ['owner', 'manager'] as const) {
    const named = (telegramUserId: bigint) => ({ kind, telegramUserId });
    await renameInTrail(db, { botIds, from: named(known), to: named(stranger) });
  }
  await db.payment.updateMany({ where: { ...theirs, reviewedBy: known }, data: { reviewedBy: stranger } });
  await db.promoCode.updateMany({ where: { ...theirs, createdBy: known }, data: { createdBy: stranger } });
  await db.freeMember.updateMany({ where: { ...theirs, addedBy: known }, data: { addedBy: stranger } });
  await db.reviewMessage.deleteMany({ where: { payment: theirs, chatId: known } });
}

/** Questions and support messages of one person, at one bot or at all. */
async function forgetConversations(
  { db }: Pick<Work, 'db'>,
  telegramUserId: bigint,
  telegramBotId?: bigint,
): Promise<void> {
  const at = telegramBotId === undefined ? {} : { telegramBotId };
  await db.openQuestion.deleteMany({ where: { ...at, telegramUserId } });
  await db.supportMessage.deleteMany({
    where: { ...at, OR: [{ fromTelegramUserId: telegramUserId }, { toTelegramUserId: telegramUserId }] },
  });
}
