import type { SentReceipt } from '../../modules/payments/payment.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, personIn, type SellerContext } from '../common/context.ts';
import { readReceipt } from '../common/receipt.ts';
import { CANCEL, PAID, PAY, PLAN } from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { closeAnswered } from '../middleware/open-questions.ts';
import { orderStatusScreen } from '../views/buyer/provider-orders.ts';
import { cancelledScreen, hintScreen, receiptTakenScreen } from '../views/buyer/storefront.ts';
import type { ChoosePlan } from './choose-plan.ts';
import { withStatusLink } from './stars/star-invoice.ts';

/** From a chosen plan to a receipt under review. */
export function checkout(deps: BotDeps, choose: ChoosePlan): Composer<SellerContext> {
  const service = deps.services.checkout;
  const composer = new Composer<SellerContext>();

  async function takeReceipt(context: SellerContext, receipt: SentReceipt): Promise<void> {
    const payment = await service.submitReceipt(context.scope, await endUserIn(context), receipt);
    if (payment && context.message?.media_group_id !== undefined) {
      await closeAnswered(context, deps.services.openQuestions, 'receipt');
    }
    const viewer = viewerOf(context, deps);
    // An edit that brings nothing new is no question that wants an answer.
    if (!payment && context.editedMessage) return;
    await send(
      context,
      payment ? receiptTakenScreen(viewer, payment) : hintScreen(viewer, 'hint.nothingChosen'),
    );
  }

  onPress(composer, PLAN, async (context, planId) => show(context, await choose(context, planId, null)));
  onPress(composer, PAY, async (context, planId, method) =>
    show(context, await choose(context, planId, method)),
  );

  onPress(composer, PAID, async (context, paymentId) => {
    const { orderStatus, subscriptions } = deps.services;
    const buyer = await endUserIn(context);
    const order = await orderStatus.readOrder(context.scope, buyer, paymentId);
    const held = order.state === 'paid' ? await subscriptions.listHeld(context.scope, buyer) : [];
    const viewer = viewerOf(context, deps);
    await show(context, orderStatusScreen(viewer, await withStatusLink(context, viewer, order), held));
  });

  onPress(composer, CANCEL, async (context, paymentId) => {
    const what = await service.cancelPayment(context.scope, await endUserIn(context), paymentId);
    await show(context, cancelledScreen(viewerOf(context, deps), what));
  });

  composer.on(['message:photo', 'message:document'], async (context) => {
    const receipt = readReceipt(context.message);
    if (typeof receipt === 'string') return send(context, hintScreen(viewerOf(context, deps), receipt));
    await takeReceipt(context, receipt);
  });

  // Whoever saw that they sent the wrong picture replaces it where it is.
  composer.on('edited_message', async (context) => {
    const receipt = readReceipt(context.editedMessage);
    if (typeof receipt === 'string') return;
    const { messageId } = receipt;
    const { support } = deps.services;
    const isPassedOn = await support.isPassedOn(context.scope, await personIn(context), messageId);
    if (!isPassedOn) await takeReceipt(context, receipt);
  });

  return composer;
}

/** Whether an edited message may be a receipt: words alone change nothing that was said before. */
export function holdsFile({ editedMessage }: SellerContext): boolean {
  return editedMessage?.photo !== undefined || editedMessage?.document !== undefined;
}
