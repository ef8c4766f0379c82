import { translator } from '../../infra/i18n/i18n.ts';
import { AppError } from '../../kernel/errors.ts';
import { readManagerPayload } from '../../modules/team/manager-link.ts';
import type { Invitation } from '../../modules/team/team-service.ts';
import { readInvitePayload } from '../../shared/invite-code.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { setModeratorCommands } from '../bots/bot-profile.ts';
import { onPress } from '../common/callback-data.ts';
import { type MainContext, ownerIn, startPayloadIn } from '../common/context.ts';
import { HOME, LANG, LANGUAGE } from '../common/routes.ts';
import { inFront, send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { languageScreen } from '../views/common.ts';
import { mainMenuScreen, ownerHelpScreen } from '../views/owner/menu.ts';
import { invitationScreen } from '../views/owner/team.ts';

/** The way in: language, then the menu. */
export function registration(deps: BotDeps): Composer<MainContext> {
  const { owners, ownerReferrals, sellerBots, team } = deps.services;
  const composer = new Composer<MainContext>();
  const menu = async (context: MainContext) => {
    const [bots, mayInvite] = await Promise.all([
      sellerBots.listBots(ownerIn(context), '0'),
      ownerReferrals.isOffered(),
    ]);
    return mainMenuScreen(viewerOf(context, deps), bots, { isModerator: isModerator(context), mayInvite });
  };
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

  /** A link that invites, opened by whoever cannot be invited any more: why nothing came of it. */
  async function whyNotInvited(context: MainContext): Promise<string[]> {
    const code = readInvitePayload(startPayloadIn(context));
    const why = code === null ? null : await ownerReferrals.whyNotInvited(context.owner, code);
    return why === null ? [] : [context.t(`refer.${why}`)];
  }

  /** What somebody is asked who came by a link to help with a bot, or why it leads nowhere; null: they came by none. */
  async function openedInvitation(context: MainContext): Promise<Invitation | AppError | null> {
    const token = readManagerPayload(startPayloadIn(context));
    if (token === null) return null;
    try {
      return await team.openInvite(ownerIn(context), token);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  composer.command('start', async (context) => {
    await owners.noteReturn(ownerIn(context));
    const { hasChosenLanguage } = context.owner;
    const invitation = await openedInvitation(context);
    // Whoever has no language yet is asked when they have.
    if (invitation && !(invitation instanceof AppError) && hasChosenLanguage) {
      return send(context, invitationScreen(viewerOf(context, deps), invitation));
    }
    const [why, screen] = await Promise.all([
      whyNotInvited(context),
      hasChosenLanguage ? menu(context) : languages(context),
    ]);
    const refused =
      invitation instanceof AppError ? [context.t(`errors.${invitation.code}`, invitation.params)] : [];
    await send(context, inFront([...refused, ...why], screen));
    await greetModerator(context);
  });
  composer.command('menu', async (context) => send(context, await menu(context)));
  composer.command('language', (context) => send(context, languages(context)));
  composer.command('help', (context) => send(context, ownerHelpScreen(viewerOf(context, deps))));

  onPress(composer, LANGUAGE, (context) => show(context, languages(context)));

  onPress(composer, HOME, async (context) => show(context, await menu(context)));

  onPress(composer, LANG, async (context, language) => {
    const isNewcomer = !context.owner.hasChosenLanguage;
    context.owner = await owners.chooseLanguage(ownerIn(context), language);
    context.t = translator(language);
    const invitation = isNewcomer ? await team.findOpened(ownerIn(context)) : null;
    await show(
      context,
      invitation ? invitationScreen(viewerOf(context, deps), invitation) : await menu(context),
    );
    await greetModerator(context);
  });

  return composer;
}
