import { GrammyError, HttpError } from 'grammy';
import { DeliveryError, type DeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import type { Rival } from '../../modules/seller-bots/bot-gateway.ts';
import { SECOND_MS } from '../../shared/durations.ts';
import { NeverSentError } from './http-client.ts';
import { meaningOf, type RefusalMeaning } from './refusals.ts';

/** Turns what grammY throws into the product's words; anything else passes as it is. */
export function toDeliveryError(error: unknown): unknown {
  if (error instanceof HttpError) {
    return new DeliveryError(wasNeverSent(error.error) ? 'not-sent' : 'unknown', { cause: error });
  }
  const meaning = meaningOf(error);
  if (!(error instanceof GrammyError) || meaning === undefined) return error;
  const retryAfter = error.parameters.retry_after;
  return new DeliveryError(inTheProductsWords(meaning), {
    cause: error,
    retryAfterMs: retryAfter === undefined ? undefined : retryAfter * SECOND_MS,
  });
}

/** What answers one call only is for its caller to know; whoever did not expect it was refused. */
function inTheProductsWords(meaning: RefusalMeaning): DeliveryFailure {
  switch (meaning) {
    case 'already':
    case 'not-editable':
    case 'no-caption':
    case 'not-deletable':
    case 'nothing-to-copy':
      return 'refused';
    default:
      return meaning;
  }
}

/** Whether Telegram refused, and meant one of these. */
export function means(error: unknown, ...meanings: RefusalMeaning[]): boolean {
  const said = meaningOf(error instanceof DeliveryError ? error.cause : error);
  return said !== undefined && meanings.includes(said);
}

/** Errors that come before anything was sent: the call certainly did not happen. */
const NEVER_LEFT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_.*|CERT_.*|.*_CERT|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;

/** A connection that was tried over several addresses fails with one error for each. */
function wasNeverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof NeverSentError) return true;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(wasNeverSent);
  if (Reflect.get(error, 'syscall') === 'connect') return true;
  const code: unknown = Reflect.get(error, 'code');
  return (typeof code === 'string' && NEVER_LEFT.test(code)) || wasNeverSent(error.cause);
}

/** Whether a call that came out like this may be tried again at once, and when. Undefined: it may not. */
export function retryDelayMs(
  code: number,
  retryAfterSeconds: number | undefined,
  backoffMs: number,
): number | undefined {
  if (code === 429) return (retryAfterSeconds ?? 1) * SECOND_MS;
  return code >= 500 ? backoffMs : undefined;
}

/** Who else takes the updates of a bot that is polled, by what a poll is told; null where it is told something else. */
export function rivalOf(error: unknown): Rival | null {
  if (!(error instanceof GrammyError) || error.error_code !== 409) return null;
  if (/webhook is active/i.test(error.description)) return 'webhook';
  return /other getUpdates/i.test(error.description) ? 'polling' : null;
}
