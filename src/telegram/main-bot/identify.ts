import type { Middleware } from 'grammy';
import { translator } from '../../infra/i18n.ts';
import type { BotDeps } from '../bot-deps.ts';
import { type MainContext, personOf } from '../context.ts';

/** Whoever writes to the main bot is an owner, known in their own language. */
export function identify({ services }: BotDeps): Middleware<MainContext> {
  return async (context, next) => {
    const person = personOf(context);
    if (!person) return;
    context.owner = await services.owners.visit(person);
    context.t = translator(context.owner.language);
    return next();
  };
}
