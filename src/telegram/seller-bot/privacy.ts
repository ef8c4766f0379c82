import type { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { endUserIn, pressedBy, type SellerContext } from '../common/context.ts';
import { privacyDesk } from '../common/privacy-desk.ts';
import { askForgetEndUserScreen, termsText } from '../views/privacy.ts';

/** An end user's own data at this bot. An owner is one here as soon as they act as one. */
export function privacy(deps: BotDeps): Composer<SellerContext> {
  const { privacy: service, sellerBots } = deps.services;
  return privacyDesk<SellerContext>(deps, {
    roleOf: () => 'endUser',
    terms: async ({ t, scope }) => termsText(t, await sellerBots.readTerms(scope)),
    read: async (context) => service.readEndUser(context.scope, await endUserIn(context)),
    askForget: async (context) => {
      const loss = await service.endUserLoss(context.scope, await endUserIn(context));
      return askForgetEndUserScreen(viewerOf(context, deps), loss);
    },
    forget: async (context) => service.forgetEndUser(context.scope, pressedBy(await endUserIn(context))),
  });
}
