import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn } from '../../common/context.ts';
import {
  BOT_REFUNDS,
  REFUND,
  REFUND_CREDIT,
  REFUND_CREDIT_YES,
  REFUND_DONE,
  REFUND_SEND,
} from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { askCreditScreen, refundScreen, refundsScreen } from '../../views/payments/refunds.ts';

/** Money that came and gave nothing: its owner returns it, or gives time instead. */
export function refunds(deps: BotDeps): Composer<MainContext> {
  const { refunds: queue, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  const scopeOf = (context: MainContext, refundId: number) =>
    sellerBots.scopeOfRefund(ownerIn(context), refundId);

  async function showPage(context: MainContext, refundId: number): Promise<void> {
    const page = await queue.open(await scopeOf(context, refundId), ownerIn(context), refundId);
    await show(context, refundScreen(viewerOf(context, deps), page));
  }

  onPress(composer, BOT_REFUNDS, async (context, telegramBotId, after) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const list = await queue.list(scope, ownerIn(context), after);
    await show(context, refundsScreen(viewerOf(context, deps), scope, list));
  });

  onPress(composer, REFUND, showPage);

  onPress(composer, REFUND_SEND, async (context, refundId) => {
    await queue.send(await scopeOf(context, refundId), ownerIn(context), refundId);
    await showPage(context, refundId);
  });

  onPress(composer, REFUND_DONE, async (context, refundId) => {
    await queue.markDone(await scopeOf(context, refundId), ownerIn(context), refundId);
    await showPage(context, refundId);
  });

  onPress(composer, REFUND_CREDIT, async (context, refundId) => {
    const scope = await scopeOf(context, refundId);
    const refund = await queue.requireCreditable(scope, ownerIn(context), refundId);
    await show(context, askCreditScreen(viewerOf(context, deps), refund));
  });

  onPress(composer, REFUND_CREDIT_YES, async (context, refundId) => {
    await queue.credit(await scopeOf(context, refundId), ownerIn(context), refundId);
    await showPage(context, refundId);
  });

  return composer;
}
