import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { DAY_MS } from '../../shared/durations.ts';
import { type ChatName, chatState } from '../channels/channel.ts';
import { isFree } from '../free-list/free-member.ts';
import { defineNotices } from '../notifications/notice.ts';
import { type ChatPlan, listChatPlans } from '../subscriptions/chat-plans.ts';
import { type PlacedSubscription, WITH_PLACE } from '../subscriptions/subscription-notices.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** Somebody whose time was up some days ago is asked to come back. */
    winback: {
      to: 'endUser';
      payload: { subscriptionId: number; promoCodeId?: number };
      content: {
        chat: ChatName;
        plans: readonly ChatPlan[];
        /** What is taken off, once, until the end of that date; null: nothing. */
        gift: { code: string; percent: number; until: Date } | null;
      };
    };
  }
}

export const WINBACK_NOTICES = defineNotices({
  winback: {
    isSure: false,
    isQuiet: false,
    async content(db, { subscriptionId, promoCodeId }, { now }) {
      const ended = await findInvited(db, subscriptionId, now);
      if (!ended) return null;
      const plans = await listChatPlans(db, [ended.channelId], now);
      const gift = promoCodeId === undefined ? null : await findGift(db, promoCodeId, ended);
      return { chat: chatState(ended.channel), plans, gift };
    },
  },
});

/** An ended subscription whose holder may be asked to come back, as things stand; null: they may not, or there is nothing to buy. */
export async function findInvited(
  db: Db,
  subscriptionId: number,
  now: Date,
): Promise<PlacedSubscription | null> {
  const row = await db.subscription.findUnique({ where: { id: subscriptionId }, include: WITH_PLACE });
  if (row?.status !== 'expired') return null;
  const { endUser, endUserId, channel } = row;
  if (endUser.banned || endUser.blockedAt || endUser.offersOffAt || isForgotten(endUser)) return null;
  if (channel.bot.removedAt || channel.bot.tokenDeadAt) return null;
  // Whoever stays anyway has nothing to come back to.
  if (await isFree(db, channel.telegramChatId, endUser.telegramUserId)) return null;
  const [live, waiting] = await Promise.all([
    db.subscription.count({ where: { endUserId, status: 'active' } }),
    // Whoever has sent a receipt is back already.
    db.payment.count({ where: { endUserId, status: 'pending' } }),
  ]);
  if (live + waiting > 0) return null;
  // A plan to a date is not offered in its last day.
  const tomorrow = new Date(now.getTime() + DAY_MS);
  const onSale = await db.$queryRaw<object[]>`
    SELECT FROM plans_on_sale p
     WHERE p.user_bot_id = ${channel.botId} AND NOT p.is_trial
       AND (p.ends_on IS NULL OR p.ends_on > (${tomorrow} AT TIME ZONE 'UTC')::date)
     LIMIT 1`;
  return onSale.length > 0 ? row : null;
}

async function findGift(db: Db, id: number, { endUserId }: PlacedSubscription) {
  const code = await db.promoCode.findFirst({ where: { id, endUserId, removedAt: null } });
  if (!code?.endsOn || code.value === null) return null;
  return { code: code.code, percent: code.value.toNumber(), until: code.endsOn };
}
