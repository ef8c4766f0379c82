import type { Fernet } from '../../infra/crypto/fernet.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { BotIdentity } from './bot-gateway.ts';

/** Everything that is needed to run a bot; the one place where a stored token is read. */
export interface RunnableBot {
  scope: TenantScope;
  identity: BotIdentity;
  /** Plain: hand it to the Bot API client and nowhere else. */
  token: string;
}

/** A bot keeps a row for each owner: neither of the two ever changes in it. */
export interface BotOfOwner {
  telegramBotId: bigint;
  ownerTelegramUserId: bigint;
}

export type BotDirectory = ReturnType<typeof createBotDirectory>;

export function createBotDirectory({ prisma, fernet }: { prisma: PrismaClient; fernet: Fernet }) {
  return {
    /** Null for nobody's bot, a removed one, and one whose token is dead. */
    async findRunnable(telegramBotId: bigint): Promise<RunnableBot | null> {
      const row = await prisma.sellerBot.findFirst({
        where: { telegramBotId, isActive: true },
        include: { owner: { select: { telegramUserId: true } } },
      });
      if (!row) return null;
      const { username, name } = row;
      return {
        scope: toTenantScope(row),
        identity: { telegramBotId, username, name },
        token: fernet.decrypt(row.encryptedToken),
      };
    },

    /** Whose a bot is, wherever it is by now; null: there never was one. @param botId `user_bots.id` */
    async findOwnerOf(botId: number): Promise<BotOfOwner | null> {
      const row = await prisma.sellerBot.findUnique({
        where: { id: botId },
        select: { telegramBotId: true, owner: { select: { telegramUserId: true } } },
      });
      return row && { telegramBotId: row.telegramBotId, ownerTelegramUserId: row.owner.telegramUserId };
    },

    readToken: (encryptedToken: string): string => fernet.decrypt(encryptedToken),

    /** Telegram ids of every bot that Getolog runs. */
    async listRunnableIds(): Promise<bigint[]> {
      const rows = await prisma.sellerBot.findMany({
        where: { isActive: true },
        select: { telegramBotId: true },
        orderBy: { id: 'asc' },
      });
      return rows.map((row) => row.telegramBotId);
    },
  };
}
