import type { Language } from '../../infra/i18n.ts';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../notifications/delivery-error.ts';
import type { Address, MessageGateway, PersonName } from '../notifications/message-gateway.ts';
import type { Keeper } from '../promises/promise.ts';

/** Passes one support message on: who writes, unless it is an answer, and the message itself, whatever it holds. */
export function createSupportKeeper(deps: {
  prisma: PrismaClient;
  messages: MessageGateway;
  mainBotId: bigint;
}): Keeper<'pass-support'> {
  const { prisma, messages, mainBotId } = deps;

  async function findPerson(
    telegramBotId: bigint,
    telegramUserId: bigint,
  ): Promise<{ name: PersonName; address: Address; botUsername: string | null } | null> {
    if (telegramBotId === mainBotId) {
      // A moderator may never have written to the main bot: then the language is ours to guess.
      const row = (await prisma.owner.findUnique({ where: { telegramUserId } })) ?? {
        telegramUserId,
        fullName: '',
        username: null,
        language: 'uz',
      };
      return { name: row, address: addressOf('main', row), botUsername: null };
    }
    const row = await prisma.endUser.findFirst({
      where: { telegramUserId, bot: { telegramBotId, isActive: true } },
      include: { bot: { select: { username: true } } },
    });
    if (row) return { name: row, address: addressOf(telegramBotId, row), botUsername: row.bot.username };
    const bot = await prisma.sellerBot.findFirst({
      where: { telegramBotId, isActive: true, owner: { telegramUserId } },
      include: { owner: true },
    });
    return (
      bot && { name: bot.owner, address: addressOf(telegramBotId, bot.owner), botUsername: bot.username }
    );
  }

  return async ({ supportMessageId }) => {
    const message = await prisma.supportMessage.findUnique({ where: { id: supportMessageId } });
    if (!message || message.copyMessageId !== null) return 'not-due';
    const [from, to] = await Promise.all([
      findPerson(message.telegramBotId, message.fromTelegramUserId),
      findPerson(message.telegramBotId, message.toTelegramUserId),
    ]);
    if (!from || !to) return 'not-due';
    try {
      const passed = await messages.passSupport(to.address, {
        from: from.name,
        botUsername: from.botUsername,
        fromMessageId: message.fromMessageId,
        answersMessageId: message.answersMessageId,
      });
      // Its writer has deleted it: nothing is left to pass on.
      if (!passed) return 'not-due';
      await prisma.supportMessage.update({ where: { id: message.id }, data: passed });
      return 'kept';
    } catch (error) {
      if (!isDeliveryFailure(error, 'blocked') || message.answersMessageId === null) throw error;
      await messages.supportUnreachable(from.address, message.fromMessageId);
      return 'unreachable';
    }
  };
}

function addressOf(via: Address['via'], row: { telegramUserId: bigint; language: string }): Address {
  return { via, telegramUserId: row.telegramUserId, language: row.language as Language };
}
