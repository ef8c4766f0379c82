import type { Chat, ChatMember } from 'grammy/types';
import type { ChatMembership } from '../modules/channels/channel.ts';
import { shorten } from '../shared/text.ts';

/** Telegram's own limit; the titles of a screen share one message with everything else. */
const MAX_TITLE_LENGTH = 128;

/** A chat in the product's words. */
export function describeChat(chat: Exclude<Chat, { type: 'private' }>) {
  return {
    telegramChatId: BigInt(chat.id),
    type: chat.type === 'channel' ? 'channel' : 'group',
    title: shorten(chat.title ?? '', MAX_TITLE_LENGTH),
    isPublic: 'username' in chat && chat.username !== undefined,
    isBasicGroup: chat.type === 'group',
  } satisfies Partial<ChatMembership>;
}

/** What the bot may do there. */
export function describePlace(
  member: ChatMember,
): Pick<ChatMembership, 'isInside' | 'canInvite' | 'canRestrict'> {
  const administrator = member.status === 'administrator' ? member : null;
  return {
    isInside: isInside(member),
    canInvite: administrator?.can_invite_users ?? false,
    canRestrict: administrator?.can_restrict_members ?? false,
  };
}

export function isInside(member: ChatMember): boolean {
  if (member.status === 'restricted') return member.is_member;
  return member.status !== 'left' && member.status !== 'kicked';
}
