import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { ownerIn, type SellerContext } from '../common/context.ts';
import type { Screen } from '../common/screen.ts';
import { ownerDeskScreen } from '../views/owner/seller-desk.ts';

/** What the owner finds in their own bot. @param line Getolog's, where it stands */
export type OwnerDesk = (context: SellerContext, line?: string | null) => Promise<Screen>;

export function createOwnerDesk(deps: BotDeps): OwnerDesk {
  const { reviews } = deps.services;
  return async (context, line = null) => {
    const [waiting, mainBotUsername] = await Promise.all([
      reviews.listWaiting(context.scope, ownerIn(context)),
      deps.mainBotUsername(),
    ]);
    const { botUsername } = context.scope;
    return ownerDeskScreen(viewerOf(context, deps), { waiting, mainBotUsername, botUsername }, line);
  };
}
