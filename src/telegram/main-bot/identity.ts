import type { Middleware } from 'grammy';
import { translator } from '../../infra/i18n.ts';
import { ahead } from '../../shared/ahead.ts';
import type { BotDeps } from '../bot-deps.ts';
import { type MainContext, personOf } from '../context.ts';

/** Whoever writes to the main bot is an owner, known in their own language. */
export function createIdentity({ services }: BotDeps) {
  const middleware: Middleware<MainContext> = async (context, next) => {
    const person = personOf(context);
    if (!person) return;
    context.owner = await services.owners.visit(person, await context.recalled);
    context.t = translator(context.owner.language);
    return next();
  };
  return {
    middleware,
    readAhead(context: MainContext): void {
      const person = personOf(context);
      if (!person || context.chat?.type !== 'private') return;
      context.recalled = ahead(services.owners.recall(person.telegramUserId));
    },
  };
}
