import { Composer } from 'grammy';
import { translator } from '../../infra/i18n/i18n.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { setModeratorCommands } from '../bots/bot-profile.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { HOME, LANG, LANGUAGE } from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import { languageScreen } from '../views/common.ts';
import { mainMenuScreen, ownerHelpScreen } from '../views/owner-desk.ts';

/** The way in: language, then the menu. */
export function registration(deps: BotDeps): Composer<MainContext> {
  const { owners, reviews } = deps.services;
  const composer = new Composer<MainContext>();
  const menu = (context: MainContext) => mainMenuScreen(viewerOf(context, deps), isModerator(context));

  const isModerator = ({ owner }: MainContext) => deps.moderatorIds.includes(owner.telegramUserId);

  async function greetModerator(context: MainContext): Promise<void> {
    if (isModerator(context) && context.chatId !== undefined) {
      await setModeratorCommands(context.api, context.chatId, context.t);
    }
  }

  composer.command('start', async (context) => {
    // The link to the main bot is open again: receipts that waited for it come at once.
    await reviews.reopenRequests(ownerIn(context));
    const { hasChosenLanguage } = context.owner;
    await send(
      context,
      hasChosenLanguage ? menu(context) : languageScreen(context.from?.language_code, null),
    );
    await greetModerator(context);
  });
  composer.command('menu', (context) => send(context, menu(context)));
  composer.command('language', (context) => send(context, languageScreen(context.from?.language_code, null)));
  composer.command('help', (context) => send(context, ownerHelpScreen(viewerOf(context, deps))));

  onPress(composer, LANGUAGE, (context) => show(context, languageScreen(context.from?.language_code, null)));

  onPress(composer, HOME, (context) => show(context, menu(context)));

  onPress(composer, LANG, async (context, language) => {
    context.owner = await owners.chooseLanguage(context.owner, language);
    context.t = translator(language);
    await show(context, menu(context));
    await greetModerator(context);
  });

  return composer;
}
