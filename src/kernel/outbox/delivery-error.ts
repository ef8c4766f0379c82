/**
 * Why a call to Telegram did not come out, in the product's words.
 *
 * - `not-sent`: refused (429, 5xx) or never left; nothing happened, try again
 * - `unknown`: the connection died after it was sent; it may have happened
 * - `blocked`: the person closed the bot, never opened it, or no longer exists
 * - `chat-gone`: the bot is not in the chat, or the chat is no more
 * - `no-rights`: the bot is there without the right it needs
 * - `token-dead`: the token was revoked
 * - `unclear`: an error that Telegram is known to give for no reason, or that may pass: no outcome, ask again
 * - `voice-unwanted`: this person lets nobody send them voice or video messages
 * - `not-copyable`: a kind of message that Telegram passes on for nobody
 * - `file-out-of-reach`: a file that is too large for bots to fetch, or lies where we cannot read it
 * - `refused`: nobody here knows what Telegram means
 */
export type DeliveryFailure =
  | 'not-sent'
  | 'unknown'
  | 'blocked'
  | 'chat-gone'
  | 'no-rights'
  | 'token-dead'
  | 'unclear'
  | 'voice-unwanted'
  | 'not-copyable'
  | 'file-out-of-reach'
  | 'refused';

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: DeliveryFailure;
  /** What Telegram asked for with a 429. */
  readonly retryAfterMs: number | undefined;
  /** Telegram's own words, where they hold nothing that was sent. */
  readonly saying: string | undefined;

  constructor(
    failure: DeliveryFailure,
    options?: { cause?: unknown; retryAfterMs?: number | undefined; saying?: string | undefined },
  ) {
    super(`Telegram: ${failure}`, options);
    this.failure = failure;
    this.retryAfterMs = options?.retryAfterMs;
    this.saying = options?.saying;
  }
}

export function isDeliveryFailure<F extends DeliveryFailure>(
  error: unknown,
  ...failures: F[]
): error is DeliveryError & { readonly failure: F } {
  return error instanceof DeliveryError && failures.some((failure) => failure === error.failure);
}
