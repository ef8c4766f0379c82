import { Composer } from 'grammy';
import { translator } from '../../infra/i18n/i18n.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { setModeratorCommands } from '../bots/bot-profile.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn } from '../common/context.ts';
import { HOME, LANG, LANGUAGE } from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import { languageScreen } from '../views/common.ts';
import { mainMenuScreen, ownerHelpScreen } from '../views/owner/menu.ts';

/** The way in: language, then the menu. */
export function registration(deps: BotDeps): Composer<MainContext> {
  const { owners, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();
  const menu = async (context: MainContext) =>
    mainMenuScreen(
      viewerOf(context, deps),
      await sellerBots.listBots(ownerIn(context), '0'),
      isModerator(context),
    );
  const languages = (context: MainContext) =>
    languageScreen(context.from?.language_code, {
      back: context.owner.hasChosenLanguage ? context.t : null,
    });

  const isModerator = ({ owner }: MainContext) => deps.moderatorIds.includes(owner.telegramUserId);

  async function greetModerator(context: MainContext): Promise<void> {
    if (isModerator(context) && context.chatId !== undefined) {
      await setModeratorCommands(context.api, context.chatId, context.t);
    }
  }

  composer.command('start', async (context) => {
    await owners.noteReturn(ownerIn(context));
    const { hasChosenLanguage } = context.owner;
    await send(context, hasChosenLanguage ? await menu(context) : languages(context));
    await greetModerator(context);
  });
  composer.command('menu', async (context) => send(context, await menu(context)));
  composer.command('language', (context) => send(context, languages(context)));
  composer.command('help', (context) => send(context, ownerHelpScreen(viewerOf(context, deps))));

  onPress(composer, LANGUAGE, (context) => show(context, languages(context)));

  onPress(composer, HOME, async (context) => show(context, await menu(context)));

  onPress(composer, LANG, async (context, language) => {
    context.owner = await owners.chooseLanguage(ownerIn(context), language);
    context.t = translator(language);
    await show(context, await menu(context));
    await greetModerator(context);
  });

  return composer;
}
