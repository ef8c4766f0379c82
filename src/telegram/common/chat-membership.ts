import type { Api } from 'grammy';
import type { Chat, ChatMember } from 'grammy/types';
import type { BotPlace, ChatDescription, ChatSight } from '../../modules/channels/channel.ts';
import { shorten } from '../../shared/text.ts';
import { means } from '../outgoing/api-errors.ts';

/** Telegram's own limit; the titles of a screen share one message with everything else. */
const MAX_TITLE_LENGTH = 128;

/** A chat in the product's words. */
export function describeChat(chat: Exclude<Chat, { type: 'private' }>): ChatDescription {
  return {
    telegramChatId: BigInt(chat.id),
    type: chat.type === 'channel' ? 'channel' : 'group',
    title: shorten(chat.title ?? '', MAX_TITLE_LENGTH),
    isPublic: 'username' in chat && chat.username !== undefined,
    isBasicGroup: chat.type === 'group',
  };
}

/** What the bot may do there. */
export function describePlace(member: ChatMember): BotPlace {
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

/** What the bot itself sees of a chat; null where it is not inside. */
export async function lookAtChat(
  api: Api,
  chatId: number | string,
  botId: number | bigint,
): Promise<ChatSight | null> {
  try {
    const [chat, member] = await Promise.all([api.getChat(chatId), api.getChatMember(chatId, Number(botId))]);
    if (chat.type === 'private') return null;
    const place = describePlace(member);
    return place.isInside ? { ...describeChat(chat), ...place } : null;
  } catch (error) {
    if (means(error, 'chat-gone')) return null;
    throw error;
  }
}
