import type { TeamActor } from '../../kernel/actor.ts';
import type { Right } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress, type Route } from '../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../common/context.ts';
import {
  BOT_CHECK,
  BOT_MORE,
  BOT_MUTE,
  BOT_PAUSE,
  BOT_REMOVE,
  BOT_REMOVE_YES,
  BOT_RESUME,
  BOT_UNMUTE,
} from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { askRemoveScreen, botRemovedScreen, healthScreen } from '../views/owner/bot-settings.ts';
import type { BotPage } from './bot-page.ts';

/** Settings, pause, resume, mute, remove: what an owner does with a bot as a whole. */
export function botState(deps: BotDeps, { page, more }: BotPage): Composer<MainContext> {
  const { sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  function onSwitch(
    route: Route<[bigint]>,
    change: (scope: TenantScope, actor: TeamActor) => Promise<void>,
    screen: BotPage['page'],
    right?: Right,
  ): void {
    onPress(composer, route, async (context, telegramBotId) => {
      const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, right);
      await change(scope, teamIn(context, scope));
      await show(context, await screen(context, telegramBotId));
    });
  }

  onSwitch(BOT_PAUSE, (scope, actor) => sellerBots.pauseBot(scope, actor), page, 'shop');
  onSwitch(BOT_RESUME, (scope, actor) => sellerBots.resumeBot(scope, actor), page, 'shop');
  onSwitch(BOT_MUTE, (scope, actor) => sellerBots.muteBot(scope, actor, true), more);
  onSwitch(BOT_UNMUTE, (scope, actor) => sellerBots.muteBot(scope, actor, false), more);

  onPress(composer, BOT_MORE, async (context, telegramBotId) =>
    show(context, await more(context, telegramBotId)),
  );

  onPress(composer, BOT_CHECK, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const health = await deps.services.botHealth.checkOwnBot(scope, teamIn(context, scope));
    if (health) await show(context, healthScreen(viewerOf(context, deps), bot, health));
  });

  onPress(composer, BOT_REMOVE, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    const { members } = await sellerBots.readWork(scope, teamIn(context, scope));
    await show(context, askRemoveScreen(viewerOf(context, deps), bot, members));
  });

  onPress(composer, BOT_REMOVE_YES, async (context, telegramBotId) => {
    const { scope, bot } = await sellerBots.openBot(ownerIn(context), telegramBotId);
    await sellerBots.removeBot(scope, teamIn(context, scope));
    await show(context, botRemovedScreen(viewerOf(context, deps), bot));
  });

  return composer;
}
