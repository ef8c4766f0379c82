import type { Filter, MiddlewareFn } from 'grammy';
import { suggestLanguage, translator } from '../../infra/i18n/i18n.ts';
import type { BotContext } from '../common/context.ts';
import { openPress } from '../common/press.ts';

/** A press waits this long for its outcome, which then stands in the answer; slower work goes on behind it. */
const OUTCOME_WITHIN_MS = 1_000;

/** Calls back after a while, unless it is called off. */
export type After = (ms: number, call: () => void) => () => void;

export const afterRealTime: After = (ms, call) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

/** Every press is answered: with its outcome where that is one sentence and ready in time, else with nothing. */
export function answerPress(after: After = afterRealTime): MiddlewareFn<BotContext> {
  return async (context, next) => {
    if (!context.callbackQuery) return next();
    const press = openPress(context);
    context.press = press;
    let closing: Promise<void> | undefined;
    const callOff = after(OUTCOME_WITHIN_MS, () => {
      closing = press.close();
      // Heard below, when the handler is done.
      closing.catch(() => undefined);
    });
    try {
      await next();
    } finally {
      callOff();
    }
    await (closing ?? press.close());
  };
}

/**
 * A press in a group, or under a message that no chat holds: bots speak in private chats only, so it is told in the
 * answer itself that nothing comes of it. Without one the app would wait for half a minute.
 */
export async function refusePress(context: Filter<BotContext, 'callback_query'>): Promise<void> {
  await context.press?.say(translator(suggestLanguage(context.from.language_code)).plain('errors.notFound'));
}
