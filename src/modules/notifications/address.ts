import type { Language } from '../../infra/i18n/i18n.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';

/** Who hears of something, as an outbox message holds them. */
export type Recipient =
  | { kind: 'owner'; ownerId: number }
  | { kind: 'moderator'; telegramUserId: string }
  | { kind: 'endUser'; endUserId: number };

/** Who reads a message, in which language, and through which bot it comes. */
export interface Address {
  /** `main`, or the seller bot's Telegram id. */
  via: 'main' | bigint;
  telegramUserId: bigint;
  language: Language;
}

export interface SentMessage {
  telegramBotId: bigint;
  chatId: bigint;
  messageId: number;
}

/** The owner of whatever names one: a bot, a scope. */
export function ownerOf({ ownerId }: { ownerId: number }): Recipient & { kind: 'owner' } {
  return { kind: 'owner', ownerId };
}

/** The end user of whatever names one: a subscription, a payment. */
export function endUserOf({ endUserId }: { endUserId: number }): Recipient & { kind: 'endUser' } {
  return { kind: 'endUser', endUserId };
}

export function moderator(telegramUserId: bigint): Recipient & { kind: 'moderator' } {
  return { kind: 'moderator', telegramUserId: String(telegramUserId) };
}

/** Where a recipient is reached now; null when they are gone, or are no longer what they were to hear it as. */
export async function findAddress(
  { prisma, moderatorIds }: { prisma: PrismaClient; moderatorIds: readonly bigint[] },
  to: Recipient,
): Promise<Address | null> {
  switch (to.kind) {
    case 'owner': {
      const owner = await prisma.owner.findUnique({
        where: { id: to.ownerId },
        select: { telegramUserId: true, language: true },
      });
      if (!owner || isForgotten(owner)) return null;
      return { via: 'main', telegramUserId: owner.telegramUserId, language: owner.language as Language };
    }
    case 'moderator': {
      const telegramUserId = BigInt(to.telegramUserId);
      if (!moderatorIds.includes(telegramUserId)) return null;
      const known = await prisma.owner.findUnique({ where: { telegramUserId } });
      return { via: 'main', telegramUserId, language: (known?.language ?? 'uz') as Language };
    }
    case 'endUser': {
      const endUser = await prisma.endUser.findUnique({
        where: { id: to.endUserId },
        include: { bot: { select: { telegramBotId: true, removedAt: true } } },
      });
      // A bot whose token is dead may get a new one; a removed one speaks no more.
      if (!endUser || isForgotten(endUser) || endUser.bot.removedAt) return null;
      return {
        via: endUser.bot.telegramBotId,
        telegramUserId: endUser.telegramUserId,
        language: endUser.language as Language,
      };
    }
    default:
      return to satisfies never;
  }
}
