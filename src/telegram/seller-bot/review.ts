import { AppError } from '../../kernel/errors.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type SellerContext, teamIn, telegramBotIdOf, telegramUserIdOf } from '../common/context.ts';
import { sendReceipt } from '../common/receipt.ts';
import { createReviewDesk, type ReviewDesk } from '../common/review-desk.ts';
import { RECEIPT } from '../common/routes.ts';
import { reviewScreen } from '../views/review.ts';

/** The owner decides receipts in their own bot. To anybody else these buttons are nothing. */
export function review(deps: BotDeps): ReviewDesk<SellerContext> {
  const { reviews } = deps.services;
  const desk = createReviewDesk<SellerContext>(deps, ({ scope }) => Promise.resolve(scope));

  onPress(desk.composer, RECEIPT, async (context, paymentId) => {
    const { scope } = context;
    const actor = teamIn(context, scope);
    const content = await reviews.openReceipt(scope, actor, paymentId);
    if (!content.receipt) throw new AppError('notFound');
    const { fileId: file, kind } = content.receipt;
    const screen = reviewScreen(viewerOf(context, deps), content);
    const sent = await sendReceipt(context.api, String(telegramUserIdOf(context)), { file, kind }, screen);
    const copy = {
      telegramBotId: telegramBotIdOf(context),
      chatId: BigInt(sent.chat.id),
      messageId: sent.message_id,
    };
    await reviews.rememberCopy(scope, actor, { paymentId, copy });
  });

  return desk;
}
