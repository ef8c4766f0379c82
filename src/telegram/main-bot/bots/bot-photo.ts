import { AppError } from '../../../kernel/errors.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, typedValueOf } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import { BOT_MORE, BOT_PHOTO } from '../../common/routes.ts';
import { inFront, send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askPhotoScreen } from '../../views/owner/bot-settings.ts';
import type { BotPage } from '../bot-page.ts';

/** What people see beside a bot's name: the next picture, or none. */
export function botPhoto(
  deps: BotDeps,
  { more }: Pick<BotPage, 'more'>,
): { composer: Composer<MainContext>; answers: AnswerHandlers<MainContext> } {
  const { openQuestions, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, BOT_PHOTO, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    await sellerBots.requireMaySetPhoto(scope, ownerIn(context));
    await ask(context, openQuestions, { question: 'botPhoto', telegramBotId: String(telegramBotId) });
    await show(context, askPhotoScreen(viewerOf(context, deps), bot));
  });

  return {
    composer,
    answers: {
      async botPhoto(context, { telegramBotId }) {
        const id = BigInt(telegramBotId);
        const { scope } = await sellerBots.openBot(ownerIn(context), id);
        await orAskAgain(context, BOT_MORE.data(id), async () => {
          // Telegram keeps pictures as JPEG, in several sizes: the last one is the largest.
          const picture = context.message.photo?.at(-1)?.file_id;
          const isNone = typedValueOf(context).trim() === '-';
          if (picture === undefined && !isNone) throw new AppError('botPhoto.noPicture');
          await sellerBots.setPhoto(scope, ownerIn(context), picture ?? null);
          await closeQuestion(context, openQuestions);
          const said = context.t(isNone ? 'botPhoto.gone' : 'botPhoto.set', { bot: scope.botUsername });
          await send(context, inFront([said], await more(context, id)));
        });
      },
    },
  };
}
