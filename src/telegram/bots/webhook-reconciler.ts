import type { Logger } from 'pino';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { pause } from '../../shared/async/pause.ts';
import type { BotLauncher } from './bot-launcher.ts';
import type { Bots } from './bots.ts';

/** Webhooks are looked at this far apart at start: far below what Telegram accepts of one address. */
const BETWEEN_BOTS_MS = 50;
const BETWEEN_TRIES_MS = 5_000;

/** Looks at the webhooks of many bots, one after the other. */
export interface WebhookReconciler {
  /** Once, and sets again what differs; what could not be looked at is left to each bot's own check. */
  reconcile(ids: readonly bigint[]): Promise<void>;
  /** Sets each anew, until each bot is reached: an old key can go only when no webhook has its secret any more. */
  setAnew(ids: readonly bigint[]): Promise<void>;
}

export function createWebhookReconciler(deps: {
  launcher: BotLauncher;
  apiOf: Bots['apiOf'];
  logger: Logger;
  /** Ends it early when everything ends. */
  stopping: AbortSignal;
}): WebhookReconciler {
  const { launcher, apiOf, logger, stopping } = deps;

  /** @returns those that could not be reached now; a dead token has its own check */
  async function reconcileEach(ids: readonly bigint[], anew: boolean): Promise<bigint[]> {
    const missed: bigint[] = [];
    for (const telegramBotId of ids) {
      if (stopping.aborted) return missed;
      try {
        await launcher.reconcile(telegramBotId, await apiOf(telegramBotId), { anew });
      } catch (error) {
        if (!isDeliveryFailure(error, 'token-dead')) missed.push(telegramBotId);
        logger.warn({ err: error, bot: String(telegramBotId) }, 'a webhook could not be looked at');
      }
      await pause(BETWEEN_BOTS_MS, stopping);
    }
    return missed;
  }

  return {
    async reconcile(ids) {
      await reconcileEach(ids, false);
    },
    async setAnew(ids) {
      let missed = await reconcileEach(ids, true);
      while (missed.length > 0 && !stopping.aborted) {
        await pause(BETWEEN_TRIES_MS, stopping);
        missed = await reconcileEach(missed, true);
      }
    },
  };
}
