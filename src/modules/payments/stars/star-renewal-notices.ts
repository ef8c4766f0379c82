import { defineNotices } from '../../notifications/notice.ts';
import type { RenewalState } from './star-renewal-queries.ts';

declare module '../../notifications/notice.ts' {
  interface Notices {
    /** Telegram charges no more for what somebody pays for again and again, or does so again. */
    autoRenewalChanged: {
      to: 'endUser';
      payload: { starSubscriptionId: number; state: RenewalState };
      content: { title: string; stars: number; until: Date; state: RenewalState };
    };
  }
}

export const RENEWAL_NOTICES = defineNotices({
  autoRenewalChanged: {
    isSure: true,
    isQuiet: false,
    async content(db, { starSubscriptionId: id, state }) {
      const row = await db.starSubscription.findUnique({
        where: { id },
        include: { channel: { select: { title: true } } },
      });
      if (row?.state !== state) return null;
      return { title: row.channel.title, stars: row.stars, until: row.expiresAt, state };
    },
  },
});
