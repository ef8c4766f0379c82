import { AppError } from '../../kernel/errors.ts';
import { type BotDeps, viewerOf } from '../bots/bot-deps.ts';
import { onPress } from '../common/callback-data.ts';
import { endUserIn, type SellerContext } from '../common/context.ts';
import { INVITE } from '../common/routes.ts';
import { show } from '../common/screen.ts';
import { Composer } from '../middleware/composer.ts';
import { inviteScreen } from '../views/growth/invite.ts';

/** An end user brings friends. */
export function invite(deps: BotDeps): Composer<SellerContext> {
  const composer = new Composer<SellerContext>();
  onPress(composer, INVITE, async (context) => {
    // What brings them buyers brings them no days of their own bot.
    if (context.isOwner) throw new AppError('inviteIsForUsers');
    const invitation = await deps.services.invitations.open(context.scope, await endUserIn(context));
    await show(context, inviteScreen(viewerOf(context, deps), invitation, context.scope.botUsername));
  });
  return composer;
}
