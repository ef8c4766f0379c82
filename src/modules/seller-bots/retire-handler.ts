import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { BotGateway } from './bot-gateway.ts';

/** Takes a removed bot's webhook away, unless it was added again meanwhile. A token that died has none. */
export function createRetireHandler(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  gateway: BotGateway;
}): OutboxHandler<'retire-bot'> {
  return async ({ botId }) => {
    const bot = await deps.prisma.sellerBot.findUnique({ where: { id: botId } });
    if (!bot || bot.removedAt === null) return 'not-due';
    const takenOver = await deps.prisma.sellerBot.findFirst({
      where: { telegramBotId: bot.telegramBotId, removedAt: null },
      select: { id: true },
    });
    if (takenOver) return 'not-due';
    try {
      await deps.gateway.retire(bot.encryptedToken);
    } catch (error) {
      if (!isDeliveryFailure(error, 'token-dead')) throw error;
    }
    await deps.transact(async ({ db, enqueue }) => {
      const { telegramBotId } = bot;
      const addedAgain = await db.sellerBot.findFirst({ where: { telegramBotId, isActive: true } });
      if (!addedAgain) return;
      enqueue({ kind: 'launch-bot', botId: addedAgain.id, payload: { botId: addedAgain.id } });
    });
    return 'delivered';
  };
}
