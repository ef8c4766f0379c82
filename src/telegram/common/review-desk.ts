import { Composer } from 'grammy';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { OpenQuestion } from '../../modules/conversations/open-question-service.ts';
import type { Payment } from '../../modules/payments/payment.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import {
  askRejectWordsScreen,
  askRevertScreen,
  decidedByYouScreen,
  decisionSentence,
  rejectReasonsScreen,
} from '../views/review.ts';
import { onPress } from './callback-data.ts';
import { type BotContext, ownerIn, telegramBotIdOf, telegramUserIdOf } from './context.ts';
import { APPROVE, REJECT, REJECT_FOR, REJECT_IN_WORDS, REVERT, REVERT_YES } from './routes.ts';
import { send, show } from './screen.ts';

/** The same desk in the seller bot and in the main bot; only how a payment's tenant is found differs. */
export interface ReviewDesk<C extends BotContext> {
  composer: Composer<C>;
  answerRejectReason(
    context: C & { message: { text?: string } },
    question: Extract<OpenQuestion, { question: 'rejectReason' }>,
  ): Promise<void>;
}

function holdsReceipt(message: object): boolean {
  return 'photo' in message || 'document' in message;
}

/** @param scopeOf the tenant that a payment belongs to */
export function createReviewDesk<C extends BotContext>(
  deps: BotDeps,
  scopeOf: (context: C, paymentId: number) => Promise<TenantScope>,
): ReviewDesk<C> {
  const { reviews, openQuestions } = deps.services;

  /**
   * Receipts tell their outcome by themselves; a list of reasons is closed here. Of a message that Telegram shows no more
   * nobody knows what it is: its outcome is told anew.
   */
  async function confirm(context: C, payment: Payment): Promise<void> {
    const { message } = context.callbackQuery ?? {};
    const viewer = viewerOf(context, deps);
    if (message && holdsReceipt(message)) await context.press?.say(decisionSentence(viewer, payment));
    else await show(context, decidedByYouScreen(viewer, payment));
  }

  const desk = new Composer<C>();
  /** The tenant of a payment whose receipt was pressed. */
  async function scopeOfPressed(context: C, paymentId: number): Promise<TenantScope> {
    const scope = await scopeOf(context, paymentId);
    const { message } = context.callbackQuery ?? {};
    if (message && holdsReceipt(message)) {
      const copy = {
        telegramBotId: telegramBotIdOf(context),
        chatId: BigInt(message.chat.id),
        messageId: message.message_id,
      };
      await reviews.rememberCopy(scope, ownerIn(context), { paymentId, copy });
    }
    return scope;
  }

  onPress(desk, APPROVE, async (context, paymentId) => {
    const scope = await scopeOfPressed(context, paymentId);
    await confirm(context, await reviews.approvePayment(scope, ownerIn(context), paymentId));
  });

  onPress(desk, REJECT, async (context, paymentId) => {
    const scope = await scopeOfPressed(context, paymentId);
    await reviews.requireDecidable(scope, ownerIn(context), paymentId);
    await send(context, rejectReasonsScreen(viewerOf(context, deps), paymentId));
  });

  onPress(desk, REJECT_IN_WORDS, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    await reviews.requireDecidable(scope, ownerIn(context), paymentId);
    await openQuestions.ask(
      telegramBotIdOf(context),
      telegramUserIdOf(context),
      {
        question: 'rejectReason',
        paymentId,
      },
      context.update.update_id,
    );
    await show(context, askRejectWordsScreen(viewerOf(context, deps)));
  });

  onPress(desk, REJECT_FOR, async (context, paymentId, reason) => {
    const scope = await scopeOf(context, paymentId);
    await confirm(context, await reviews.rejectPayment(scope, ownerIn(context), { paymentId, reason }));
  });

  onPress(desk, REVERT, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    await reviews.requireReversible(scope, ownerIn(context), paymentId);
    await send(context, askRevertScreen(viewerOf(context, deps), paymentId));
  });

  onPress(desk, REVERT_YES, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    await confirm(context, await reviews.reversePayment(scope, ownerIn(context), paymentId));
  });

  return {
    composer: desk,
    async answerRejectReason(context, { paymentId }) {
      const scope = await scopeOf(context, paymentId);
      const close = () => openQuestions.close(telegramBotIdOf(context), telegramUserIdOf(context));
      try {
        const payment = await reviews.rejectPaymentInWords(scope, ownerIn(context), {
          paymentId,
          words: context.message.text ?? '',
        });
        await close();
        await send(context, decidedByYouScreen(viewerOf(context, deps), payment));
      } catch (error) {
        // Words can be put better; else nothing is left to give a reason for, and nothing more to ask.
        if (error instanceof AppError && !error.code.startsWith('rejectText.')) await close();
        throw error;
      }
    },
  };
}
