import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { CONNECTED } from './channel.ts';
import { disconnect, isPaidFor, lockChats } from './chat-connection.ts';

/** A basic group that grows becomes another chat to Telegram, and stays the same one to whoever sells it. */
export function createGroupGrowthService({
  prisma,
  transact,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
}) {
  /**
   * A call met a group under the id that it had as a basic one; nobody had told us that it has grown. Rows of chats that
   * bots gave up go along: what they still have to do there, they do under the new id.
   */
  async function groupGrew(fromChatId: bigint, toChatId: bigint): Promise<void> {
    const holder = await prisma.channel.findFirst({
      where: { ...CONNECTED, telegramChatId: fromChatId },
      include: { bot: { include: { owner: true } } },
    });
    if (holder) await groupUpgraded(toTenantScope(holder.bot), fromChatId, toChatId);
    await prisma.channel.updateMany({
      where: {
        telegramChatId: fromChatId,
        OR: [{ connectedAt: null }, { disconnectedAt: { not: null } }],
      },
      data: { telegramChatId: toChatId, isBasicGroup: false },
    });
  }

  /**
   * A basic group became a supergroup: the same group under a new id. Another bot that met the new id first, and so took
   * it for a chat of its own, has to let go of it, unless somebody has paid for it there.
   * @returns the connected group under its new id, whose rights may have been heard of before; null for none
   */
  async function groupUpgraded(
    scope: TenantScope,
    fromChatId: bigint,
    toChatId: bigint,
  ): Promise<{ channelId: number } | null> {
    return transact(async (work) => {
      // Both chats tell of it, at the same time: the second one finds the group moved.
      await lockChats(work, scope);
      const ours = await work.db.channel.findFirst({
        where: { ...CONNECTED, botId: scope.botId, telegramChatId: { in: [fromChatId, toChatId] } },
      });
      if (!ours) return null;
      if (ours.telegramChatId === toChatId) return { channelId: ours.id };
      const rival = await work.db.channel.findFirst({
        where: { ...CONNECTED, telegramChatId: toChatId },
        include: { bot: { include: { owner: true } } },
      });
      if (rival && rival.bot.removedAt === null && (await isPaidFor(work, rival.id))) {
        await disconnect(work, scope, SYSTEM, ours.id);
        return null;
      }
      if (rival) await disconnect(work, toTenantScope(rival.bot), SYSTEM, rival.id);
      await work.db.channel.update({
        where: { id: ours.id },
        data: { telegramChatId: toChatId, isBasicGroup: false },
      });
      return { channelId: ours.id };
    });
  }

  return { groupGrew, groupUpgraded };
}
