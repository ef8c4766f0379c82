import { DeliveryError, isDeliveryFailure } from '../../../kernel/outbox/delivery-error.ts';
import { SECOND_MS } from '../../../shared/durations.ts';
import type { PauseReason } from '../broadcast-status.ts';
import type { RecipientState } from '../recipients.ts';

/** What a call means for its recipient, and for everybody behind them. */
export interface CopyOutcome {
  state: Extract<RecipientState, 'sent' | 'blocked' | 'failed' | 'unknown' | 'waiting'>;
  /** For so long the bot sends nothing. */
  holdMs?: number;
  /** Nobody gets it as things stand. */
  pause?: PauseReason;
  /** A fault that nobody else hears of. */
  fault?: unknown;
}

/** Where Telegram does not say for how long, or only that one chat has had enough. */
const SHORT_HOLD_MS = SECOND_MS;

/** @param send false: the original is gone */
export async function outcomeOf(send: () => Promise<boolean>): Promise<CopyOutcome> {
  try {
    return (await send()) ? { state: 'sent' } : { state: 'waiting', pause: 'original' };
  } catch (error) {
    if (!(error instanceof DeliveryError)) return { state: 'unknown', fault: error };
    return outcomeOfFailure(error);
  }
}

function outcomeOfFailure(error: DeliveryError): CopyOutcome {
  if (isDeliveryFailure(error, 'blocked')) return { state: 'blocked' };
  if (isDeliveryFailure(error, 'unknown')) return { state: 'unknown' };
  if (isDeliveryFailure(error, 'token-dead')) return { state: 'waiting', pause: 'token' };
  if (isDeliveryFailure(error, 'not-sent')) {
    const { retryAfterMs = SHORT_HOLD_MS, cause } = error;
    // Our own budget for that one chat holds nobody else up for longer.
    return { state: 'waiting', holdMs: cause === undefined ? SHORT_HOLD_MS : retryAfterMs };
  }
  const isOurs = isDeliveryFailure(error, 'refused');
  return { state: 'failed', ...(isOurs && { fault: error }) };
}
