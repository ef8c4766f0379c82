import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn, teamIn } from '../../common/context.ts';
import { BOT_CASTS } from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { mainBroadcastListScreen } from '../../views/growth/broadcasts.ts';

/** What was sent to many of a bot's people; it is written in that bot, to which a file belongs. */
export function broadcasts(deps: BotDeps): Composer<MainContext> {
  const { broadcasts: service, sellerBots } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, BOT_CASTS, async (context, telegramBotId, cursor) => {
    const { scope } = await sellerBots.openBot(ownerIn(context), telegramBotId, 'shop');
    const page = await service.list(scope, teamIn(context, scope), cursor);
    await show(context, mainBroadcastListScreen(viewerOf(context, deps), scope, page));
  });

  return composer;
}
