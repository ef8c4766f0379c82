import { defineNotices } from '../notifications/notice.ts';

export type ReferralSide = 'inviter' | 'friend';

declare module '../notifications/notice.ts' {
  interface Notices {
    /** Days were added to their tariff because they brought another owner, or were brought by one. */
    tariffDaysGiven: {
      to: 'owner';
      payload: { referralId: number; side: ReferralSide };
      content: { side: ReferralSide; days: number; paidUntil: Date };
    };
  }
}

export const OWNER_REFERRAL_NOTICES = defineNotices({
  tariffDaysGiven: {
    isSure: true,
    isQuiet: false,
    async content(db, { referralId, side }) {
      const whose = { include: { tariffs: { where: { status: 'active' } } } };
      const row = await db.ownerReferral.findUnique({
        where: { id: referralId },
        include: { inviter: whose, friend: whose },
      });
      const days = side === 'inviter' ? row?.inviterDays : row?.friendDays;
      const paidUntil = row?.[side].tariffs[0]?.expiresAt;
      return days && paidUntil ? { side, days, paidUntil } : null;
    },
  },
});
