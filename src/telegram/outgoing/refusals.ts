import { GrammyError } from 'grammy';
import type { DeliveryFailure } from '../../kernel/outbox/delivery-error.ts';

/**
 * What a refusal of Telegram's means: in the product's words, or for the one call that it answers.
 *
 * - `already`: what the call wanted is so, or can no more be otherwise
 * - `not-editable`: the message is gone, too old, or not ours to edit
 * - `no-caption`: a text message, whose text is edited instead
 * - `not-deletable`: too old, or not ours to delete
 * - `nothing-to-copy`: its writer deleted the message
 */
export type RefusalMeaning =
  | DeliveryFailure
  | 'already'
  | 'not-editable'
  | 'no-caption'
  | 'not-deletable'
  | 'nothing-to-copy';

type Row = readonly [says: RegExp, means: RefusalMeaning];

/** An error is no status: whoever Telegram errs about may well be inside. They are asked after again. */
const ABOUT_A_MEMBER: readonly Row[] = [
  [
    /user not found|member not found|invalid user_id|(?:PARTICIPANT|USER|PEER)_ID_INVALID|USER_NOT_PARTICIPANT|user is deactivated/i,
    'unclear',
  ],
  [/member list is inaccessible/i, 'no-rights'],
  // Made administrator since they were looked at: the next look says so.
  [/user is an administrator|can't remove chat owner|USER_ADMIN_INVALID/i, 'unclear'],
];

const EDITS: readonly Row[] = [
  [/message is not modified/i, 'already'],
  [/there is no caption in the message/i, 'no-caption'],
  [
    /message to edit not found|message can't be edited|there is no text in the message|MESSAGE_ID_INVALID/i,
    'not-editable',
  ],
];

/**
 * What each method's refusals mean, by method and then by where the call went. Descriptions are no contract, so each is
 * known by the few words that have stayed the same for years. What stands nowhere here is `refused`: nobody guesses.
 */
const BY_METHOD: Readonly<Record<string, readonly Row[]>> = {
  getChatMember: ABOUT_A_MEMBER,
  banChatMember: ABOUT_A_MEMBER,
  unbanChatMember: ABOUT_A_MEMBER,
  editMessageText: EDITS,
  editMessageCaption: EDITS,
  editMessageReplyMarkup: EDITS,
  deleteMessage: [
    [/message to delete not found/i, 'already'],
    [/message can't be deleted/i, 'not-deletable'],
  ],
  answerCallbackQuery: [[/query is too old|query ID is invalid/i, 'already']],
  revokeChatInviteLink: [
    [/INVITE_HASH_EXPIRED|INVITE_HASH_INVALID|INVITE_REVOKED|invite link not found/i, 'already'],
  ],
  copyMessage: [
    [/VOICE_MESSAGES_FORBIDDEN/i, 'voice-unwanted'],
    [/message to (?:copy|forward) not found/i, 'nothing-to-copy'],
    [/message can't be (?:copied|forwarded)/i, 'not-copyable'],
  ],
  getFile: [
    [/file is too big/i, 'file-out-of-reach'],
    // One text for an id that never was and a file that will be there in a minute.
    [/temporarily unavailable|wrong file_?id/i, 'unclear'],
  ],
};

/** Of calls into the chat of one person. A chat that Telegram does not know is one that they never opened. */
const IN_PRIVATE: readonly Row[] = [
  [
    /blocked by the user|user is deactivated|can't initiate conversation|chat not found|PEER_ID_INVALID|USER_IS_BLOCKED|INPUT_USER_DEACTIVATED/i,
    'blocked',
  ],
];

const ANYWHERE: readonly Row[] = [
  [
    /bot was kicked|bot is not a member|chat not found|chat was deactivated|group chat was upgraded/i,
    'chat-gone',
  ],
  [/not enough rights|need administrator rights|CHAT_ADMIN_REQUIRED|have no rights/i, 'no-rights'],
];

/** Undefined for what is no answer of Telegram's at all. */
export function meaningOf(error: unknown): RefusalMeaning | undefined {
  if (!(error instanceof GrammyError)) return undefined;
  const { error_code: code, description, method } = error;
  if (code === 429 || code >= 500) return 'not-sent';
  // 404 "Not Found" is the answer to a token that never was one; a server that lacks a method names it.
  if (code === 401 || (code === 404 && !/method/i.test(description))) return 'token-dead';
  const rows = [...(BY_METHOD[method] ?? []), ...(isIntoPrivateChat(error) ? IN_PRIVATE : []), ...ANYWHERE];
  return rows.find(([says]) => says.test(description))?.[1] ?? 'refused';
}

/** Whether the call went into the chat of one person: their ids alone are positive. */
export function isIntoPrivateChat({ payload }: GrammyError): boolean {
  const chatId: unknown = payload['chat_id'];
  return (typeof chatId === 'number' || typeof chatId === 'string') && Number(chatId) > 0;
}
