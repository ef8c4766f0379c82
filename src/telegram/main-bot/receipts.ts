import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { BOT_PENDING, RECEIPT } from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { waitingScreen } from '../views/receipts.ts';

/** Receipts that wait at one bot. */
export function receipts(deps: BotDeps): Composer<MainContext> {
  const { reviews, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, BOT_PENDING, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const waiting = await reviews.listWaiting(scope, ownerIn(context));
    await show(context, waitingScreen(viewerOf(context, deps), bot, waiting));
  });

  onPress(composer, RECEIPT, async (context, paymentId) => {
    const scope = await sellerBots.scopeOfPayment(ownerIn(context), paymentId);
    await reviews.requestCopy(scope, ownerIn(context), paymentId);
  });

  return composer;
}
