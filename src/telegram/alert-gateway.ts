import type { Api } from 'grammy';
import { translator } from '../infra/i18n.ts';
import type { AlertGateway } from '../modules/monitoring/alert-gateway.ts';
import { isDeliveryFailure } from '../modules/notifications/delivery-error.ts';
import { toDeliveryError } from './api-errors.ts';
import { type Pace, paced } from './pace.ts';
import { messageOptions } from './screen.ts';
import { alertScreen } from './views/alerts.ts';

export interface AlertGatewayDeps {
  pace: Pace;
  mainBot: () => Promise<Api>;
  /** Null: the main bot speaks. */
  monitoringBot: Api | null;
}

/** Telegram as monitoring sees it. */
export function createAlertGateway({ pace, mainBot, monitoringBot }: AlertGatewayDeps): AlertGateway {
  return {
    async probe() {
      const api = await mainBot();
      try {
        await api.getMe();
      } catch (error) {
        const failure = toDeliveryError(error);
        // Whatever else Telegram says, it is there.
        if (!isDeliveryFailure(failure, 'blocked', 'token-dead', 'refused')) throw failure;
      }
    },
    async tell({ telegramUserId, language }, words, quiet) {
      const screen = alertScreen(translator(language), words);
      const sendBy = (api: Api) =>
        // Rare, and not to wait behind notices: the chat's own budget is not asked.
        paced(pace, { api }, () =>
          api.sendMessage(String(telegramUserId), screen.text, {
            ...messageOptions(screen),
            disable_notification: quiet,
          }),
        );
      if (monitoringBot) {
        try {
          await sendBy(monitoringBot);
          return;
        } catch (error) {
          if (!isDeliveryFailure(error, 'blocked', 'chat-gone', 'token-dead')) throw error;
        }
      }
      await sendBy(await mainBot());
    },
  };
}
