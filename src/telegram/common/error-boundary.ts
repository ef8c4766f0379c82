import type { BotError, ErrorHandler } from 'grammy';
import type { Update } from 'grammy/types';
import type { Logger } from 'pino';
import { isUnavailable } from '../../infra/unavailable.ts';
import { AppError } from '../../kernel/errors.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { ErrorCode } from '../../shared/locale-keys.ts';
import { toDeliveryError } from '../outgoing/api-errors.ts';
import { apologyScreen, appErrorScreen } from '../views/errors.ts';
import type { BotContext } from './context.ts';
import { tell } from './screen.ts';

/** Updates whose handler had a fault of ours: their handling ends like any other, with an apology. */
const failedUpdates = new WeakSet<Update>();

export function hasFailed(update: Update): boolean {
  return failedUpdates.has(update);
}

/** Whoever decides about money has to know that nothing came of it, and why: it would be missed in three seconds. */
const MUST_BE_READ: ReadonlySet<ErrorCode> = new Set([
  'endUserBanned',
  'endUserForgotten',
  'chatNotConnected',
  'trial.usedMeanwhile',
  'plan.overMeanwhile',
]);

export interface BoundaryDeps {
  logger: Logger;
  report: (error: unknown, tags: Record<string, string>) => void;
}

/**
 * The one place where a handler's fault ends. What the person did wrong is explained to them; who blocked the bot is noted;
 * Postgres or Redis being unavailable goes up, so that Telegram sends the update again; the rest is reported once, with one apology.
 */
export function createErrorBoundary({ logger, report }: BoundaryDeps): ErrorHandler<BotContext> {
  return async (boxed: BotError<BotContext>) => {
    const { error, ctx: context } = boxed;
    if (isUnavailable(error)) throw error;
    if (error instanceof AppError)
      return reply(context, () =>
        tell(context, appErrorScreen(context.t, error), MUST_BE_READ.has(error.code)),
      );
    const failure = toDeliveryError(error);
    if (isDeliveryFailure(failure, 'blocked', 'chat-gone', 'token-dead', 'not-sent', 'unknown')) {
      logger.warn({ err: failure, bot: context.me.id }, 'an answer did not reach its viewer');
      return;
    }
    failedUpdates.add(context.update);
    report(error, {
      part: 'handler',
      tenant: String(context.me.id),
      update: String(context.update.update_id),
    });
    return reply(context, () => tell(context, apologyScreen(context.t), true));
  };

  /** Bots speak in private chats only, also when something went wrong; a message that cannot be delivered ends here. */
  async function reply(context: BotContext, sendIt: () => Promise<void>): Promise<void> {
    if (context.chat?.type !== 'private') return;
    try {
      await sendIt();
    } catch (error) {
      logger.warn({ err: error, bot: context.me.id }, 'an explanation did not reach its viewer');
    }
  }
}
