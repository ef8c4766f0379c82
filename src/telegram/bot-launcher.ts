import type { Api } from 'grammy';
import { webhookSecret } from '../infra/webhook-secret.ts';
import { DeliveryError } from '../modules/notifications/delivery-error.ts';
import { toDeliveryError } from './api-errors.ts';
import { setCommands } from './bot-commands.ts';
import { ALLOWED_UPDATES } from './update-schema.ts';

/** Sees to it that a bot's updates come to us. Errors are `DeliveryError`. */
export interface BotLauncher {
  /** Sets everything anew and resolves only when Telegram confirms it. */
  launch(telegramBotId: bigint, api: Api): Promise<void>;
  /** Sets the webhook again only where Telegram's differs. */
  reconcile(telegramBotId: bigint, api: Api): Promise<void>;
}

export interface BotLauncherDeps {
  /** Absent: the bots are polled. */
  serverUrl: string | undefined;
  /** The first of the keys: it makes the secrets. */
  encryptionKey: string;
}

export function createBotLauncher({ serverUrl, encryptionKey }: BotLauncherDeps): BotLauncher {
  const urlOf = (telegramBotId: bigint) => `${serverUrl}/webhook/${telegramBotId}`;

  async function setWebhook(telegramBotId: bigint, api: Api): Promise<void> {
    const url = urlOf(telegramBotId);
    await api.setWebhook(url, {
      secret_token: webhookSecret(encryptionKey, telegramBotId),
      allowed_updates: ALLOWED_UPDATES,
    });
    const confirmed = await api.getWebhookInfo();
    // Somebody else with the same token has set theirs in between.
    if (confirmed.url !== url) throw new DeliveryError('not-sent');
  }

  /** Telegram's word for it; the secret cannot be read back, so a refusal of ours shows that it is an old one. */
  async function isOurs(telegramBotId: bigint, api: Api): Promise<boolean> {
    const info = await api.getWebhookInfo();
    const allowed = new Set<string>(info.allowed_updates);
    return (
      info.url === urlOf(telegramBotId) &&
      ALLOWED_UPDATES.every((kind) => allowed.has(kind)) &&
      !info.last_error_message?.includes('401')
    );
  }

  async function inOurWords(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw toDeliveryError(error);
    }
  }

  return {
    launch: (telegramBotId, api) =>
      inOurWords(() =>
        Promise.all([
          serverUrl === undefined ? api.deleteWebhook() : setWebhook(telegramBotId, api),
          setCommands(api),
        ]),
      ),
    reconcile: (telegramBotId, api) =>
      inOurWords(async () => {
        // A poller takes an old webhook away by itself.
        if (serverUrl === undefined || (await isOurs(telegramBotId, api))) return;
        await setWebhook(telegramBotId, api);
      }),
  };
}
