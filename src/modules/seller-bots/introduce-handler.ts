import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import type { BotGateway } from './bot-gateway.ts';

/**
 * Tells people in Telegram what a bot can do. An outbox message of its own, because Telegram holds such calls back for hours
 * once there were many: a bot sells meanwhile.
 */
export function createIntroduceHandler(deps: {
  prisma: PrismaClient;
  gateway: BotGateway;
}): OutboxHandler<'introduce-bot'> {
  return async ({ botId }) => {
    const bot = await deps.prisma.sellerBot.findUnique({ where: { id: botId } });
    if (!bot?.isActive) return 'not-due';
    await deps.gateway.introduce(bot.telegramBotId);
    return 'delivered';
  };
}
