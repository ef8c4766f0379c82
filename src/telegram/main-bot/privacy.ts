import type { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { type MainContext, ownerIn, pressedBy } from '../common/context.ts';
import { privacyDesk } from '../common/privacy-desk.ts';
import { askForgetOwnerScreen } from '../views/privacy.ts';

/** An owner's own data. */
export function privacy(deps: BotDeps): Composer<MainContext> {
  const { privacy: service } = deps.services;
  return privacyDesk<MainContext>(deps, {
    roleOf: () => 'owner',
    terms: async ({ t }) => t('terms.owner'),
    read: (context) => service.readOwner(ownerIn(context)),
    askForget: async (context) =>
      askForgetOwnerScreen(viewerOf(context, deps), await service.ownerLoss(ownerIn(context))),
    forget: (context) => service.forgetOwner(pressedBy(ownerIn(context))),
  });
}
