import type { Middleware } from 'grammy';
import { translator } from '../../infra/i18n/i18n.ts';
import { prefetch } from '../../shared/prefetch.ts';
import type { BotDeps } from '../bots/bot-deps.ts';
import { type MainContext, speakerOf } from '../common/context.ts';
import { isTapAfterLastWord } from '../common/privacy-desk.ts';

/** Whoever writes to the main bot is an owner, known in their own language. */
export function createIdentity({ services }: BotDeps) {
  const middleware: Middleware<MainContext> = async (context, next) => {
    const person = speakerOf(context);
    if (!person || !context.recalled) return;
    const known = await context.recalled;
    if (isTapAfterLastWord(context, known)) return;
    context.owner = await services.owners.visit(person, known);
    context.t = translator(context.owner.language);
    return next();
  };
  return {
    middleware,
    prefetch(context: MainContext): void {
      const person = speakerOf(context);
      if (person) context.recalled = prefetch(services.owners.recall(person.telegramUserId));
    },
  };
}
