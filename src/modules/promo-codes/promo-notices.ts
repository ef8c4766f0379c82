import { defineNotices } from '../notifications/notice.ts';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** A code of the owner's has been used as often as it may. */
    promoUsedUp: {
      to: 'owner';
      payload: { promoCodeId: number };
      content: { promoCodeId: number; code: string; botUsername: string };
    };
  }
}

export const PROMO_NOTICES = defineNotices({
  promoUsedUp: {
    isSure: false,
    isQuiet: true,
    async content(db, { promoCodeId }) {
      const promo = await db.promoCode.findUnique({ where: { id: promoCodeId }, include: { bot: true } });
      // Its owner asked not to hear of what is no trouble.
      if (!promo || promo.bot.mutedAt) return null;
      return { promoCodeId, code: promo.code, botUsername: promo.bot.username };
    },
  },
});
