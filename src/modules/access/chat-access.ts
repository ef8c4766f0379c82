import type { Prisma } from '../../infra/prisma-client/client.ts';
import { CONNECTED } from '../channels/channel.ts';

/**
 * By which subscription somebody may be in a chat, whichever bot sold it: a chat that one bot gave up may have moved to
 * another, and what the first one still has to do there must not undo what the second one sold.
 */
export async function findActiveIn(
  db: Prisma.TransactionClient,
  telegramChatId: bigint,
  telegramUserId: bigint,
): Promise<{ id: number; botId: number } | null> {
  const active = await db.subscription.findFirst({
    where: { status: 'active', endUser: { telegramUserId }, channel: { telegramChatId } },
    select: { id: true, channel: { select: { botId: true } } },
  });
  return active && { id: active.id, botId: active.channel.botId };
}

/** What the database says of a ban in a chat; the word is that of the bot that has the chat now. */
export async function readBan(
  db: Prisma.TransactionClient,
  endUser: { botId: number; telegramUserId: bigint; banned: boolean },
  telegramChatId: bigint,
): Promise<{ banned: boolean; isHeldByAnother: boolean }> {
  const holder = await db.channel.findFirst({
    where: { ...CONNECTED, telegramChatId, bot: { removedAt: null } },
    select: { botId: true },
  });
  if (!holder || holder.botId === endUser.botId) return { banned: endUser.banned, isHeldByAnother: false };
  const there = await db.endUser.findUnique({
    where: { telegramUserId_botId: { telegramUserId: endUser.telegramUserId, botId: holder.botId } },
    select: { banned: true },
  });
  return { banned: there?.banned ?? false, isHeldByAnother: true };
}
