import type { Api } from 'grammy';
import type { Logger } from 'pino';
import { translator } from '../../infra/i18n/i18n.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { AlertGateway } from '../../modules/monitoring/alert-gateway.ts';
import { messageOptions, type Screen } from '../common/screen.ts';
import { alertScreen } from '../views/alerts.ts';
import { dailyReportScreen } from '../views/daily-report.ts';
import { toDeliveryError } from './api-errors.ts';
import { type Throttle, throttled } from './throttle.ts';

export interface AlertGatewayDeps {
  throttle: Throttle;
  mainBot: () => Promise<Api>;
  /** Null: the main bot speaks. */
  monitoringBot: Api | null;
  timeZone: string;
}

/** Telegram as monitoring sees it. */
export function createAlertGateway(deps: AlertGatewayDeps): AlertGateway {
  const { throttle, mainBot, monitoringBot, timeZone } = deps;

  /** @param screenOf what to show, by whether it is the main bot that speaks */
  async function say(
    telegramUserId: bigint,
    screenOf: (isMainBot: boolean) => Screen,
    quiet: boolean,
  ): Promise<void> {
    const sendBy = (api: Api, screen: Screen) =>
      // Rare, and not to wait behind notices: the chat's own budget is not asked.
      throttled(throttle, { api }, () =>
        api.sendMessage(String(telegramUserId), screen.text, {
          ...messageOptions(screen),
          disable_notification: quiet,
        }),
      );
    if (monitoringBot) {
      try {
        await sendBy(monitoringBot, screenOf(false));
        return;
      } catch (error) {
        if (!isDeliveryFailure(error, 'blocked', 'chat-gone', 'token-dead')) throw error;
      }
    }
    await sendBy(await mainBot(), screenOf(true));
  }

  return {
    async probe() {
      const api = await mainBot();
      try {
        await api.getMe();
        return { isMainBotRefused: false };
      } catch (error) {
        const failure = toDeliveryError(error);
        if (isDeliveryFailure(failure, 'token-dead')) return { isMainBotRefused: true };
        // Whatever else Telegram says, it is there.
        if (!isDeliveryFailure(failure, 'blocked', 'refused')) throw failure;
        return { isMainBotRefused: false };
      }
    },
    tell: ({ telegramUserId, language }, words, quiet) =>
      say(telegramUserId, () => alertScreen(translator(language), words), quiet),
    report: ({ telegramUserId, language }, report) => {
      const viewer = { t: translator(language), timeZone };
      return say(telegramUserId, (hasDesk) => dailyReportScreen(viewer, report, hasDesk), true);
    },
  };
}

/** Alerts that nobody gets are worse than none: said while there is no trouble yet. */
export async function checkMonitoringBot(monitoringBot: Api, logger: Logger): Promise<void> {
  try {
    await monitoringBot.getMe();
  } catch (error) {
    if (isDeliveryFailure(toDeliveryError(error), 'token-dead')) {
      logger.error('Telegram does not know MONITORING_BOT_TOKEN: alerts go out through the main bot');
    } else logger.warn({ err: error }, 'the monitoring bot could not be looked at');
  }
}
