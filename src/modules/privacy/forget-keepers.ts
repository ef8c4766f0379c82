import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { DeliveryError } from '../notifications/delivery-error.ts';
import type { Keeper } from '../promises/promise.ts';
import type { UnitOfWork, Work } from '../promises/unit-of-work.ts';

/** How soon to look again whether what needs the person is done. */
const LOOK_AGAIN_MS = 5_000;

/** Nobody at Telegram: what stands for a forgotten person's id. Unique, because rows are. */
const nobody = (id: number): bigint => -BigInt(id);

/** Takes the person out of the books, once nothing is left to do that needs to know who they are. */
export function createForgetKeepers(deps: { prisma: PrismaClient; transact: UnitOfWork }): {
  'forget-end-user': Keeper<'forget-end-user'>;
  'forget-owner': Keeper<'forget-owner'>;
} {
  const { prisma, transact } = deps;

  return {
    'forget-end-user': async ({ endUserId }) => {
      const row = await prisma.endUser.findUnique({
        where: { id: endUserId },
        include: { bot: { select: { telegramBotId: true, removedAt: true } } },
      });
      if (!row || row.telegramUserId < 0n || (await cameBack(prisma, endUserId))) return 'not-due';
      // A removed bot can put nobody out any more.
      if (row.bot.removedAt === null && (await hasRemovalsLeft(prisma, endUserId))) {
        throw new DeliveryError('not-sent', { retryAfterMs: LOOK_AGAIN_MS });
      }
      await transact(async (work) => {
        await work.db.payment.updateMany({ where: { endUserId }, data: NO_RECEIPT });
        await work.db.endUser.update({
          where: { id: endUserId },
          data: { ...NO_NAME, ...(row.banned ? {} : { telegramUserId: nobody(endUserId) }) },
        });
        await forgetConversations(work, row.telegramUserId, row.bot.telegramBotId);
      });
      return 'kept';
    },

    'forget-owner': async ({ ownerId }) => {
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
      if (retiring > 0) throw new DeliveryError('not-sent', { retryAfterMs: LOOK_AGAIN_MS });
      await transact(async (work) => {
        const { db, now } = work;
        await db.sellerBot.updateMany({
          where: { ownerId, removedAt: { not: null } },
          data: {
            encryptedToken: '',
            welcomeMessage: null,
            cardNumber: null,
            cardHolder: null,
            releasedAt: now,
          },
        });
        await db.tariffPayment.updateMany({ where: { ownerId }, data: NO_RECEIPT });
        // The people of their bots were theirs to look after: nobody is left who may.
        const theirs = { botId: { in: botIds } };
        await db.payment.updateMany({
          where: { ...theirs, status: { in: ['created', 'pending'] } },
          data: { status: 'cancelled', decidedAt: now },
        });
        await db.payment.updateMany({ where: theirs, data: NO_RECEIPT });
        await db.outboxPromise.updateMany({
          where: { ...theirs, doneAt: null },
          data: { doneAt: now, outcome: 'not-due' },
        });
        await db.endUser.updateMany({ where: theirs, data: NO_NAME });
        await db.owner.update({
          where: { id: ownerId },
          data: { ...NO_NAME, ...(row.banned ? {} : { telegramUserId: nobody(ownerId) }) },
        });
        await forgetConversations(work, row.telegramUserId);
      });
      return 'kept';
    },
  };
}

const NO_NAME = { username: null, fullName: '' } as const;
const NO_RECEIPT = { receiptFileId: null, receiptUniqueId: null, receiptMessageId: null } as const;

/** They bought anew in the meantime, so they are wanted in the books. */
async function cameBack(prisma: PrismaClient, endUserId: number): Promise<boolean> {
  const [active, open] = await Promise.all([
    prisma.subscription.count({ where: { endUserId, status: 'active' } }),
    prisma.payment.count({ where: { endUserId, status: { in: ['created', 'pending'] } } }),
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
  { db }: Work,
  telegramUserId: bigint,
  telegramBotId?: bigint,
): Promise<void> {
  const at = telegramBotId === undefined ? {} : { telegramBotId };
  await db.openQuestion.deleteMany({ where: { ...at, telegramUserId } });
  await db.supportMessage.deleteMany({
    where: { ...at, OR: [{ fromTelegramUserId: telegramUserId }, { toTelegramUserId: telegramUserId }] },
  });
}
