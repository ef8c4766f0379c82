import { defineNotices } from '../notifications/notice.ts';
import { toDuration } from './duration.ts';
import { type Plan, soldTitle, WITH_CHAT_TITLES } from './plan.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** Its date is over: it went off sale by itself. */
    planEnded: {
      to: 'owner';
      payload: { planId: number };
      content: { plan: Pick<Plan, 'name' | 'duration'>; title: string; telegramBotId: bigint };
    };
  }
}

export const PLAN_NOTICES = defineNotices({
  planEnded: {
    isSure: false,
    isQuiet: true,
    async content(db, { planId }) {
      const plan = await db.plan.findUnique({ where: { id: planId }, include: WITH_CHAT_TITLES });
      if (!plan || plan.isActive || plan.archivedAt) return null;
      const bot = await db.sellerBot.findFirst({ where: { channels: { some: { id: plan.channelId } } } });
      // Its owner asked not to hear of what is no trouble.
      if (!bot || bot.mutedAt || bot.removedAt) return null;
      const { name } = plan;
      const { telegramBotId } = bot;
      return { plan: { name, duration: toDuration(plan) }, title: soldTitle(plan), telegramBotId };
    },
  },
});
