import type { PersonName } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { ChatPlace } from '../channels/chat-gateway.ts';
import { defineNotices } from '../notifications/notice.ts';
import { readSubscriptionContent, type SubscriptionContent } from '../subscriptions/subscription-notices.ts';

interface AboutMember {
  to: 'owner';
  payload: { subscriptionId: number };
  content: SubscriptionContent;
}

interface AboutStranger {
  to: 'owner';
  payload: { subscriptionId: number; telegramUserId: string };
  /** Of a stranger who never used the bot the id is all that the database knows. */
  content: SubscriptionContent & { stranger: PersonName; place: ChatPlace };
}

/** Why Getolog put somebody out, where it can be told. */
type RemovalReason = 'timeUp' | 'approvalUndone' | 'banned';

declare module '../notifications/notice.ts' {
  interface Notices {
    endUserJoined: AboutMember;
    endUserRemoved: Omit<AboutMember, 'content'> & {
      content: SubscriptionContent & { why: RemovalReason | null };
    };
    adminStays: AboutMember;
    removedByHand: AboutMember;
    /** Another bot put them out of the chat. Their subscription goes on. */
    removedByBot: AboutMember;
    linkLeaked: {
      to: 'owner';
      /** Of both, notices from before know nothing. */
      payload: AboutStranger['payload'] & { stays?: boolean; isReplaced?: boolean };
      content: AboutStranger['content'] & { stays: boolean; isReplaced: boolean };
    };
    /** The holder of this subscription added somebody who has none. */
    friendAdded: AboutStranger;
    friendPutOut: Omit<AboutMember, 'to'> & { to: 'endUser' };
  }
}

export const ACCESS_NOTICES = defineNotices({
  endUserJoined: {
    isSure: false,
    isQuiet: true,
    async content(db, payload) {
      const subscription = await db.subscription.findUnique({
        where: { id: payload.subscriptionId },
        select: { channel: { select: { bot: { select: { mutedAt: true } } } } },
      });
      // Its owner asked not to hear of what can be many.
      if (!subscription || subscription.channel.bot.mutedAt) return null;
      return readSubscriptionContent(db, payload);
    },
  },
  endUserRemoved: {
    isSure: true,
    isQuiet: true,
    async content(db, payload) {
      const content = await readSubscriptionContent(db, payload);
      return content && { ...content, why: await findRemovalReason(db, payload.subscriptionId) };
    },
  },
  adminStays: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  removedByHand: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  removedByBot: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  linkLeaked: {
    isSure: true,
    isQuiet: false,
    async content(db, payload) {
      const content = await readWithStranger(db, payload);
      const { stays = false, isReplaced = false } = payload;
      return content && { ...content, stays, isReplaced };
    },
  },
  friendAdded: { isSure: true, isQuiet: false, content: readWithStranger },
  friendPutOut: { isSure: true, isQuiet: false, content: readSubscriptionContent },
});

async function findRemovalReason(db: Db, id: number): Promise<RemovalReason | null> {
  const { status, endUser } = await db.subscription.findUniqueOrThrow({
    where: { id },
    select: { status: true, endUser: { select: { banned: true } } },
  });
  if (endUser.banned) return 'banned';
  if (status === 'expired') return 'timeUp';
  const undone = await db.payment.count({ where: { subscriptionId: id, status: 'reversed' } });
  return undone > 0 ? 'approvalUndone' : null;
}

async function readWithStranger(
  db: Db,
  { subscriptionId, telegramUserId: id }: AboutStranger['payload'],
): Promise<AboutStranger['content'] | null> {
  const telegramUserId = BigInt(id);
  const content = await readSubscriptionContent(db, { subscriptionId });
  if (!content) return null;
  const { telegramChatId, bot } = await db.channel.findUniqueOrThrow({
    where: { id: content.chat.channelId },
    select: {
      telegramChatId: true,
      bot: { select: { telegramBotId: true, endUsers: { where: { telegramUserId } } } },
    },
  });
  const stranger = bot.endUsers[0] ?? { fullName: '', username: null, telegramUserId };
  return { ...content, stranger, place: { telegramBotId: bot.telegramBotId, telegramChatId } };
}
