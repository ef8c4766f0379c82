import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { type MainContext, ownerIn, pressedBy } from '../../common/context.ts';
import { ask } from '../../common/questions.ts';
import { readReceipt } from '../../common/receipt.ts';
import { BOT_PAY_METHOD } from '../../common/routes.ts';
import { send, show } from '../../common/screen.ts';
import { type AnswerHandlers, closeAnswered } from '../../middleware/open-questions.ts';
import { tariffHintScreen, tariffTakenScreen } from '../../views/owner/tariff.ts';
import { connectionFeeScreen } from '../../views/payments/connection-fee.ts';

/** What the owner pays Getolog for a provider at one of their bots. */
export function connectionFee(deps: BotDeps): {
  /** Names the fee; the next picture is the receipt. */
  offer: (context: MainContext, accountId: number) => Promise<void>;
  answers: AnswerHandlers<MainContext>;
} {
  const { connectionFees, openQuestions } = deps.services;

  async function offer(context: MainContext, accountId: number): Promise<void> {
    const fee = await connectionFees.offer(ownerIn(context), accountId);
    const { provider } = fee;
    const [telegramBotId, amount] = [String(fee.telegramBotId), String(fee.amount)];
    const question = { question: 'connectionReceipt', accountId, telegramBotId, provider, amount } as const;
    await ask(context, openQuestions, question);
    await show(context, connectionFeeScreen(viewerOf(context, deps), fee));
  }

  const answers: AnswerHandlers<MainContext> = {
    async connectionReceipt(context, { accountId, telegramBotId, provider, amount }) {
      const receipt = readReceipt(context.message);
      const viewer = viewerOf(context, deps);
      if (typeof receipt === 'string') {
        const back = BOT_PAY_METHOD.data(BigInt(telegramBotId), provider);
        return send(context, tariffHintScreen(viewer, receipt, back));
      }
      const paid = { accountId, amount: BigInt(amount), receipt };
      await connectionFees.submitReceipt(pressedBy(ownerIn(context)), paid);
      await closeAnswered(context, openQuestions, 'receipt');
      await send(context, tariffTakenScreen(viewer));
    },
  };

  return { offer, answers };
}
