import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../common/context.ts';
import { BOT_PENDING, RECEIPT } from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { waitingScreen } from '../views/receipts.ts';

/** Receipts that wait at one bot. */
export function receipts(deps: BotDeps): Composer<MainContext> {
  const { reviews, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, BOT_PENDING, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'receipts');
    const waiting = await reviews.listWaiting(scope, teamIn(context, scope));
    await show(context, waitingScreen(viewerOf(context, deps), bot, waiting));
  });

  onPress(composer, RECEIPT, async (context, paymentId) => {
    const scope = await sellerBots.scopeOfPayment(ownerIn(context), paymentId, 'receipts');
    await reviews.requestCopy(scope, teamIn(context, scope), paymentId);
  });

  return composer;
}
