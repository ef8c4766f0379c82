import type { EndUser, PrismaClient } from '../../infra/prisma-client/client.ts';
import { isForgotten } from '../../shared/tenant-scope.ts';
import { DeliveryError } from '../notifications/delivery-error.ts';
import { lockOwner } from '../owners/owner-repository.ts';
import { OWN_WORDS } from '../payments/payment.ts';
import { FORGOTTEN } from '../platform/stored-secrets.ts';
import type { ClaimedPromise, Keeper } from '../promises/promise.ts';
import type { Db, UnitOfWork, Work } from '../promises/unit-of-work.ts';
import { lockEndUser } from '../subscriptions/subscription-repository.ts';

/** How soon to look again whether what needs the person is done; ever later, because a lost chat may stay lost. */
const LOOK_AGAIN_MS = 5_000;
const LOOK_AGAIN_AT_LAST_MS = 600_000;

function lookAgain({ earlierAttempts }: Pick<ClaimedPromise, 'earlierAttempts'>): DeliveryError {
  const retryAfterMs = Math.min(LOOK_AGAIN_MS * 2 ** earlierAttempts, LOOK_AGAIN_AT_LAST_MS);
  return new DeliveryError('not-sent', { retryAfterMs });
}

/** Nobody at Telegram: what stands for a forgotten person's id. Unique, because rows are. */
const nobody = (id: number): bigint => -BigInt(id);

/** Takes the person out of the books, once nothing is left to do that needs to know who they are. */
export function createForgetKeepers(deps: { prisma: PrismaClient; transact: UnitOfWork }): {
  'forget-end-user': Keeper<'forget-end-user'>;
  'forget-owner': Keeper<'forget-owner'>;
} {
  const { prisma, transact } = deps;

  return {
    'forget-end-user': async ({ endUserId }, promise) => {
      const row = await prisma.endUser.findUnique({
        where: { id: endUserId },
        include: { bot: { select: { telegramBotId: true, removedAt: true } } },
      });
      if (!row || row.telegramUserId < 0n || (await cameBack(prisma, endUserId))) return 'not-due';
      // A removed bot can put nobody out any more.
      if (row.bot.removedAt === null && (await hasRemovalsLeft(prisma, endUserId))) {
        throw lookAgain(promise);
      }
      return transact(async (work) => {
        const present = await lockEndUser(work.db, endUserId, row.botId);
        if (!present || isForgotten(present) || (await cameBack(work.db, endUserId))) return 'not-due';
        await forgetReceipts(work, { endUserId });
        await forgetPerson(work, { id: endUserId, banned: present.banned });
        await forgetConversations(work, row.telegramUserId, row.bot.telegramBotId);
        return 'kept';
      });
    },

    'forget-owner': async ({ ownerId }, promise) => {
      const row = await prisma.owner.findUnique({ where: { id: ownerId }, include: { bots: true } });
      if (!row || row.telegramUserId < 0n) return 'not-due';
      // They came back and began anew.
      if (row.bots.some((bot) => bot.removedAt === null)) return 'not-due';
      const botIds = row.bots.map(({ id }) => id);
      // Their tokens are needed until the webhooks are gone.
      const retiring = await prisma.outboxPromise.count({
        where: {
          kind: 'retire-bot',
          doneAt: null,
          OR: botIds.map((botId) => ({ payload: { path: ['botId'], equals: botId } })),
        },
      });
      if (retiring > 0) throw lookAgain(promise);
      return transact(async (work) => {
        const present = await lockOwner(work.db, ownerId);
        const added = await work.db.sellerBot.count({ where: { ownerId, removedAt: null } });
        if (!present || isForgotten(present) || added > 0) return 'not-due';
        await forgetBots(work, ownerId, botIds);
        await work.db.tariffPayment.updateMany({
          where: { ownerId },
          data: { receiptFileId: null, receiptUniqueId: null, receiptNote: null },
        });
        // Whoever is banned stays banned, and so stays known.
        const telegramUserId = present.banned ? row.telegramUserId : nobody(ownerId);
        await work.db.owner.update({ where: { id: ownerId }, data: { ...NO_NAME, telegramUserId } });
        if (!present.banned) await forgetDeeds(work, botIds, row.telegramUserId, telegramUserId);
        await work.db.tariffReviewMessage.deleteMany({ where: { chatId: row.telegramUserId } });
        await forgetConversations(work, row.telegramUserId);
        return 'kept';
      });
    },
  };
}

const NO_NAME = { username: null, fullName: '' } as const;

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

/** The books keep a row where sums hang on it; whoever is banned stays banned, and so stays known. */
async function forgetPerson({ db }: Work, { id, banned }: Pick<EndUser, 'id' | 'banned'>): Promise<void> {
  const [payments, subscriptions] = await Promise.all([
    db.payment.count({ where: { endUserId: id } }),
    db.subscription.count({ where: { endUserId: id } }),
  ]);
  if (!banned && payments + subscriptions === 0) {
    await db.endUser.delete({ where: { id } });
    return;
  }
  const data = { ...NO_NAME, ...(banned ? {} : { telegramUserId: nobody(id) }) };
  await db.endUser.update({ where: { id }, data });
}

/** Nobody is left who may look after the people of these bots, or answer for them: they are forgotten as well. */
async function forgetBots({ db, now }: Work, ownerId: number, botIds: number[]): Promise<void> {
  const theirs = { botId: { in: botIds } };
  await db.sellerBot.updateMany({
    where: { ownerId, removedAt: { not: null } },
    data: {
      encryptedToken: FORGOTTEN,
      welcomeMessage: null,
      cardNumber: null,
      cardHolder: null,
      releasedAt: now,
    },
  });
  await db.payment.updateMany({
    where: { ...theirs, status: { in: ['created', 'pending'] } },
    data: { status: 'cancelled', decidedAt: now },
  });
  await forgetReceipts({ db }, theirs);
  await db.subscription.updateMany({
    where: { channel: theirs, status: 'active' },
    data: { status: 'kicked' },
  });
  await db.outboxPromise.updateMany({
    where: { ...theirs, doneAt: null },
    data: { doneAt: now, outcome: 'not-due' },
  });
  await db.$executeRaw`
    DELETE FROM support_messages m USING end_users e
     WHERE e.user_bot_id = ANY(${botIds}) AND e.telegram_id IN (m.from_telegram_id, m.to_telegram_id)
       AND m.telegram_bot_id = (SELECT telegram_bot_id FROM user_bots WHERE id = e.user_bot_id)`;
  await db.$executeRaw`
    DELETE FROM open_questions q USING end_users e, user_bots b
     WHERE b.id = ANY(${botIds}) AND e.user_bot_id = b.id
       AND q.telegram_bot_id = b.telegram_bot_id AND q.telegram_user_id = e.telegram_id`;
  await db.$executeRaw`
    UPDATE end_users SET telegram_id = -id, username = NULL, full_name = ''
     WHERE user_bot_id = ANY(${botIds})`;
}

/** What they did stays in the trail, done by nobody. */
async function forgetDeeds({ db }: Work, botIds: number[], known: bigint, stranger: bigint): Promise<void> {
  const theirs = { botId: { in: botIds } };
  await db.auditEntry.updateMany({
    where: { ...theirs, actor: `owner:${known}` },
    data: { actor: `owner:${stranger}` },
  });
  await db.payment.updateMany({ where: { ...theirs, reviewedBy: known }, data: { reviewedBy: stranger } });
  await db.reviewMessage.deleteMany({ where: { payment: theirs, chatId: known } });
}

/** They bought anew in the meantime, so they are wanted in the books. */
async function cameBack(db: Db, endUserId: number): Promise<boolean> {
  const [active, open] = await Promise.all([
    db.subscription.count({ where: { endUserId, status: 'active' } }),
    db.payment.count({ where: { endUserId, status: { in: ['created', 'pending'] } } }),
  ]);
  return active + open > 0;
}

async function hasRemovalsLeft(prisma: PrismaClient, endUserId: number): Promise<boolean> {
  const subscriptions = await prisma.subscription.findMany({ where: { endUserId }, select: { id: true } });
  if (subscriptions.length === 0) return false;
  const open = await prisma.outboxPromise.count({
    where: {
      kind: 'remove-member',
      doneAt: null,
      OR: subscriptions.map(({ id }) => ({ payload: { path: ['subscriptionId'], equals: id } })),
    },
  });
  return open > 0;
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
