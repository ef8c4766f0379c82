import type { Middleware } from 'grammy';
import { translator } from '../../infra/i18n.ts';
import { ahead } from '../../shared/ahead.ts';
import type { BotDeps } from '../bot-deps.ts';
import { personOf, type SellerContext } from '../context.ts';
import { asksForWindow } from './start.ts';

/** Who speaks: the owner in the owner's language, anybody else as an end user of this bot. */
export function createIdentity({ services: { owners, endUsers, storefront } }: BotDeps) {
  const middleware: Middleware<SellerContext> = async (context, next) => {
    const person = personOf(context);
    if (!person) return;
    const { scope } = context;
    if (context.isOwner) {
      const { language } = await context.owner;
      context.t = translator(language);
      context.endUser = async () =>
        endUsers.visit(scope, person, await endUsers.recall(scope, person.telegramUserId), language);
    } else {
      const known = await context.recalled;
      const endUser = await endUsers.visit(scope, person, known);
      context.hasOpenQuestion = known?.hasOpenQuestion ?? false;
      context.t = translator(endUser.language);
      context.endUser = () => Promise.resolve(endUser);
    }
    return next();
  };
  return {
    middleware,
    readAhead(context: SellerContext): void {
      const person = personOf(context);
      if (!person || context.chat?.type !== 'private') return;
      const { scope } = context;
      context.isOwner = person.telegramUserId === scope.ownerTelegramUserId;
      if (context.isOwner) {
        context.owner = ahead(owners.getById(scope.ownerId));
      } else if (asksForWindow(context)) {
        const entering = storefront.enter(scope, person.telegramUserId);
        context.recalled = ahead(entering.then((entered) => entered?.known ?? null));
        context.window = ahead(entering.then((entered) => entered?.window ?? null));
      } else {
        context.recalled = ahead(endUsers.recall(scope, person.telegramUserId));
      }
    },
  };
}
