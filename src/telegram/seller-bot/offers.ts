import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, personIn, type SellerContext } from '../common/context.ts';
import { MAIL } from '../common/routes.ts';
import { send, show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { helpScreen } from '../views/buyer/storefront.ts';

/** Help, and whether somebody gets offers: where they turned them off, help is the way back. */
export function offers(deps: BotDeps): Composer<SellerContext> {
  const { endUsers } = deps.services;
  const composer = new Composer<SellerContext>();

  composer.command('help', async (context) => {
    const { telegramUserId } = await personIn(context);
    const getsOffers = await endUsers.getsOffers(context.scope, telegramUserId);
    return send(context, helpScreen(viewerOf(context, deps), getsOffers));
  });

  onPress(composer, MAIL, async (context, turned) => {
    const getsOffers = turned === 'on';
    await endUsers.setOffers(context.scope, await endUserIn(context), getsOffers);
    if (getsOffers) await show(context, helpScreen(viewerOf(context, deps), true));
    await context.press?.say(context.t.plain(getsOffers ? 'winback.isOn' : 'winback.isOff'));
  });

  return composer;
}
