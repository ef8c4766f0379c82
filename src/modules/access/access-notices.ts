import type { PersonName } from '../../kernel/person.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
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
  content: SubscriptionContent & { stranger: PersonName };
}

declare module '../notifications/notice.ts' {
  interface Notices {
    endUserJoined: AboutMember;
    endUserRemoved: AboutMember;
    adminStays: AboutMember;
    removedByHand: AboutMember;
    /** Another bot put them out of the chat. Their subscription goes on. */
    removedByBot: AboutMember;
    linkLeaked: AboutStranger;
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
  endUserRemoved: { isSure: true, isQuiet: true, content: readSubscriptionContent },
  adminStays: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  removedByHand: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  removedByBot: { isSure: true, isQuiet: false, content: readSubscriptionContent },
  linkLeaked: { isSure: true, isQuiet: false, content: readWithStranger },
  friendAdded: { isSure: true, isQuiet: false, content: readWithStranger },
  friendPutOut: { isSure: true, isQuiet: false, content: readSubscriptionContent },
});

async function readWithStranger(
  db: Db,
  { subscriptionId, telegramUserId: id }: AboutStranger['payload'],
): Promise<AboutStranger['content'] | null> {
  const telegramUserId = BigInt(id);
  const content = await readSubscriptionContent(db, { subscriptionId });
  if (!content) return null;
  const known = await db.endUser.findFirst({
    where: { telegramUserId, bot: { channels: { some: { id: content.chat.channelId } } } },
  });
  return { ...content, stranger: known ?? { fullName: '', username: null, telegramUserId } };
}
