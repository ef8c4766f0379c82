import { Composer } from 'grammy';
import type { Chat, ChatMember } from 'grammy/types';
import type { ChatMembership } from '../../modules/channels/channel.ts';
import type { BotDeps } from '../bot-deps.ts';
import type { SellerContext } from '../context.ts';

/** Watches the chats that the bot is in; says nothing there. */
export function membership({ services }: BotDeps): Composer<SellerContext> {
  const { channels, endUsers, memberships } = services;
  const composer = new Composer<SellerContext>();

  composer.on('my_chat_member', async (context) => {
    const { chat, from, date, new_chat_member: now } = context.myChatMember;
    if (chat.type === 'private') {
      return endUsers.noteBlocked(context.scope, BigInt(from.id), now.status === 'kicked');
    }
    return channels.membershipChanged(context.scope, {
      ...describeChat(chat),
      ...describePlace(now),
      changedBy: BigInt(from.id),
      changedAt: new Date(date * 1000),
    });
  });

  composer.on('chat_member', async (context) => {
    const { chat, old_chat_member: before, new_chat_member: now } = context.chatMember;
    if (isInside(before) || !isInside(now) || now.user.is_bot) return;
    await memberships.memberJoined(context.scope, BigInt(chat.id), BigInt(now.user.id));
  });

  // A group that became a supergroup says so in both chats; whichever comes first counts.
  composer.on('message:migrate_to_chat_id', (context) =>
    channels.groupUpgraded(
      context.scope,
      BigInt(context.chat.id),
      BigInt(context.message.migrate_to_chat_id),
    ),
  );
  composer.on('message:migrate_from_chat_id', (context) =>
    channels.groupUpgraded(
      context.scope,
      BigInt(context.message.migrate_from_chat_id),
      BigInt(context.chat.id),
    ),
  );

  return composer;
}

function describeChat(chat: Exclude<Chat, { type: 'private' }>) {
  return {
    telegramChatId: BigInt(chat.id),
    type: chat.type === 'channel' ? 'channel' : 'group',
    title: chat.title ?? '',
    isPublic: 'username' in chat && chat.username !== undefined,
    isBasicGroup: chat.type === 'group',
  } satisfies Partial<ChatMembership>;
}

function describePlace(member: ChatMember): Pick<ChatMembership, 'isInside' | 'canInvite' | 'canRestrict'> {
  const administrator = member.status === 'administrator' ? member : null;
  return {
    isInside: isInside(member),
    canInvite: administrator?.can_invite_users ?? false,
    canRestrict: administrator?.can_restrict_members ?? false,
  };
}

function isInside(member: ChatMember): boolean {
  if (member.status === 'restricted') return member.is_member;
  return member.status !== 'left' && member.status !== 'kicked';
}
