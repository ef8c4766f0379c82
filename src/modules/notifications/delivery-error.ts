/**
 * Why a call to Telegram did not come out, in the product's words.
 *
 * - `not-sent`: refused (429, 5xx) or never left; nothing happened, try again
 * - `unknown`: the connection died after it was sent; it may have happened
 * - `blocked`: the person closed the bot, never opened it, or no longer exists
 * - `chat-gone`: the bot is not in the chat, or the chat is no more
 * - `no-rights`: the bot is there without the right it needs
 * - `token-dead`: the token was revoked
 * - `refused`: Telegram says the call itself is wrong; repeating it changes nothing
 */
export type DeliveryFailure =
  | 'not-sent'
  | 'unknown'
  | 'blocked'
  | 'chat-gone'
  | 'no-rights'
  | 'token-dead'
  | 'refused';

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: DeliveryFailure;
  /** What Telegram asked for with a 429. */
  readonly retryAfterMs: number | undefined;

  constructor(failure: DeliveryFailure, options?: { cause?: unknown; retryAfterMs?: number | undefined }) {
    super(`Telegram: ${failure}`, options);
    this.failure = failure;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

export function isDeliveryFailure(error: unknown, ...failures: DeliveryFailure[]): boolean {
  return error instanceof DeliveryError && failures.includes(error.failure);
}
