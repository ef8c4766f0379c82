import type { Language } from '../../infra/i18n/i18n.ts';
import type { AlertWord } from './alert.ts';
import type { DailyReport } from './daily-report.ts';

export interface Moderator {
  telegramUserId: bigint;
  language: Language;
}

/** What monitoring needs of Telegram. */
export interface AlertGateway {
  /** Whether the Bot API takes the main bot's token. @throws when it does not answer */
  probe(): Promise<{ isMainBotRefused: boolean }>;
  /**
   * Tells one moderator everything at once: through the monitoring bot, or the main bot where they have blocked that one.
   * @throws DeliveryError
   */
  tell(moderator: Moderator, words: readonly AlertWord[], quiet: boolean): Promise<void>;
  /** The same way. @throws DeliveryError */
  report(moderator: Moderator, report: DailyReport): Promise<void>;
}
