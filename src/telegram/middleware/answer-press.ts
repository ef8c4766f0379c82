import type { Middleware } from 'grammy';
import { together } from '../../shared/together.ts';
import { isQueryTooOld } from '../api-errors.ts';
import type { BotContext } from '../context.ts';

/** A press is answered at once, before slow work: the answer is on its way while the handler runs. */
export const answerPress: Middleware<BotContext> = async (context, next) => {
  if (!context.callbackQuery) return next();
  const answering = context.answerCallbackQuery().catch((error: unknown) => {
    if (!isQueryTooOld(error)) throw error;
  });
  await together(next(), answering);
};
