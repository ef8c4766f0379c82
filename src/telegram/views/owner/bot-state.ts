import type { SellerBot } from '../../../modules/seller-bots/seller-bot.ts';
import type { Viewer } from '../common.ts';

/** How a bot does as a whole, wherever its owner reads of it; empty where something is still missing for it to sell. */
export function botStateLine(
  { t }: Viewer,
  bot: Pick<SellerBot, 'username' | 'isActive' | 'pausedAt'>,
  { sells, isSuspended }: { sells: boolean; isSuspended: boolean },
): string {
  if (isSuspended) return t('notice.ownerBanned');
  if (!bot.isActive) return t('bot.tokenDead');
  if (bot.pausedAt !== null) return t('bot.paused');
  return sells ? t('bot.sells', { bot: bot.username }) : '';
}
