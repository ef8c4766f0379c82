import { type Api, GrammyError } from 'grammy';
import type { WebhookInfo } from 'grammy/types';
import type { WebhookSecrets } from '../../infra/crypto/webhook-secret.ts';
import { DeliveryError, isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { WebhookState } from '../../modules/seller-bots/bot-gateway.ts';
import { allowedUpdates } from '../intake/update-schema.ts';
import { toDeliveryError } from '../outgoing/api-errors.ts';

/** Sees to it that a bot's updates come to us. Errors are `DeliveryError`. */
export interface BotLauncher {
  /** Sets everything anew and resolves only when Telegram confirms it. */
  launch(telegramBotId: bigint, api: Api): Promise<void>;
  /** Sets the webhook again only where Telegram's differs, or `anew` in any case. */
  reconcile(telegramBotId: bigint, api: Api, options?: { anew: boolean }): Promise<WebhookState>;
}

export interface BotLauncherDeps {
  /** Absent: the bots are polled. */
  serverUrl: string | undefined;
  secrets: WebhookSecrets;
  mainBotId: bigint;
}

export function createBotLauncher({ serverUrl, secrets, mainBotId }: BotLauncherDeps): BotLauncher {
  const updatesOf = (telegramBotId: bigint) => allowedUpdates({ isMain: telegramBotId === mainBotId });
  const urlOf = (telegramBotId: bigint) => `${serverUrl}/webhook/${telegramBotId}`;

  async function setWebhook(telegramBotId: bigint, api: Api): Promise<void> {
    const url = urlOf(telegramBotId);
    try {
      await api.setWebhook(url, {
        secret_token: secrets.of(telegramBotId),
        allowed_updates: updatesOf(telegramBotId),
      });
    } catch (error) {
      const failure = toDeliveryError(error);
      if (!(error instanceof GrammyError) || !isDeliveryFailure(failure, 'refused')) throw error;
      // About the address, which is nobody's secret: whoever runs the platform has to read why.
      throw new DeliveryError('refused', { cause: error, saying: error.description });
    }
    const confirmed = await api.getWebhookInfo();
    // Somebody else with the same token has set theirs in between.
    if (confirmed.url !== url) throw new DeliveryError('not-sent');
  }

  /** Telegram's word for it; the secret cannot be read back, so a refusal of ours shows that it is an old one. */
  function isOurs(telegramBotId: bigint, info: WebhookInfo): boolean {
    const allowed = new Set<string>(info.allowed_updates);
    return (
      info.url === urlOf(telegramBotId) &&
      updatesOf(telegramBotId).every((kind) => allowed.has(kind)) &&
      !info.last_error_message?.includes('401')
    );
  }

  async function inOurWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toDeliveryError(error);
    }
  }

  return {
    launch: (telegramBotId, api) =>
      inOurWords(async () => {
        await (serverUrl === undefined ? api.deleteWebhook() : setWebhook(telegramBotId, api));
      }),
    reconcile: (telegramBotId, api, { anew } = { anew: false }) =>
      inOurWords(async () => {
        const info = await api.getWebhookInfo();
        const lastError = info.last_error_message ?? null;
        const waiting = info.pending_update_count;
        // A poller takes another's webhook away by itself, and says so.
        if (serverUrl === undefined || (isOurs(telegramBotId, info) && !anew))
          return { wasTaken: false, lastError, waiting };
        await setWebhook(telegramBotId, api);
        // Whoever polls a bot takes its webhook away first: one that is missing was taken, too.
        return { wasTaken: info.url !== urlOf(telegramBotId), lastError, waiting };
      }),
  };
}
