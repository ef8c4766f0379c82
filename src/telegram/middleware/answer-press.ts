import type { Context, Filter, Middleware } from 'grammy';
import { suggestLanguage, translator } from '../../infra/i18n.ts';
import { together } from '../../shared/together.ts';
import { isQueryTooOld } from '../api-errors.ts';
import type { BotContext } from '../context.ts';

/** A press is answered at once, before slow work: the answer is on its way while the handler runs. */
export const answerPress: Middleware<BotContext> = async (context, next) => {
  if (!context.callbackQuery) return next();
  await together(next(), answer(context));
};

/**
 * A press in a group, or under a message that no chat holds: bots speak in private chats only, so it is told in the
 * answer itself that nothing comes of it. Without one the app would wait for half a minute.
 */
export async function refusePress(context: Filter<BotContext, 'callback_query'>): Promise<void> {
  await answer(context, translator(suggestLanguage(context.from.language_code)).plain('errors.notFound'));
}

/** Answers a press; one that Telegram has stopped waiting for needs no answer any more. */
export async function answer(context: Context, text?: string): Promise<void> {
  try {
    await context.answerCallbackQuery(text);
  } catch (error) {
    if (!isQueryTooOld(error)) throw error;
  }
}
