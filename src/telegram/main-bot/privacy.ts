import type { Composer } from 'grammy';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { actOf, type MainContext } from '../common/context.ts';
import { privacyDesk } from '../common/privacy-desk.ts';
import { askForgetOwnerScreen } from '../views/privacy.ts';

/** An owner's own data. */
export function privacy(deps: BotDeps): Composer<MainContext> {
  const { privacy: service } = deps.services;
  return privacyDesk<MainContext>(deps, {
    roleOf: () => 'owner',
    read: ({ owner }) => service.readOwner(owner),
    askForget: async (context) =>
      askForgetOwnerScreen(viewerOf(context, deps), await service.ownerLoss(context.owner)),
    forget: (context) => service.forgetOwner(context.owner, actOf(context)),
  });
}
