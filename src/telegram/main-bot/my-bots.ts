import type { Right } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { orAskAgain } from '../common/ask-again.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../common/context.ts';
import { ask, closeQuestion } from '../common/questions.ts';
import {
  BOT,
  BOT_CARD,
  BOT_MORE,
  BOT_TERMS,
  BOT_WELCOME,
  BOT_WELCOME_DEFAULT,
  BOTS,
} from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import type { AnswerHandlers } from '../middleware/open-questions.ts';
import {
  askCardScreen,
  askHolderScreen,
  askTermsScreen,
  askWelcomeScreen,
} from '../views/owner/bot-settings.ts';
import { botsScreen } from '../views/owner/menu.ts';
import type { BotPage } from './bot-page.ts';

/** The owner's bots: the list, one bot's page, and what is typed to set it up. */
export function myBots(
  deps: BotDeps,
  { page, more }: BotPage,
): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { openQuestions, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  const done = (context: MainContext) => closeQuestion(context, openQuestions);

  onPress(composer, BOTS, async (context, after) => {
    const list = await sellerBots.listBots(ownerIn(context), after);
    await show(context, botsScreen(viewerOf(context, deps), list));
  });

  onPress(composer, BOT, async (context, telegramBotId) => show(context, await page(context, telegramBotId)));

  onPress(composer, BOT_CARD, async (context, telegramBotId) => {
    const { bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    await ask(context, openQuestions, {
      question: 'cardNumber',
      telegramBotId: String(telegramBotId),
    });
    await show(context, askCardScreen(viewerOf(context, deps), bot));
  });

  onPress(composer, BOT_WELCOME, async (context, telegramBotId) => {
    const { bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await ask(context, openQuestions, {
      question: 'welcome',
      telegramBotId: String(telegramBotId),
    });
    await show(context, askWelcomeScreen(viewerOf(context, deps), bot));
  });

  onPress(composer, BOT_WELCOME_DEFAULT, async (context, telegramBotId) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await sellerBots.resetWelcome(scope, teamIn(context, scope));
    await show(context, await more(context, telegramBotId));
  });

  onPress(composer, BOT_TERMS, async (context, telegramBotId) => {
    const { bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    await ask(context, openQuestions, { question: 'terms', telegramBotId: String(telegramBotId) });
    await show(context, askTermsScreen(viewerOf(context, deps), bot));
  });

  /** What is typed to set a bot up; where it cannot be taken, the way out leads to the bot's settings. */
  async function takeFor(
    context: MainContext,
    telegramBotId: string,
    take: (opened: { scope: TenantScope; id: bigint }) => Promise<void>,
    right?: Right,
  ): Promise<void> {
    const id = BigInt(telegramBotId);
    const { scope } = await sellerBots.openBot(ownerIn(context), id, right);
    await orAskAgain(context, BOT_MORE.data(id), () => take({ scope, id }));
  }

  const answers: AnswerHandlers<MainContext> = {
    cardNumber: (context, { telegramBotId }) =>
      takeFor(context, telegramBotId, async ({ id }) => {
        const { digits, luhnValid } = sellerBots.readCardNumber(context.message.text ?? '');
        await ask(context, openQuestions, {
          question: 'cardHolder',
          telegramBotId,
          digits,
        });
        await send(context, askHolderScreen(viewerOf(context, deps), id, luhnValid));
      }),

    cardHolder: (context, { telegramBotId, digits }) =>
      takeFor(context, telegramBotId, async ({ scope, id }) => {
        await sellerBots.setCard(scope, teamIn(context, scope), {
          digits,
          holder: context.message.text ?? '',
        });
        await done(context);
        await send(context, await page(context, id));
      }),

    welcome: (context, { telegramBotId }) =>
      takeFor(
        context,
        telegramBotId,
        async ({ scope, id }) => {
          await sellerBots.setWelcome(scope, teamIn(context, scope), context.message.text ?? '');
          await done(context);
          await send(context, await more(context, id));
        },
        'shop',
      ),

    terms: (context, { telegramBotId }) =>
      takeFor(
        context,
        telegramBotId,
        async ({ scope, id }) => {
          await sellerBots.setTerms(scope, teamIn(context, scope), context.message.text ?? '');
          await done(context);
          await send(context, await more(context, id));
        },
        'shop',
      ),
  };

  return { composer, answers };
}
