import type { PersonName } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import type { ChatPlace } from '../channels/chat-gateway.ts';
import { defineNotices } from '../notifications/notice.ts';
import { nameOf } from '../seller-bots/seller-bot-notices.ts';
import type { EndReason } from '../subscriptions/ending.ts';
import {
  findSubscription,
  readSubscriptionContent,
  type SubscriptionContent,
  toSubscriptionContent,
} from '../subscriptions/subscription-notices.ts';

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

declare module '../notifications/notice.ts' {
  interface Notices {
    endUserJoined: AboutMember;
    endUserRemoved: {
      to: 'owner';
      /** Absent where nobody knows, as in notices from before. */
      payload: AboutMember['payload'] & { why?: EndReason | undefined };
      content: SubscriptionContent & { why: EndReason | null };
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
    /** Somebody came in by a link that was made for somebody on the free list. */
    freeLinkLeaked: {
      to: 'owner';
      payload: { freeLinkId: number; telegramUserId: string; stays: boolean };
      /** `holder` null: they are forgotten. */
      content: {
        title: string;
        holder: PersonName | null;
        stranger: PersonName;
        place: ChatPlace;
        stays: boolean;
      };
    };
    /** The holder of this subscription added somebody who has none. */
    friendAdded: AboutStranger;
    friendPutOut: Omit<AboutMember, 'to'> & { to: 'endUser' };
    /** A released bot's: its former owner's subscriptions end, and nobody may put their holders out. */
    releasedMembersStay: { to: 'moderator'; payload: { botId: number }; content: { botUsername: string } };
  }
}

export const ACCESS_NOTICES = defineNotices({
  endUserJoined: {
    isSure: false,
    isQuiet: true,
    async content(db, { subscriptionId }) {
      const subscription = await findSubscription(db, subscriptionId);
      // Its owner asked not to hear of what can be many.
      if (!subscription || subscription.channel.bot.mutedAt) return null;
      return toSubscriptionContent(subscription);
    },
  },
  endUserRemoved: {
    isSure: true,
    isQuiet: true,
    async content(db, payload) {
      const content = await readSubscriptionContent(db, payload);
      return content && { ...content, why: payload.why ?? null };
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
  freeLinkLeaked: {
    isSure: true,
    isQuiet: false,
    async content(db, { freeLinkId, telegramUserId: id, stays }) {
      const row = await db.freeLink.findUnique({
        where: { id: freeLinkId },
        include: { channel: { include: { bot: { select: { telegramBotId: true } } } } },
      });
      if (!row) return null;
      const { channel, telegramUserId: holderId } = row;
      const named = async (telegramUserId: bigint) =>
        (await db.endUser.findUnique({
          where: { telegramUserId_botId: { telegramUserId, botId: channel.botId } },
        })) ?? { fullName: '', username: null, telegramUserId };
      return {
        title: channel.title,
        holder: holderId === null ? null : await named(holderId),
        stranger: await named(BigInt(id)),
        place: { telegramBotId: channel.bot.telegramBotId, telegramChatId: channel.telegramChatId },
        stays,
      };
    },
  },
  friendAdded: { isSure: true, isQuiet: false, content: readWithStranger },
  friendPutOut: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  releasedMembersStay: { isSure: true, isQuiet: true, content: nameOf },
});

async function readWithStranger(
  db: Db,
  { subscriptionId, telegramUserId: id }: AboutStranger['payload'],
): Promise<AboutStranger['content'] | null> {
  const telegramUserId = BigInt(id);
  const subscription = await findSubscription(db, subscriptionId);
  if (!subscription) return null;
  const { telegramChatId, bot } = subscription.channel;
  const known = await db.endUser.findUnique({
    where: { telegramUserId_botId: { telegramUserId, botId: bot.id } },
  });
  const stranger = known ?? { fullName: '', username: null, telegramUserId };
  const place = { telegramBotId: bot.telegramBotId, telegramChatId };
  return { ...toSubscriptionContent(subscription), stranger, place };
}
