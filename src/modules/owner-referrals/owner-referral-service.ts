import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OwnerActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { makeInviteCode } from '../../shared/invite-code.ts';
import type { Owner } from '../owners/owner.ts';
import { lockActingOwner } from '../owners/owner-queries.ts';
import { type OwnerRewards, readOwnerRewards } from './owner-referral.ts';

/** What an owner has by inviting others. */
export interface InvitePage {
  code: string;
  /** As they are offered now. */
  rewards: OwnerRewards;
  came: number;
  paid: number;
  /** Of the tariff. */
  daysEarned: number;
  /** Rewards that wait for the other to connect a chat. */
  waiting: number;
}

/** Why a link invites nobody. */
export type NotInvited = 'own' | 'known';

/** Owners who invite owners. */
export function createOwnerReferralService({
  prisma,
  transact,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
}) {
  async function isOffered(): Promise<boolean> {
    return (await readOwnerRewards(prisma)).inviterDays > 0;
  }

  /** Makes their link when they look for the first time. @throws AppError `notFound`, `referOff`, `referBanned` */
  async function openPage(actor: OwnerActor): Promise<InvitePage> {
    const rewards = await readOwnerRewards(prisma);
    if (rewards.inviterDays === 0) throw new AppError('referOff');
    const { id: inviterId, code } = await transact(async ({ db }) => {
      const { id, banned } = await lockActingOwner(db, actor);
      if (banned) throw new AppError('referBanned');
      const { inviteCode } = await db.owner.findUniqueOrThrow({ where: { id } });
      if (inviteCode !== null) return { id, code: inviteCode };
      const made = makeInviteCode();
      await db.owner.update({ where: { id }, data: { inviteCode: made } });
      return { id, code: made };
    });
    const [came, paid, waiting, earned] = await Promise.all([
      prisma.ownerReferral.count({ where: { inviterId } }),
      prisma.ownerReferral.count({ where: { inviterId, tariffPaymentId: { not: null } } }),
      prisma.ownerReferral.count({ where: { inviterId, status: 'waiting' } }),
      prisma.ownerReferral.aggregate({
        where: { inviterId, status: 'given' },
        _sum: { inviterDays: true },
      }),
    ]);
    return { code, rewards, came, paid, waiting, daysEarned: earned._sum.inviterDays ?? 0 };
  }

  /** Why the link did not count for whoever opened the bot with it; null where it did, or leads nowhere. */
  async function whyNotInvited(
    { id, hasChosenLanguage }: Pick<Owner, 'id' | 'hasChosenLanguage'>,
    code: string,
  ): Promise<NotInvited | null> {
    const inviter = await prisma.owner.findUnique({
      where: { inviteCode: code, banned: false },
      select: { id: true, broughtOwners: { where: { friendId: id }, select: { id: true } } },
    });
    if (!inviter) return null;
    if (inviter.id === id) return 'own';
    // On their way in it may be opened again.
    return inviter.broughtOwners.length > 0 && !hasChosenLanguage ? null : 'known';
  }

  return { isOffered, openPage, whyNotInvited };
}
