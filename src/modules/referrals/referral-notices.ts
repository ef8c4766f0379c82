import type { PersonName } from '../../kernel/person.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { Db } from '../../kernel/unit-of-work.ts';
import { defineNotices } from '../notifications/notice.ts';
import type { Reward } from './referral.ts';

/** What an inviter has got. */
type RewardGiven =
  /** With the new ends, of each chat; null = lifetime, where there is nothing to add. */
  | { kind: 'days'; days: number; ends: { title: string; expiresAt: Date | null }[] }
  /** For a subscription that they buy: there is none now. */
  | { kind: 'waiting'; days: number }
  /** Off their next purchase, until the end of that date. */
  | { kind: 'percent'; percent: number; code: string; until: Date };

interface OwnersReferral {
  inviter: PersonName;
  botUsername: string;
  telegramBotId: bigint;
}

declare module '../notifications/notice.ts' {
  interface Notices {
    /** Somebody came by an inviter's link. */
    friendCame: { to: 'endUser'; payload: { referralId: number }; content: { reward: Reward } };
    referralRewarded: {
      to: 'endUser';
      payload: { referralId: number; days: number };
      content: { reward: RewardGiven };
    };
    /** The friend's purchase was taken back, and with it the reward. */
    rewardTakenBack: { to: 'endUser'; payload: { referralId: number }; content: object };
    friendBought: { to: 'owner'; payload: { referralId: number }; content: OwnersReferral };
    /** The friend's receipt came with another payment before: the owner says whether it earns. */
    rewardHeld: {
      to: 'owner';
      payload: { referralId: number };
      content: OwnersReferral & { referralId: number };
    };
    rewardCapped: { to: 'owner'; payload: { referralId: number }; content: OwnersReferral };
  }
}

export const REFERRAL_NOTICES = defineNotices({
  friendCame: {
    isSure: false,
    isQuiet: true,
    async content(db, { referralId }) {
      const row = await db.referral.findUnique({ where: { id: referralId } });
      return row?.status === 'came' ? { reward: toReward(row) } : null;
    },
  },
  referralRewarded: {
    isSure: true,
    isQuiet: false,
    async content(db, { referralId, days }) {
      const row = await db.referral.findUnique({ where: { id: referralId }, include: { promoCode: true } });
      if (row?.status === 'waiting') return { reward: { kind: 'waiting', days } };
      if (row?.status !== 'given') return null;
      const { value: percent, promoCode } = row;
      if (promoCode?.endsOn) {
        const { code, endsOn: until } = promoCode;
        return { reward: { kind: 'percent', percent, code, until } };
      }
      const entries = await db.timeEntry.findMany({
        where: { source: 'referral', sourceId: referralId, takenBackAt: null },
        select: { subscription: { select: { expiresAt: true, channel: { select: { title: true } } } } },
        orderBy: { channelId: 'asc' },
      });
      const ends = entries.map(({ subscription: { expiresAt, channel } }) => ({
        title: channel.title,
        expiresAt,
      }));
      return { reward: { kind: 'days', days, ends } };
    },
  },
  rewardTakenBack: {
    isSure: true,
    isQuiet: false,
    async content(db, { referralId }) {
      const row = await db.referral.findUnique({ where: { id: referralId } });
      // Earned anew by another purchase: the better news is on its way.
      return row?.status === 'came' ? {} : null;
    },
  },
  friendBought: {
    isSure: false,
    isQuiet: true,
    async content(db, { referralId }) {
      const found = await findOwners(db, referralId);
      return found && !found.isMuted ? found.content : null;
    },
  },
  rewardHeld: {
    isSure: true,
    isQuiet: false,
    async content(db, { referralId }) {
      const found = await findOwners(db, referralId);
      return found?.status === 'held' ? { ...found.content, referralId } : null;
    },
  },
  rewardCapped: {
    isSure: false,
    isQuiet: false,
    content: async (db, { referralId }) => (await findOwners(db, referralId))?.content ?? null,
  },
});

/** Null where the inviter is nobody any more. */
async function findOwners(
  db: Db,
  referralId: number,
): Promise<{ content: OwnersReferral; status: string; isMuted: boolean } | null> {
  const row = await db.referral.findUnique({
    where: { id: referralId },
    include: { inviter: true, bot: true },
  });
  if (!row?.inviter || isForgotten(row.inviter)) return null;
  const { inviter, bot, status } = row;
  const content = { inviter, botUsername: bot.username, telegramBotId: bot.telegramBotId };
  return { content, status, isMuted: bot.mutedAt !== null };
}

function toReward({ kind, value }: { kind: string; value: number }): Reward {
  return { kind: kind as Reward['kind'], value };
}
