import type { Language } from '../../infra/i18n.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Address, ReviewContent, SentMessage } from '../notifications/message-gateway.ts';
import { chatState } from '../notifications/notice-keeper.ts';
import { toPayment } from './payment.ts';

/** A receipt with everything that its reviewers see. */
export interface Review {
  content: ReviewContent;
  owner: Address;
  telegramBotId: bigint;
  copies: SentMessage[];
}

/** Null for a payment that never had a receipt. */
export async function readReview(prisma: PrismaClient, paymentId: number): Promise<Review | null> {
  const row = await prisma.payment.findUnique({
    where: { id: paymentId },
    include: {
      endUser: true,
      channel: true,
      bot: { include: { owner: true } },
      reviewMessages: {
        select: { telegramBotId: true, chatId: true, messageId: true },
        orderBy: { id: 'asc' },
      },
    },
  });
  if (!row?.receiptFileId || !row.receiptUniqueId) return null;
  const { bot } = row;
  const earlier = await prisma.payment.findFirst({
    where: { botId: bot.id, receiptUniqueId: row.receiptUniqueId, id: { lt: row.id } },
    select: { id: true },
  });
  return {
    content: {
      payment: toPayment(row),
      receipt: {
        fileId: row.receiptFileId,
        kind: row.receiptKind === 'document' ? 'document' : 'photo',
      },
      payer: row.endUser,
      chat: chatState(row.channel),
      botUsername: bot.username,
      usedBefore: earlier !== null,
    },
    owner: {
      via: bot.telegramBotId,
      telegramUserId: bot.owner.telegramUserId,
      language: bot.owner.language as Language,
    },
    telegramBotId: bot.telegramBotId,
    copies: row.reviewMessages,
  };
}
