import type { PanelConfirmation as ConfirmationRow } from '../../infra/prisma-client/client.ts';
import type { ErrorCode } from '../../shared/locale-keys.ts';
import type { Address, SentMessage } from '../notifications/address.ts';
import type { Done } from './confirmed-action.ts';
import type { AskedAction } from './confirmed-actions.ts';

/** `waiting` is also what is agreed to and under way. */
export type ConfirmationState = 'waiting' | 'done' | 'refused' | 'expired' | 'failed';

/** What somebody asked for in a browser, and what has become of it. */
export interface Confirmation {
  id: number;
  state: ConfirmationState;
  /** Why it failed. */
  error: ErrorCode | null;
}

/** The same with what the question says. */
export interface AskedConfirmation extends Confirmation {
  asked: AskedAction;
  /** From where; null: it does not say. */
  browser: string | null;
  /** What came of it just now; null: it did not, or there is nothing more to tell of it. */
  came: Done | null;
}

/** How the question reaches its person in the main bot, and tells its outcome there. Errors are `DeliveryError`. */
export interface ConfirmationGateway {
  askConfirmation(to: Address, question: AskedConfirmation): Promise<SentMessage>;
  showConfirmation(
    message: SentMessage,
    to: Pick<Address, 'language'>,
    outcome: AskedConfirmation,
  ): Promise<void>;
}

export function stateOf({ outcome, decidedAt, expiresAt }: ConfirmationRow, now: Date): ConfirmationState {
  if (outcome !== null) return outcome as 'done' | 'refused' | 'failed';
  return decidedAt === null && expiresAt <= now ? 'expired' : 'waiting';
}
