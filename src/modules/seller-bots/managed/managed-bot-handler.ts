import { AppError } from '../../../kernel/errors.ts';
import { DeliveryError } from '../../../kernel/outbox/delivery-error.ts';
import type { OutboxHandler } from '../../../kernel/outbox/outbox-message.ts';
import type { SellerBotService } from '../seller-bot-service.ts';
import { type ChangedHandsDeps, changeHands, takeBack } from './changed-hands.ts';
import { healToken } from './token-healing.ts';

export interface ManagedBotDeps extends ChangedHandsDeps {
  sellerBots: Pick<SellerBotService, 'addManagedBot'>;
}

/**
 * Telegram has told the main bot of a bot that it manages: it is new, has another token, or is somebody else's. Which of
 * these is for the database to say, so that twice, late or out of order ends the same.
 */
export function createManagedBotHandler(deps: ManagedBotDeps): OutboxHandler<'heed-managed-bot'> {
  const heed: OutboxHandler<'heed-managed-bot'> = async (payload, message) => {
    const { telegramBotId: id, telegramUserId } = payload;
    const telegramBotId = BigInt(id);
    const owner = await deps.prisma.owner.findUnique({ where: { telegramUserId: BigInt(telegramUserId) } });
    // They have asked to be forgotten since.
    if (!owner) return 'not-due';
    const known = await deps.prisma.sellerBot.findFirst({
      where: { telegramBotId, releasedAt: null },
      orderBy: [{ removedAt: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
    });
    if (!known) {
      if (owner.banned) return 'not-due';
      const token = await deps.gateway.managedToken(telegramBotId);
      try {
        const actor = { kind: 'owner', telegramUserId: owner.telegramUserId } as const;
        if (await deps.sellerBots.addManagedBot(actor, token)) return 'delivered';
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (error.code === 'telegramUnavailable') throw new DeliveryError('not-sent', { cause: error });
        return 'not-due';
      }
      // It came in meanwhile: what is told of it may be more than that it is new.
      return heed(payload, message);
    }
    if (known.removedAt) return 'not-due';
    // Its token may have been pasted here.
    const bot = await deps.prisma.sellerBot.update({ where: { id: known.id }, data: { isManaged: true } });
    const isRetry = message.earlierAttempts > 0 || message.interrupted;
    if (bot.ownerId !== owner.id) await changeHands(deps, bot, owner, isRetry);
    else if (bot.handedOverAt) await takeBack(deps, bot);
    else await healToken(deps, bot);
    return 'delivered';
  };
  return heed;
}
