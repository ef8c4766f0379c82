import type { SellerBot } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { SELLER_BOT_NOTICES } from './seller-bot-notices.ts';

/**
 * Telegram has refused a bot's token: its work stops, and its owner is told, whose new token makes a launch of its own.
 * One that came meanwhile stays.
 * @param bot as it was when Telegram was asked
 */
export async function markTokenDead(
  deps: { transact: UnitOfWork; invalidate: (telegramBotId: bigint) => Promise<void> },
  { id, ownerId, telegramBotId, encryptedToken }: SellerBot,
): Promise<void> {
  await deps.transact(async (work) => {
    const { count } = await work.db.sellerBot.updateMany({
      where: { id, encryptedToken, isActive: true },
      data: { isActive: false, tokenDeadAt: work.now },
    });
    if (count === 0) return;
    tell(work, SELLER_BOT_NOTICES.botTokenDead, ownerOf({ ownerId }), { botId: id });
    work.audit(SYSTEM, 'bot.token-died', { bot: id });
  });
  await deps.invalidate(telegramBotId);
}
