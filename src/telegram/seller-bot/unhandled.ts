import { Composer } from 'grammy';
import { type BotDeps, readerOf } from '../bot-deps.ts';
import type { SellerContext } from '../context.ts';
import { send } from '../screen.ts';
import { oldButtonScreen } from '../views/errors.ts';
import { hintScreen } from '../views/storefront.ts';

/** Whatever nothing else understood: a hint, never silence. */
export function unhandled(deps: BotDeps): Composer<SellerContext> {
  const composer = new Composer<SellerContext>();

  composer.on('callback_query', (context) => send(context, oldButtonScreen(context.t)));

  composer.on('message', async (context) => {
    const isAwaited = await deps.services.checkout.isReceiptAwaited(context.scope, await context.endUser());
    await send(
      context,
      hintScreen(readerOf(context, deps), isAwaited ? 'hint.receiptNotImage' : 'hint.general'),
    );
  });

  return composer;
}
