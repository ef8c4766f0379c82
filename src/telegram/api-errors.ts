import { GrammyError, HttpError } from 'grammy';
import { DeliveryError, type DeliveryFailure } from '../modules/notifications/delivery-error.ts';

/**
 * The only reader of Telegram's error texts. Descriptions are no contract, so each is matched by the few words
 * that have stayed the same for years; what is not recognised counts as `refused` and is reported.
 */

/** Errors that come before anything was sent: the call certainly did not happen. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const PERSON_CLOSED =
  /blocked by the user|user is deactivated|can't initiate conversation|PEER_ID_INVALID|USER_IS_BLOCKED/i;
const CHAT_GONE =
  /bot was kicked|bot is not a member|chat not found|chat was deactivated|group chat was upgraded/i;
const NO_RIGHTS = /not enough rights|need administrator rights|CHAT_ADMIN_REQUIRED|have no rights/i;

/** Turns what grammY throws into the product's words; anything else passes as it is. */
export function toDeliveryError(error: unknown): unknown {
  if (error instanceof HttpError) {
    return new DeliveryError(NEVER_LEFT.has(codeOf(error.error)) ? 'not-sent' : 'unknown', { cause: error });
  }
  if (!(error instanceof GrammyError)) return error;
  const retryAfter = error.parameters.retry_after;
  return new DeliveryError(failureOf(error), {
    cause: error,
    retryAfterMs: retryAfter === undefined ? undefined : retryAfter * 1000,
  });
}

function failureOf(error: GrammyError): DeliveryFailure {
  const { error_code: code, description } = error;
  if (code === 429 || code >= 500) return 'not-sent';
  // 404 "Not Found" is the answer to a token that never was one; a server that lacks a method names it.
  if (code === 401 || (code === 404 && !/method/i.test(description))) return 'token-dead';
  if (PERSON_CLOSED.test(description)) return 'blocked';
  // A private chat that Telegram does not know is a person who never opened the bot.
  if (CHAT_GONE.test(description)) return isPrivateChat(error.payload['chat_id']) ? 'blocked' : 'chat-gone';
  if (NO_RIGHTS.test(description)) return 'no-rights';
  return 'refused';
}

function isPrivateChat(chatId: unknown): boolean {
  return (typeof chatId === 'number' || typeof chatId === 'string') && Number(chatId) > 0;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : '';
}

function says(error: unknown, words: RegExp): boolean {
  return error instanceof GrammyError && error.error_code === 400 && words.test(error.description);
}

/** The message shows already what it was asked to show. */
export function isNotModified(error: unknown): boolean {
  return says(error, /message is not modified/i);
}

/** The message is gone, too old, or not ours to edit. */
export function cannotBeEdited(error: unknown): boolean {
  return says(
    error,
    /message to edit not found|message can't be edited|there is no text in the message|MESSAGE_ID_INVALID/i,
  );
}

/** A text message, whose text is edited instead. */
export function hasNoCaption(error: unknown): boolean {
  return says(error, /there is no caption in the message/i);
}

/** Deleted meanwhile, or of a kind that Telegram copies for nobody. */
export function cannotBeCopied(error: unknown): boolean {
  const said = error instanceof DeliveryError ? error.cause : error;
  return says(said, /message to (?:copy|forward) not found|message can't be (?:copied|forwarded)/i);
}

export function cannotBeDeleted(error: unknown): boolean {
  return says(error, /message to delete not found|message can't be deleted/i);
}

/** The press is older than Telegram keeps open, or was answered before. */
export function isQueryTooOld(error: unknown): boolean {
  return says(error, /query is too old|query ID is invalid/i);
}

/** The bot is not in the chat, or it is no more. */
export function isChatUnreachable(error: unknown): boolean {
  return (
    error instanceof GrammyError && [400, 403].includes(error.error_code) && CHAT_GONE.test(error.description)
  );
}

/** The person has no account any more, or was never near the chat. */
export function isUnknownMember(error: unknown): boolean {
  return says(
    error,
    /user not found|member not found|PARTICIPANT_ID_INVALID|USER_ID_INVALID|invalid user_id/i,
  );
}

/** The link is revoked or gone: what a revocation wants. */
export function isLinkGone(error: unknown): boolean {
  return says(error, /INVITE_HASH_EXPIRED|INVITE_HASH_INVALID|invite link not found/i);
}

/** Whether a call that came out like this may be tried again at once, and when. Undefined: it may not. */
export function retryDelayMs(
  code: number,
  retryAfterSeconds: number | undefined,
  backoffMs: number,
): number | undefined {
  if (code === 429) return (retryAfterSeconds ?? 1) * 1000;
  return code >= 500 ? backoffMs : undefined;
}
