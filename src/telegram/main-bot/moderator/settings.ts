import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { orAskAgain } from '../../common/ask-again.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import { ask, closeQuestion } from '../../common/questions.ts';
import { MOD_SET, MOD_SETTINGS } from '../../common/routes.ts';
import { send, show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import type { AnswerHandlers } from '../../middleware/open-questions.ts';
import { askSettingScreen, settingsScreen } from '../../views/moderator.ts';

/** Prices, card and advertisement of the platform. */
export function settings(deps: BotDeps): {
  composer: Composer<MainContext>;
  answers: AnswerHandlers<MainContext>;
} {
  const { moderation, openQuestions } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, MOD_SETTINGS, async (context) =>
    show(
      context,
      settingsScreen(viewerOf(context, deps), await moderation.readSettings(moderatorIn(context))),
    ),
  );

  onPress(composer, MOD_SET, async (context, name) => {
    await ask(context, openQuestions, {
      question: 'setting',
      name,
    });
    const values = await moderation.readSettings(moderatorIn(context));
    await show(context, askSettingScreen(viewerOf(context, deps), name, values.get(name)));
  });

  const answers: AnswerHandlers<MainContext> = {
    async setting(context, { name }) {
      await orAskAgain(context, MOD_SETTINGS.data(), async () => {
        await moderation.setSetting(moderatorIn(context), { name, typed: context.message.text ?? '' });
        await closeQuestion(context, openQuestions);
        await send(
          context,
          settingsScreen(viewerOf(context, deps), await moderation.readSettings(moderatorIn(context))),
        );
      });
    },
  };

  return { composer, answers };
}
