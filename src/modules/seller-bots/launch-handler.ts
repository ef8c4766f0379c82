import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxHandler } from '../../kernel/outbox/outbox-message.ts';
import { reopenMessages, reviveOfRemovedBot } from '../../kernel/outbox/outbox-queries.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import type { BotGateway } from './bot-gateway.ts';
import { healOrMarkDead, type TokenHealingDeps } from './managed/token-healing.ts';
import { SELLER_BOT_NOTICES } from './seller-bot-notices.ts';
import { tellOfRefusal } from './webhook-refusal.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A bot runs, and the chats are its again that it had before it was removed. */
    botLaunched: { ownerId: number; botId: number };
  }
}

/** Starts a bot that was added, and tells its owner only when Telegram has confirmed it. */
export function createLaunchHandler(
  deps: TokenHealingDeps & { gateway: BotGateway; moderatorIds: readonly bigint[] },
): OutboxHandler<'launch-bot'> {
  return async ({ botId, isQuiet = false }, claimed) => {
    const bot = await deps.prisma.sellerBot.findUnique({ where: { id: botId } });
    if (!bot?.isActive) return 'not-due';
    try {
      await deps.gateway.launch(bot.telegramBotId);
    } catch (error) {
      if (isDeliveryFailure(error, 'refused') && error.saying !== undefined)
        await tellOfRefusal(deps, bot, error.saying);
      if (!isDeliveryFailure(error, 'token-dead')) throw error;
      // Revoked between `getMe` and the webhook. With another token it is tried again.
      if (await healOrMarkDead(deps, bot)) throw error;
      return 'not-due';
    }
    await deps.transact(async (work) => {
      const { db, now, enqueue } = work;
      const present = await db.sellerBot.findUniqueOrThrow({ where: { id: botId } });
      if (present.removedAt !== null) {
        // Removed meanwhile: its webhook may have come after it was taken away.
        return enqueue({ kind: 'retire-bot', payload: { botId } });
      }
      if (!isQuiet) {
        tell(work, SELLER_BOT_NOTICES.botReady, ownerOf(bot), { botId }, { key: `bot-ready:${claimed.id}` });
      }
      // What waited for a living token goes on at once.
      work.wake(await reopenMessages(db, [botId]));
      work.wake(await reviveOfRemovedBot(db, botId, now));
      work.publish('botLaunched', { ownerId: bot.ownerId, botId });
    });
    return 'delivered';
  };
}
