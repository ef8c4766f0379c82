import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, pressedBy } from '../common/context.ts';
import { ask } from '../common/questions.ts';
import { readReceipt } from '../common/receipt.ts';
import { TARIFF, TARIFF_FOR } from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { type AnswerHandlers, closeAnswered } from '../middleware/open-questions.ts';
import {
  tariffHintScreen,
  tariffOfferScreen,
  tariffScreen,
  tariffTakenScreen,
} from '../views/owner/tariff.ts';

/** What the owner pays Getolog. */
export function tariff(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { openQuestions, tariffs } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, TARIFF, async (context) => {
    const page = await tariffs.openPage(ownerIn(context));
    await show(context, tariffScreen(viewerOf(context, deps), page));
  });

  onPress(composer, TARIFF_FOR, async (context, months) => {
    const offer = await tariffs.offer(ownerIn(context), months);
    await ask(context, openQuestions, {
      question: 'tariffReceipt',
      months: offer.months,
      amount: String(offer.amount),
    });
    await show(context, tariffOfferScreen(viewerOf(context, deps), offer));
  });

  const answers: AnswerHandlers<MainContext> = {
    async tariffReceipt(context, { months, amount }) {
      const receipt = readReceipt(context.message);
      const viewer = viewerOf(context, deps);
      if (typeof receipt === 'string') return send(context, tariffHintScreen(viewer, receipt, TARIFF.data()));
      await tariffs.submitReceipt(pressedBy(ownerIn(context)), { months, amount: BigInt(amount), receipt });
      await closeAnswered(context, openQuestions, 'receipt');
      await send(context, tariffTakenScreen(viewer));
    },
  };

  return { composer, answers };
}
