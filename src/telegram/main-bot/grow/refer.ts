import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, ownerIn } from '../../common/context.ts';
import { REFER } from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { referScreen } from '../../views/owner/refer.ts';

/** An owner invites other owners. */
export function refer(deps: BotDeps): Composer<MainContext> {
  const composer = new Composer<MainContext>();
  onPress(composer, REFER, async (context) => {
    const page = await deps.services.ownerReferrals.openPage(ownerIn(context));
    await show(context, referScreen(viewerOf(context, deps), page, await deps.mainBotUsername()));
  });
  return composer;
}
