import type { ChangeFeed } from '../../kernel/change-feed.ts';
import type { ConfirmationState } from './confirmation.ts';

/** What somebody who waited for a press in Telegram is told. */
interface DecidedConfirmation {
  telegramUserId: bigint;
  id: number;
  state: ConfirmationState;
}

/** What open pages of the panel hear of. */
export interface PanelFeed extends ChangeFeed {
  decided(confirmation: DecidedConfirmation): void;
  /** Sessions of theirs are over. */
  signedOut(telegramUserId: bigint): void;
}
