import { type BotDeps, viewerOf } from '../../bots/bot-deps.ts';
import { onPress } from '../../common/callback-data.ts';
import { type MainContext, moderatorIn } from '../../common/context.ts';
import { MOD_PAYMENTS } from '../../common/routes.ts';
import { show } from '../../common/screen.ts';
import { Composer } from '../../middleware/composer.ts';
import { paymentsScreen } from '../../views/moderator.ts';

/** Payments of every bot, by their state. */
export function payments(deps: BotDeps): Composer<MainContext> {
  const { moderation } = deps.services;
  const composer = new Composer<MainContext>();

  onPress(composer, MOD_PAYMENTS, async (context, filter, before) => {
    const page = await moderation.listPayments(moderatorIn(context), { filter, before });
    await show(context, paymentsScreen(viewerOf(context, deps), filter, page));
  });

  return composer;
}
