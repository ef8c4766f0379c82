import { AppError } from '../../kernel/errors.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type SellerContext, telegramBotIdOf, telegramUserIdOf } from '../common/context.ts';
import { sendReceipt } from '../common/receipt.ts';
import { createReviewDesk, type ReviewDesk } from '../common/review-desk.ts';
import { RECEIPT } from '../common/routes.ts';
import { reviewScreen } from '../views/review.ts';

/** The owner decides receipts in their own bot. To anybody else these buttons are nothing. */
export function review(deps: BotDeps): ReviewDesk<SellerContext> {
  const { reviews } = deps.services;
  const scopeOf = ({ isOwner, scope }: SellerContext) =>
    isOwner ? Promise.resolve(scope) : Promise.reject(new AppError('notFound'));
  const desk = createReviewDesk(deps, scopeOf);

  onPress(desk.composer, RECEIPT, async (context, paymentId) => {
    const scope = await scopeOf(context);
    const content = await reviews.openReceipt(scope, paymentId);
    if (!content.receipt) throw new AppError('notFound');
    const { fileId: file, kind } = content.receipt;
    const screen = reviewScreen(viewerOf(context, deps), content);
    const sent = await sendReceipt(context.api, String(telegramUserIdOf(context)), { file, kind }, screen);
    await reviews.rememberCopy(scope, paymentId, {
      telegramBotId: telegramBotIdOf(context),
      chatId: BigInt(sent.chat.id),
      messageId: sent.message_id,
    });
  });

  return desk;
}
