import type { Language } from '../../infra/i18n/i18n.ts';
import type { Payment as PaymentRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import { stillKnown } from '../../kernel/person.ts';
import type { TeamRole } from '../../kernel/rights.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { SentMessage } from '../notifications/address.ts';
import { readLanguages } from '../owners/owner-queries.ts';
import { soldTitle, WITH_CHAT_TITLES } from '../plans/plan.ts';
import { toReceiptFile } from '../receipts/receipt.ts';
import { listManagers } from '../team/team-queries.ts';
import { toPayment } from './payment.ts';
import { findSameFile } from './reuse/receipt-traces.ts';
import type { PayerHistory, ReviewContent, Reviewer, ReviewViewer } from './review-gateway.ts';

interface ReviewCopy extends SentMessage {
  id: number;
  viewer: ReviewViewer;
  /** The outcome that it tells; null while it asks. */
  shownStatus: string | null;
}

/** A receipt with everything that its reviewers see. */
export interface Review {
  content: ReviewContent;
  /** Whom it is for; null: they may not decide it any more. */
  to: Reviewer | null;
  telegramBotId: bigint;
  copies: ReviewCopy[];
}

/**
 * Null for a payment that never had a receipt.
 * @param managerId for which manager it is; undefined: for the owner
 */
export async function readReview(
  prisma: PrismaClient,
  { paymentId, managerId }: { paymentId: number; managerId?: number | undefined },
): Promise<Review | null> {
  const row = await prisma.payment.findUnique({
    where: { id: paymentId },
    include: {
      endUser: { include: { broughtBy: { select: { inviter: true } } } },
      promoUse: { include: { promoCode: true } },
      ...WITH_CHAT_TITLES,
      bot: { include: { owner: true } },
      reviewMessages: {
        select: { id: true, telegramBotId: true, chatId: true, messageId: true, shownStatus: true },
        orderBy: { id: 'asc' },
      },
    },
  });
  if (!row?.receiptAt) return null;
  const { bot } = row;
  const { owner } = bot;
  const managers = await listManagers(prisma, row.botId, 'receipts');
  const [sameFile, history, decider, languageOf] = await Promise.all([
    findSameFile(prisma, row.id),
    readHistory(prisma, row),
    row.reviewedBy === null ? null : prisma.owner.findUnique({ where: { telegramUserId: row.reviewedBy } }),
    readLanguages(prisma, [
      ...row.reviewMessages.map((copy) => copy.chatId),
      ...managers.map((manager) => manager.telegramUserId),
    ]),
  ]);
  const roleOf = (telegramUserId: bigint): TeamRole | null =>
    telegramUserId === owner.telegramUserId
      ? 'owner'
      : (managers.find((manager) => manager.telegramUserId === telegramUserId)?.role ?? null);
  const reviewer = managerId === undefined ? owner : managers.find((manager) => manager.id === managerId);
  const viewerOf = (chatId: bigint): ReviewViewer => ({
    language: languageOf(chatId),
    telegramUserId: chatId,
    role: roleOf(chatId),
  });
  return {
    content: {
      payment: toPayment(row),
      receipt: toReceiptFile(row),
      payer: row.endUser,
      inviter: stillKnown(row.endUser.broughtBy?.inviter),
      owner,
      decider: stillKnown(decider),
      title: soldTitle(row),
      promo: row.promoUse && { code: row.promoUse.promoCode.code, days: row.promoUse.days },
      botUsername: bot.username,
      telegramBotId: bot.telegramBotId,
      history,
      sameFile,
      note: row.receiptNote,
    },
    to: reviewer
      ? {
          via: bot.telegramBotId,
          telegramUserId: reviewer.telegramUserId,
          role: 'role' in reviewer ? reviewer.role : 'owner',
          language: reviewer === owner ? (owner.language as Language) : languageOf(reviewer.telegramUserId),
        }
      : null,
    telegramBotId: bot.telegramBotId,
    copies: row.reviewMessages.map((copy) => ({ ...copy, viewer: viewerOf(copy.chatId) })),
  };
}

/** Notes where a receipt was shown, once: a press on the message may be quicker than the answer to sending it.
 * @returns whether it is new */
export async function noteReviewCopy(db: Db, paymentId: number, copy: SentMessage): Promise<boolean> {
  const { count } = await db.reviewMessage.createMany({
    data: { paymentId, ...copy },
    skipDuplicates: true,
  });
  return count > 0;
}

async function readHistory(
  prisma: PrismaClient,
  { id, endUserId, chats }: PaymentRow & { chats: readonly { channelId: number }[] },
): Promise<PayerHistory> {
  const [states, active] = await Promise.all([
    prisma.payment.groupBy({
      by: ['status'],
      // Not only those chosen before it: what was chosen later may have been decided sooner.
      where: {
        endUserId,
        id: { not: id },
        isTest: false,
        status: { in: ['approved', 'rejected', 'reversed'] },
      },
      _count: true,
    }),
    prisma.subscription.findMany({
      where: { endUserId, channelId: { in: chats.map(({ channelId }) => channelId) }, status: 'active' },
      select: { expiresAt: true, graceUntil: true, channel: { select: { title: true } } },
      orderBy: { channelId: 'asc' },
    }),
  ]);
  const count = (status: string) => states.find((state) => state.status === status)?._count ?? 0;
  return {
    approved: count('approved'),
    rejected: count('rejected'),
    reversed: count('reversed'),
    active: active.map(({ channel, ...ends }) => ({ ...ends, title: channel.title })),
  };
}
