import type { BotDeps } from '../bots/bot-deps.ts';
import { describeChat, describePlace, isInside, lookAtChat } from '../common/chat-membership.ts';
import type { SellerContext } from '../common/context.ts';
import { toldOrder } from '../intake/told-order.ts';
import { Composer } from '../middleware/composer.ts';

/** Telegram signs what an anonymous administrator of a group does with this account, which says of itself that it is a bot. */
const ANONYMOUS_ADMINISTRATOR = 1_087_968_824;

/** Watches the chats that the bot is in; says nothing there. */
export function membership({ services }: BotDeps): Composer<SellerContext> {
  const { channels, endUsers, groupGrowth, memberships } = services;
  const composer = new Composer<SellerContext>();

  composer.on('my_chat_member', async (context) => {
    const { chat, from, date, new_chat_member: now } = context.myChatMember;
    if (chat.type === 'private') {
      return endUsers.noteBlocking(context.scope, BigInt(from.id), {
        isOpen: now.status !== 'kicked',
        toldOrder: toldOrder(context.update, date),
      });
    }
    return channels.membershipChanged(context.scope, {
      ...describeChat(chat),
      ...describePlace(now),
      changedBy: BigInt(from.id),
      changedAt: new Date(date * 1000),
      toldOrder: toldOrder(context.update, date),
    });
  });

  composer.on('chat_member', async (context) => {
    const { chat, from, date, old_chat_member: before, new_chat_member: now } = context.chatMember;
    if (chat.type === 'private') return;
    const about = describeChat(chat);
    if (about.isPublic) await channels.chatMentioned(context.scope, about);
    if (now.user.is_bot) return;
    const whoAndWhere = { telegramChatId: about.telegramChatId, telegramUserId: BigInt(now.user.id) };
    if (isInside(before) === isInside(now)) {
      if (before.status !== 'administrator' || now.status === 'administrator') return;
      return memberships.memberDemoted(context.scope, whoAndWhere);
    }
    const isBot = from.is_bot && from.id !== ANONYMOUS_ADMINISTRATOR;
    const event = {
      ...whoAndWhere,
      by: { telegramUserId: BigInt(from.id), isBot },
      at: new Date(date * 1000),
      toldOrder: toldOrder(context.update, date),
    };
    if (!isInside(now)) return memberships.memberLeft(context.scope, event);
    const link = context.chatMember.invite_link?.invite_link ?? null;
    return memberships.memberJoined(context.scope, { ...event, link });
  });

  composer.on('message:new_chat_title', async ({ chat, scope }) => {
    if (chat.type !== 'private') await channels.chatMentioned(scope, describeChat(chat));
  });

  // A group that became a supergroup says so in both chats; whichever comes first counts.
  composer.on('message:migrate_to_chat_id', (context) =>
    upgraded(context, { from: context.chat.id, to: context.message.migrate_to_chat_id }),
  );
  composer.on('message:migrate_from_chat_id', (context) =>
    upgraded(context, { from: context.message.migrate_from_chat_id, to: context.chat.id }),
  );

  /** What was said of the new chat before it was known is not said again: so the bot looks. */
  async function upgraded(context: SellerContext, { from, to }: { from: number; to: number }): Promise<void> {
    const { scope, api, me } = context;
    const group = await groupGrowth.groupUpgraded(scope, BigInt(from), BigInt(to));
    if (!group) return;
    await channels.chatSeen(scope, group.channelId, await lookAtChat(api, to, me.id));
  }

  return composer;
}
