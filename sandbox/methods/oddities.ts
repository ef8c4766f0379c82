import { badRequest, forbidden } from '../server/api-error.ts';
import type { Account } from '../world/accounts.ts';
import type { SandboxChat } from '../world/chats.ts';
import type { Content, Dialog } from '../world/messages.ts';
import type { Call } from './call.ts';

/** What Telegram says of members to a bot that is no administrator, present or not. */
const SAID_TO_A_PLAIN_MEMBER = ['PARTICIPANT_ID_INVALID', 'USER_ID_INVALID', 'CHAT_ADMIN_REQUIRED'] as const;

/** "Only guaranteed to work for other users if the bot is an administrator": in basic groups everybody is known. */
export function demandSight(call: Call, chat: SandboxChat, account: Account): void {
  if (account === call.bot || chat.kind === 'group' || chat.isAdministrator(call.bot)) return;
  throw badRequest(
    chat.kind === 'channel'
      ? 'CHAT_ADMIN_REQUIRED'
      : (SAID_TO_A_PLAIN_MEMBER[account.id % SAID_TO_A_PLAIN_MEMBER.length] ?? 'USER_ID_INVALID'),
  );
}

/** A ban of an account that is no more cannot be lifted, and nobody needs it to be. */
export function demandAccount(account: Account): void {
  if (!account.isBot && account.isDeleted) throw badRequest('USER_ID_INVALID');
}

/** @param content what is to arrive there; absent where nothing does */
export function demandNotBlocked({ person, isBlocked }: Dialog, content: Content | undefined): void {
  if (person.isDeleted) throw forbidden('user is deactivated');
  if (isBlocked) throw forbidden('bot was blocked by the user');
  const isVoice = content?.kind === 'media' && ['voice', 'video_note'].includes(content.file.kind);
  if (isVoice && !person.takesVoice) throw badRequest('VOICE_MESSAGES_FORBIDDEN');
}
