import { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import {
  type MainContext,
  ownerIn,
  telegramBotIdOf,
  telegramUserIdOf,
  typedValueOf,
} from '../common/context.ts';
import { BOT, BOT_CARD, BOT_WELCOME, BOTS } from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import type { AnswerHandlers } from '../middleware/open-questions.ts';
import { askScreen, botsScreen } from '../views/owner-desk.ts';
import type { BotPage } from './bot-page.ts';

/** The owner's bots: the list, one bot's page, and what is typed to set it up. */
export function myBots(
  deps: BotDeps,
  page: BotPage,
): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { openQuestions, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  const done = (context: MainContext) =>
    openQuestions.close(telegramBotIdOf(context), telegramUserIdOf(context));

  onPress(composer, BOTS, async (context, after) => {
    const list = await sellerBots.listBots(context.owner, after);
    await show(context, botsScreen(viewerOf(context, deps), list));
  });

  onPress(composer, BOT, async (context, telegramBotId) => show(context, await page(context, telegramBotId)));

  onPress(composer, BOT_CARD, async (context, telegramBotId) => {
    await sellerBots.openBot(context.owner, telegramBotId);
    await openQuestions.ask(
      telegramBotIdOf(context),
      telegramUserIdOf(context),
      {
        question: 'cardNumber',
        telegramBotId: String(telegramBotId),
      },
      context.update.update_id,
    );
    await show(context, askScreen(viewerOf(context, deps), 'card.askNumber', telegramBotId));
  });

  onPress(composer, BOT_WELCOME, async (context, telegramBotId) => {
    await sellerBots.openBot(context.owner, telegramBotId);
    await openQuestions.ask(
      telegramBotIdOf(context),
      telegramUserIdOf(context),
      {
        question: 'welcome',
        telegramBotId: String(telegramBotId),
      },
      context.update.update_id,
    );
    await show(context, askScreen(viewerOf(context, deps), 'welcome.ask', telegramBotId));
  });

  const answers: AnswerHandlers<MainContext> = {
    async cardNumber(context, { telegramBotId }) {
      const { digits, luhnValid } = sellerBots.readCardNumber(typedValueOf(context));
      await sellerBots.openBot(context.owner, BigInt(telegramBotId));
      await openQuestions.ask(
        telegramBotIdOf(context),
        telegramUserIdOf(context),
        {
          question: 'cardHolder',
          telegramBotId,
          digits,
        },
        context.update.update_id,
      );
      const key = luhnValid ? 'card.askHolder' : 'card.askHolderDespiteLuhn';
      await send(context, askScreen(viewerOf(context, deps), key, BigInt(telegramBotId)));
    },

    async cardHolder(context, { telegramBotId, digits }) {
      const { scope } = await sellerBots.openBot(context.owner, BigInt(telegramBotId));
      await sellerBots.setCard(scope, ownerIn(context), digits, typedValueOf(context));
      await done(context);
      await send(context, await page(context, BigInt(telegramBotId)));
    },

    async welcome(context, { telegramBotId }) {
      const { scope } = await sellerBots.openBot(context.owner, BigInt(telegramBotId));
      await sellerBots.setWelcome(scope, ownerIn(context), context.message.text ?? '');
      await done(context);
      await send(context, await page(context, BigInt(telegramBotId)));
    },
  };

  return { composer, answers };
}
