import { managerLink } from '../../../modules/team/manager-link.ts';
import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn } from '../../common/context.ts';
import {
  BOT_TEAM,
  BOT_TEAM_INVITE,
  JOIN,
  MANAGER,
  MANAGER_LEAVE,
  MANAGER_NO,
  MANAGER_OK,
  MANAGER_REMOVE,
  MANAGER_REMOVE_YES,
  MANAGER_ROLE,
} from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import {
  askedScreen,
  askRemoveManagerScreen,
  invitedScreen,
  leftScreen,
  managerScreen,
} from '../../views/owner/team.ts';
import type { BotPage } from '../bot-page.ts';

/** Who helps with a bot: its owner invites and decides; whoever opened a link asks; whoever helps may leave. */
export function team(deps: BotDeps, { team: teamPage }: Pick<BotPage, 'team'>): Composer<MainContext> {
  const { sellerBots, team: service } = deps.services;
  const composer = new Composer<MainContext>();

  const showTeam = async (context: MainContext, telegramBotId: bigint) =>
    show(context, await teamPage(context, telegramBotId));

  const scopeOf = (context: MainContext, id: number) => sellerBots.scopeOfManager(ownerIn(context), id);

  onPress(composer, BOT_TEAM, showTeam);

  onPress(composer, BOT_TEAM_INVITE, async (context, telegramBotId, role) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const token = await service.invite(scope, ownerIn(context), role);
    if (token === null) return showTeam(context, telegramBotId);
    const link = managerLink(await deps.mainBotUsername(), token);
    await show(context, invitedScreen(viewerOf(context, deps), bot, role, link));
  });

  onPress(composer, JOIN, async (context, inviteId) => {
    const { botUsername } = await service.join(ownerIn(context), inviteId, context.owner);
    await show(context, askedScreen(viewerOf(context, deps), botUsername));
  });

  onPress(composer, MANAGER, async (context, id) => {
    const scope = await scopeOf(context, id);
    const manager = await service.open(scope, ownerIn(context), id);
    await show(context, managerScreen(viewerOf(context, deps), scope.telegramBotId, manager));
  });

  onPress(composer, MANAGER_OK, async (context, id) => {
    const scope = await scopeOf(context, id);
    const manager = await service.accept(scope, ownerIn(context), id);
    await show(context, managerScreen(viewerOf(context, deps), scope.telegramBotId, manager));
  });

  onPress(composer, MANAGER_NO, async (context, id) => {
    const scope = await scopeOf(context, id);
    await service.refuse(scope, ownerIn(context), id);
    await showTeam(context, scope.telegramBotId);
  });

  onPress(composer, MANAGER_ROLE, async (context, managerId, role) => {
    const scope = await scopeOf(context, managerId);
    const manager = await service.setRole(scope, ownerIn(context), { managerId, role });
    await show(context, managerScreen(viewerOf(context, deps), scope.telegramBotId, manager));
  });

  onPress(composer, MANAGER_REMOVE, async (context, id) => {
    const scope = await scopeOf(context, id);
    const manager = await service.open(scope, ownerIn(context), id);
    await show(context, askRemoveManagerScreen(viewerOf(context, deps), scope.botUsername, manager));
  });

  onPress(composer, MANAGER_REMOVE_YES, async (context, id) => {
    const scope = await scopeOf(context, id);
    await service.remove(scope, ownerIn(context), id);
    await showTeam(context, scope.telegramBotId);
  });

  onPress(composer, MANAGER_LEAVE, async (context, id) => {
    const { botUsername } = await service.leave(ownerIn(context), id);
    await show(context, leftScreen(viewerOf(context, deps), botUsername));
  });

  return composer;
}
