import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { endUserIn, type SellerContext } from '../common/context.ts';
import { send, tell } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { hintScreen } from '../views/buyer/storefront.ts';
import { oldButtonScreen } from '../views/errors.ts';
import { sellerDeskHintScreen } from '../views/owner/seller-desk.ts';

/** Whatever nothing else understood: a hint, never silence. */
export function unhandled(deps: BotDeps): Composer<SellerContext> {
  const composer = new Composer<SellerContext>();

  composer.on('callback_query', (context) => tell(context, oldButtonScreen(context.t)));

  composer.on('message', async (context) => {
    const receipt = await deps.services.checkout.lookAtReceipt(context.scope, await endUserIn(context));
    const viewer = viewerOf(context, deps);
    if (receipt === 'awaited') return send(context, hintScreen(viewer, 'hint.receiptNotImage'));
    if (receipt === 'underReview') return send(context, hintScreen(viewer, 'hint.underReview'));
    return send(context, context.isOwner ? sellerDeskHintScreen(viewer) : hintScreen(viewer, 'hint.general'));
  });

  return composer;
}
