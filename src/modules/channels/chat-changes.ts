import type { Channel as ChannelRow } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import type { ChatMembership, ChatSight } from './channel.ts';
import { tellOfChat } from './channel-notices.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A bot has its rights in a chat again. */
    chatBecameUsable: { botId: number };
  }
}

/** A look that finds everything as it was changes and tells nothing. */
export async function noteSight(
  work: Work,
  scope: TenantScope,
  known: ChannelRow,
  sight: Omit<ChatSight, 'telegramChatId' | 'type'>,
): Promise<void> {
  const fields = ['title', 'isPublic', 'isBasicGroup', 'canInvite', 'canRestrict'] as const;
  if (fields.every((field) => known[field] === sight[field])) return;
  await updateChat(work, scope, known, { ...sight, changedAt: work.now });
}

/** A connected chat is otherwise than before, or the bot's place in it is: the owner hears what that means for them. */
export async function updateChat(
  work: Work,
  scope: TenantScope,
  known: ChannelRow,
  chat: Omit<ChatMembership, 'telegramChatId' | 'type' | 'changedBy' | 'toldOrder'>,
): Promise<void> {
  const canInvite = chat.isInside && chat.canInvite;
  const canRestrict = chat.isInside && chat.canRestrict;
  const { title, isPublic, isBasicGroup } = chat;
  await work.db.channel.update({
    where: { id: known.id },
    data: { canInvite, canRestrict, title, isPublic, isBasicGroup },
  });
  if (!chat.isInside) {
    const key = `chat-lost:${known.id}:${chat.changedAt.getTime()}`;
    return tellOfChat(work, scope, 'chatLost', known.id, { key });
  }
  const had = known.canInvite && known.canRestrict;
  const has = canInvite && canRestrict;
  const hasOtherRights = known.canInvite !== canInvite || known.canRestrict !== canRestrict;
  const wasOpened = isPublic && !known.isPublic;
  const wasClosed = !isPublic && known.isPublic;
  const say = (kind: 'chatPublic' | 'chatPrivate' | 'chatRightsMissing' | 'chatRightsBack') =>
    tellOfChat(work, scope, kind, known.id);
  if (wasOpened) say('chatPublic');
  if (!has && (hasOtherRights || wasClosed)) say('chatRightsMissing');
  // Neither is true of a chat that still sells nothing for the other's sake.
  else if (has && wasClosed) say('chatPrivate');
  else if (has && !had && !isPublic) say('chatRightsBack');
  if (has && !had) work.publish('chatBecameUsable', { botId: scope.botId });
}
