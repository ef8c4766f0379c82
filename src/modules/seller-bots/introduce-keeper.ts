import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Keeper } from '../promises/promise.ts';
import type { BotGateway } from './bot-gateway.ts';

/**
 * Tells people in Telegram what a bot can do. A promise of its own, because Telegram holds such calls back for hours
 * once there were many: a bot sells meanwhile.
 */
export function createIntroduceKeeper(deps: {
  prisma: PrismaClient;
  gateway: BotGateway;
}): Keeper<'introduce-bot'> {
  return async ({ botId }) => {
    const bot = await deps.prisma.sellerBot.findUnique({ where: { id: botId } });
    if (!bot?.isActive) return 'not-due';
    await deps.gateway.introduce(bot.telegramBotId);
    return 'kept';
  };
}
