import { mayDo } from '../../kernel/rights.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { type SellerContext, teamIn } from '../common/context.ts';
import type { Screen } from '../common/screen.ts';
import { ownerDeskScreen } from '../views/owner/seller-desk.ts';

/** What the owner, or whoever helps with receipts, finds in the bot. @param line Getolog's, where it stands */
export type OwnerDesk = (context: SellerContext, line?: string | null) => Promise<Screen>;

export function createOwnerDesk(deps: BotDeps): OwnerDesk {
  const { reviews } = deps.services;
  return async (context, line = null) => {
    const [waiting, mainBotUsername] = await Promise.all([
      reviews.listWaiting(context.scope, teamIn(context, context.scope)),
      deps.mainBotUsername(),
    ]);
    const { botUsername } = context.scope;
    const mayBroadcast = context.isOwner || (context.helpsAs !== null && mayDo(context.helpsAs, 'shop'));
    return ownerDeskScreen(
      viewerOf(context, deps),
      { waiting, mainBotUsername, botUsername, isOwner: context.isOwner, mayBroadcast },
      line,
    );
  };
}
