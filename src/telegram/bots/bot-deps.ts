import type { Logger } from 'pino';
import type { Services } from '../../modules/services.ts';
import type { Clock } from '../../shared/clock.ts';
import type { BotContext } from '../common/context.ts';
import type { Viewer } from '../views/common.ts';

/** What the features of both bots are made with. */
export interface BotDeps {
  services: Services;
  moderatorIds: readonly bigint[];
  clock: Clock;
  timeZone: string;
  /** The panel's pages, where they open within Telegram and from this bot. */
  panelPages?: string | undefined;
  logger: Logger;
  report: (error: unknown, tags: Record<string, string>) => void;
  /** Asked of Telegram once, and remembered. */
  mainBotUsername: () => Promise<string>;
  /** Whether the main bot may manage bots of others; false where Telegram does not say now. */
  managesBots: () => Promise<boolean>;
}

/** How the person of this update reads dates and amounts. */
export function viewerOf(
  context: BotContext,
  { timeZone, panelPages }: Pick<BotDeps, 'timeZone' | 'panelPages'>,
): Viewer {
  return { t: context.t, timeZone, panelPages };
}
