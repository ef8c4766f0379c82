import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** A bot has given as many free trials as it may in a day, and somebody came for one more. */
    trialsUsedUp: {
      to: 'owner';
      payload: { botId: number };
      content: { botUsername: string; telegramBotId: bigint };
    };
  }
}

export const TRIAL_NOTICES = defineNotices({
  trialsUsedUp: {
    isSure: false,
    isQuiet: true,
    async content(db, { botId }) {
      const bot = await db.sellerBot.findUnique({ where: { id: botId } });
      // Its owner asked not to hear of what is no trouble.
      if (!bot || bot.mutedAt) return null;
      return { botUsername: bot.username, telegramBotId: bot.telegramBotId };
    },
  },
});
