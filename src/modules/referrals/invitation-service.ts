import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { EndUserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Db, UnitOfWork } from '../../kernel/unit-of-work.ts';
import { makeInviteCode } from '../../shared/invite-code.ts';
import { readSettings } from '../bot-settings/bot-settings.ts';
import { toDuration } from '../plans/duration.ts';
import { lockBuyer } from '../subscriptions/subscription-queries.ts';
import { offeredReward, type Reward, rewardDays } from './referral.ts';

/** What somebody reads who may invite friends. */
export interface Invitation {
  /** What their link ends in, after `r_`. */
  code: string;
  reward: Reward;
  /** What the friend's first purchase is spared; 0: nothing. */
  friendPercent: number;
  /** They have a lifetime, so that days add nothing. */
  hasLifetime: boolean;
  came: number;
  bought: number;
  daysEarned: number;
  /** Days that are added to their next purchase. */
  daysWaiting: number;
}

/** What somebody reads who opened a friend's link. */
export type Greeting =
  /** They were brought by it; with what they are spared, if anything. */
  | { kind: 'invited'; friendPercent: number }
  /** They were here before. */
  | { kind: 'known' }
  /** It is their own. */
  | { kind: 'own' };

/** End users bring friends. */
export function createInvitationService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  timeZone: string;
}) {
  const { prisma, transact, timeZone } = deps;

  /** Their link, made when they look at it first. @throws AppError `inviteOff`, `youAreBanned`, `notFound` */
  async function open(scope: TenantScope, actor: EndUserActor): Promise<Invitation> {
    const { endUserId } = actor;
    const terms = await readSettings(prisma, scope.botId);
    const reward = offeredReward(terms);
    if (!reward) throw new AppError('inviteOff');
    const code = await transact(async ({ db }) => {
      await lockBuyer(db, scope, actor);
      const { inviteCode } = await db.endUser.findUniqueOrThrow({ where: { id: endUserId } });
      if (inviteCode !== null) return inviteCode;
      const made = makeInviteCode();
      await db.endUser.update({ where: { id: endUserId }, data: { inviteCode: made } });
      return made;
    });
    const [results, lifetimes] = await Promise.all([
      readResults(prisma, endUserId, timeZone),
      prisma.subscription.count({ where: { endUserId, status: 'active', expiresAt: null } }),
    ]);
    const { friendPercent } = terms;
    return { code, reward, friendPercent, hasLifetime: lifetimes > 0, ...results };
  }

  /**
   * Null where there is nothing to say: the link is nobody's, or leads nowhere now.
   * @param endUserId null for the bot's owner, whom nobody can bring
   */
  async function greet(
    { botId }: TenantScope,
    endUserId: number | null,
    inviteCode: string,
  ): Promise<Greeting | null> {
    const inviter = await prisma.endUser.findFirst({
      where: { inviteCode, botId, banned: false },
      select: { id: true },
    });
    if (!inviter) return null;
    if (inviter.id === endUserId) return { kind: 'own' };
    const brought =
      endUserId === null ? null : await prisma.referral.findUnique({ where: { friendId: endUserId } });
    if (brought?.inviterId === inviter.id && brought.status === 'came') {
      return { kind: 'invited', friendPercent: brought.friendPercent };
    }
    const { referral } = await readSettings(prisma, botId);
    return referral === 'off' ? null : { kind: 'known' };
  }

  return { open, greet };
}

async function readResults(
  db: Db,
  inviterId: number,
  timeZone: string,
): Promise<Pick<Invitation, 'came' | 'bought' | 'daysEarned' | 'daysWaiting'>> {
  const [came, bought, earned, waiting] = await Promise.all([
    db.referral.count({ where: { inviterId } }),
    db.referral.count({ where: { inviterId, paymentId: { not: null } } }),
    // Of a bundle each chat has its entry, and the days are the same.
    db.timeEntry.findMany({
      where: { endUserId: inviterId, source: 'referral', takenBackAt: null },
      distinct: ['sourceId'],
      select: { days: true },
    }),
    db.referral.findMany({ where: { inviterId, status: 'waiting' }, include: { payment: true } }),
  ]);
  const daysWaiting = waiting.map(({ value, payment }) =>
    payment
      ? rewardDays(
          { value },
          { duration: toDuration(payment), at: payment.approvedAt ?? payment.createdAt },
          timeZone,
        )
      : 0,
  );
  return {
    came,
    bought,
    daysEarned: sum(earned.map(({ days }) => days ?? 0)),
    daysWaiting: sum(daysWaiting),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
