import type { WaitingReceipt } from '../../modules/payments/review-service.ts';
import type { SellerBot } from '../../modules/seller-bots/seller-bot.ts';
import { BOT } from '../common/routes.ts';
import { button, type Screen } from '../common/screen.ts';
import { receiptButton, type Viewer } from './common.ts';

/** What waits for the owner's decision, the oldest first. A press brings the receipt. */
export function waitingScreen(
  viewer: Viewer,
  bot: SellerBot,
  { total, oldest }: { total: number; oldest: readonly WaitingReceipt[] },
): Screen {
  const { t } = viewer;
  return {
    text:
      total === 0
        ? t('receipts.none', { bot: bot.username })
        : t('receipts.list', { bot: bot.username, count: total }),
    buttons: [
      ...oldest.map(({ payment, payer }) => [receiptButton(viewer, payment, payer)]),
      [button(t('button.back'), BOT.data(bot.telegramBotId))],
    ],
  };
}
