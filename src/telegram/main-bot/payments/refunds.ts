import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../../common/context.ts';
import {
  BOT_REFUNDS,
  REFUND,
  REFUND_CREDIT,
  REFUND_CREDIT_YES,
  REFUND_DONE,
  REFUND_SEND,
} from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { askCreditScreen, refundScreen, refundsScreen } from '../../views/payments/refunds.ts';

/** Money that came and gave nothing: its owner returns it, or gives time instead. */
export function refunds(deps: BotDeps): Composer<MainContext> {
  const { refunds: queue, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  const scopeOf = (context: MainContext, refundId: number) =>
    sellerBots.scopeOfRefund(ownerIn(context), refundId, 'shop');

  async function showPage(context: MainContext, refundId: number): Promise<void> {
    const scope = await scopeOf(context, refundId);
    const page = await queue.open(scope, teamIn(context, scope), refundId);
    await show(context, refundScreen(viewerOf(context, deps), page));
  }

  onPress(composer, BOT_REFUNDS, async (context, telegramBotId, after) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const list = await queue.list(scope, teamIn(context, scope), after);
    await show(context, refundsScreen(viewerOf(context, deps), scope, list));
  });

  onPress(composer, REFUND, showPage);

  onPress(composer, REFUND_SEND, async (context, refundId) => {
    const scope = await scopeOf(context, refundId);
    await queue.send(scope, teamIn(context, scope), refundId);
    await showPage(context, refundId);
  });

  onPress(composer, REFUND_DONE, async (context, refundId) => {
    const scope = await scopeOf(context, refundId);
    await queue.markDone(scope, teamIn(context, scope), refundId);
    await showPage(context, refundId);
  });

  onPress(composer, REFUND_CREDIT, async (context, refundId) => {
    const scope = await scopeOf(context, refundId);
    const refund = await queue.requireCreditable(scope, teamIn(context, scope), refundId);
    await show(context, askCreditScreen(viewerOf(context, deps), refund));
  });

  onPress(composer, REFUND_CREDIT_YES, async (context, refundId) => {
    const scope = await scopeOf(context, refundId);
    await queue.credit(scope, teamIn(context, scope), refundId);
    await showPage(context, refundId);
  });

  return composer;
}
