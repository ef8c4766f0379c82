import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import { MOD_CAST_STOP, MOD_CASTS } from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { moderatorBroadcastsScreen } from '../../views/growth/moderator-broadcasts.ts';

/** What owners send to many, and the way to end it. */
export function broadcasts(deps: BotDeps): Composer<MainContext> {
  const desk = deps.services.broadcastDesk;
  const composer = new Composer<MainContext>();

  async function showList(context: MainContext, before: string): Promise<void> {
    const page = await desk.list(moderatorIn(context), before);
    await show(context, moderatorBroadcastsScreen(viewerOf(context, deps), page));
  }

  onPress(composer, MOD_CASTS, showList);
  onPress(composer, MOD_CAST_STOP, async (context, id) => {
    await desk.stop(moderatorIn(context), id);
    await showList(context, '0');
  });

  return composer;
}
