import type { Middleware } from 'grammy';
import { translator } from '../../infra/i18n.ts';
import type { BotDeps } from '../bot-deps.ts';
import { personOf, type SellerContext } from '../context.ts';

/** Who speaks: the owner in the owner's language, anybody else as an end user of this bot. */
export function identify({ services }: BotDeps): Middleware<SellerContext> {
  return async (context, next) => {
    const person = personOf(context);
    if (!person) return;
    const { scope } = context;
    context.isOwner = person.telegramUserId === scope.ownerTelegramUserId;
    if (context.isOwner) {
      const { language } = await services.owners.getById(scope.ownerId);
      context.t = translator(language);
      context.endUser = async () => (await services.endUsers.visit(scope, person, language)).endUser;
    } else {
      const { endUser, hasOpenQuestion } = await services.endUsers.visit(scope, person);
      context.hasOpenQuestion = hasOpenQuestion;
      context.t = translator(endUser.language);
      context.endUser = () => Promise.resolve(endUser);
    }
    return next();
  };
}
