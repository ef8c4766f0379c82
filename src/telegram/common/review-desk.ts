import type { InlineKeyboardButton } from 'grammy/types';
import { AppError } from '../../kernel/errors.ts';
import type { TeamRole } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { OpenQuestion } from '../../modules/conversations/open-question-service.ts';
import type { Payment } from '../../modules/payments/payment.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { Composer } from '../middleware/composer.ts';
import { askTakeBackScreen, takenBackScreen } from '../views/payments/refunds.ts';
import {
  askRejectWordsScreen,
  askRevertScreen,
  decidedByYouScreen,
  decisionSentence,
  ownButtons,
  reasonSentScreen,
  reasonsUnderReceipt,
  rejectReasonsScreen,
} from '../views/review.ts';
import { orAskAgain } from './ask-again.ts';
import { onPress } from './callback-data.ts';
import { type BotContext, ownerIn, teamIn, telegramBotIdOf } from './context.ts';
import { ask, closeQuestion } from './questions.ts';
import { holdsReceipt } from './receipt.ts';
import {
  APPROVE,
  HOME,
  REJECT,
  REJECT_FOR,
  REJECT_IN_WORDS,
  REVERT,
  REVERT_YES,
  UNDECIDED,
} from './routes.ts';
import { send, show, showButtons } from './screen.ts';

/** The same desk in the seller bot and in the main bot; only how a payment's tenant is found differs. */
export interface ReviewDesk<C extends BotContext> {
  composer: Composer<C>;
  answerRejectReason(
    context: C & { message: { text?: string } },
    question: Extract<OpenQuestion, { question: 'rejectReason' }>,
  ): Promise<void>;
}

/** The message that was pressed has such a button. */
function offers({ callbackQuery }: BotContext, data: string): boolean {
  const { message } = callbackQuery ?? {};
  const markup = message && 'reply_markup' in message ? message.reply_markup : undefined;
  return (
    markup?.inline_keyboard.flat().some((one) => 'callback_data' in one && one.callback_data === data) ??
    false
  );
}

/** @param scopeOf the tenant that a payment belongs to */
export function createReviewDesk<C extends BotContext>(
  deps: BotDeps,
  scopeOf: (context: C, paymentId: number) => Promise<TenantScope>,
): ReviewDesk<C> {
  const { reviews, sellerBots, takeBacks, openQuestions } = deps.services;

  /**
   * Receipts tell their outcome by themselves; a list of reasons is closed here. Of a message that Telegram shows no more
   * nobody knows what it is: its outcome is told anew.
   */
  async function confirm(context: C, payment: Payment): Promise<void> {
    const { message } = context.callbackQuery ?? {};
    const viewer = viewerOf(context, deps);
    const isReceipt = message !== undefined && holdsReceipt(message);
    if (isReceipt && (await context.press?.say(decisionSentence(viewer, payment)))) return;
    await show(context, decidedByYouScreen(viewer, payment));
  }

  const desk = new Composer<C>();

  /** @returns false where it is no receipt that was pressed, or Telegram shows it no more */
  async function showUnderReceipt(context: C, buttons: InlineKeyboardButton[][]): Promise<boolean> {
    const { message } = context.callbackQuery ?? {};
    return message !== undefined && holdsReceipt(message) && showButtons(context, buttons);
  }

  /** What whoever presses is in the bot: it says what they may put right. */
  async function roleIn(context: C, { telegramBotId }: TenantScope): Promise<TeamRole> {
    return (await sellerBots.openBot(ownerIn(context), telegramBotId, 'receipts')).role;
  }

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
      await reviews.rememberCopy(scope, teamIn(context, scope), { paymentId, copy });
    }
    return scope;
  }

  onPress(desk, APPROVE, async (context, paymentId) => {
    const scope = await scopeOfPressed(context, paymentId);
    // Where it may be rejected, too, whoever pressed saw no decision: they undo none that was made in this moment.
    const isAsked = offers(context, REJECT.data(paymentId));
    const actor = teamIn(context, scope);
    await confirm(context, await reviews.approvePayment(scope, actor, paymentId, { isAsked }));
  });

  onPress(desk, REJECT, async (context, paymentId) => {
    const scope = await scopeOfPressed(context, paymentId);
    await reviews.requireDecidable(scope, teamIn(context, scope), paymentId);
    const viewer = viewerOf(context, deps);
    if (await showUnderReceipt(context, reasonsUnderReceipt(viewer, paymentId))) return;
    await send(context, rejectReasonsScreen(viewer, paymentId));
  });

  onPress(desk, UNDECIDED, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    // It may have been decided in the moment in which the reasons came.
    const payment = await reviews.getPayment(scope, teamIn(context, scope), paymentId);
    const viewer = viewerOf(context, deps);
    const role = await roleIn(context, scope);
    await showUnderReceipt(context, ownButtons(viewer, scope, payment, role));
    const present = await reviews.getPayment(scope, teamIn(context, scope), paymentId);
    if (present.status !== payment.status)
      await showUnderReceipt(context, ownButtons(viewer, scope, present, role));
  });

  onPress(desk, REJECT_IN_WORDS, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    const payment = await reviews.requireDecidable(scope, teamIn(context, scope), paymentId);
    await ask(context, openQuestions, {
      question: 'rejectReason',
      paymentId,
    });
    const viewer = viewerOf(context, deps);
    const role = await roleIn(context, scope);
    await showUnderReceipt(context, ownButtons(viewer, scope, payment, role));
    await show(context, askRejectWordsScreen(viewer, paymentId));
  });

  onPress(desk, REJECT_FOR, async (context, paymentId, reason) => {
    const scope = await scopeOf(context, paymentId);
    await confirm(context, await reviews.rejectPayment(scope, teamIn(context, scope), { paymentId, reason }));
  });

  onPress(desk, REVERT, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    const found = await takeBacks.find(scope, teamIn(context, scope), paymentId);
    const viewer = viewerOf(context, deps);
    await send(
      context,
      found.way === 'here' ? askRevertScreen(viewer, paymentId) : askTakeBackScreen(viewer, found),
    );
  });

  onPress(desk, REVERT_YES, async (context, paymentId) => {
    const scope = await scopeOf(context, paymentId);
    const taken = await takeBacks.confirm(scope, teamIn(context, scope), paymentId);
    if (taken.way === 'here') return confirm(context, taken.payment);
    await show(context, takenBackScreen(viewerOf(context, deps), taken));
  });

  return {
    composer: desk,
    async answerRejectReason(context, { paymentId }) {
      const scope = await scopeOf(context, paymentId);
      const close = () => closeQuestion(context, openQuestions);
      try {
        await orAskAgain(context, HOME.data(), async () => {
          const words = context.message.text ?? '';
          await reviews.rejectPaymentInWords(scope, teamIn(context, scope), { paymentId, words });
          await close();
          await send(context, reasonSentScreen(viewerOf(context, deps)));
        });
      } catch (error) {
        // Nothing is left to give a reason for, and nothing more to ask.
        if (error instanceof AppError) await close();
        throw error;
      }
    },
  };
}
