import type { Middleware } from 'grammy';
import { translator } from '../../infra/i18n/i18n.ts';
import { prefetch } from '../../shared/prefetch.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import { type SellerContext, speakerOf } from '../common/context.ts';
import { isTapAfterLastWord } from '../common/privacy-desk.ts';
import { asksForWindow } from './start.ts';

/** Who speaks: the owner in the owner's language, anybody else as an end user of this bot. */
export function createIdentity({ services: { owners, endUsers, storefront } }: BotDeps) {
  const middleware: Middleware<SellerContext> = async (context, next) => {
    const person = speakerOf(context);
    if (!person) return;
    const { scope, recalled, recalledOwner } = context;
    if (recalledOwner) {
      const { language } = await recalledOwner;
      context.t = translator(language);
      context.endUser = async () =>
        endUsers.visit(scope, person, await endUsers.recall(scope, person.telegramUserId), language);
    } else if (recalled) {
      const known = await recalled;
      if (isTapAfterLastWord(context, known)) return;
      const endUser = await endUsers.visit(scope, person, known);
      context.hasOpenQuestion = known?.hasOpenQuestion ?? false;
      context.t = translator(endUser.language);
      context.endUser = () => Promise.resolve(endUser);
    }
    return next();
  };
  return {
    middleware,
    prefetch(context: SellerContext): void {
      const person = speakerOf(context);
      if (!person) return;
      const { scope } = context;
      context.isOwner = person.telegramUserId === scope.ownerTelegramUserId;
      if (context.isOwner) {
        context.recalledOwner = prefetch(owners.getById(scope.ownerId));
      } else if (asksForWindow(context)) {
        const entering = storefront.enter(scope, person.telegramUserId);
        context.recalled = prefetch(entering.then((entered) => entered?.known ?? null));
        context.window = prefetch(entering.then((entered) => entered?.window ?? null));
      } else {
        context.recalled = prefetch(endUsers.recall(scope, person.telegramUserId));
      }
    },
  };
}
