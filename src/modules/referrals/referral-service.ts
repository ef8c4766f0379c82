import { Prisma, type PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { PersonName } from '../../kernel/person.ts';
import { requireMay, requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { fromDecimal } from '../../shared/money.ts';
import { type BotSettings, readSettings } from '../bot-settings/bot-settings.ts';
import { REFERRAL_STATUSES, type ReferralStatus } from './referral.ts';
import { denyHeld, giveHeld } from './rewards.ts';

const BEST_SHOWN = 10;
const HELD_SHOWN = 10;

/** How people bring people to a bot. */
export interface ReferralPage {
  terms: BotSettings;
  came: number;
  bought: number;
  /** What those who were invited have paid, in tiyin. */
  turnover: bigint;
  rewards: Record<ReferralStatus, number>;
  /** Who has brought the most buyers, then the most people; of those who are known still. */
  best: { inviter: PersonName; came: number; bought: number }[];
  /** What waits for the owner's word, the oldest first. */
  held: { referralId: number; paymentId: number; inviter: PersonName }[];
}

/** What an owner sees of invitations, and decides. */
export function createReferralService(deps: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  timeZone: string;
}) {
  const { prisma, transact, timeZone } = deps;

  async function open(scope: TenantScope, actor: Actor): Promise<ReferralPage> {
    await requireMayRead(prisma, scope, actor, 'shop');
    const { botId } = scope;
    const [terms, states, bought, turnover, best, held] = await Promise.all([
      readSettings(prisma, botId),
      prisma.referral.groupBy({ by: ['status'], where: { botId }, _count: true }),
      prisma.referral.count({ where: { botId, paymentId: { not: null } } }),
      prisma.payment.aggregate({
        where: {
          botId,
          status: 'approved',
          isTest: false,
          currency: 'UZS',
          endUser: { broughtBy: { botId } },
        },
        _sum: { amount: true },
      }),
      prisma.$queryRaw<(PersonName & { came: number; bought: number })[]>`
        SELECT e.full_name AS "fullName", e.username, e.telegram_id AS "telegramUserId",
               count(*)::int AS came, count(r.payment_id)::int AS bought
          FROM referrals r JOIN end_users e ON e.id = r.inviter_id
         WHERE r.user_bot_id = ${botId} AND e.telegram_id > 0
         GROUP BY e.id ORDER BY count(r.payment_id) DESC, count(*) DESC, e.id LIMIT ${BEST_SHOWN}`,
      prisma.referral.findMany({
        where: { botId, status: 'held' },
        include: { inviter: true },
        orderBy: { id: 'asc' },
        take: HELD_SHOWN,
      }),
    ]);
    const countOf = (status: ReferralStatus) => states.find((one) => one.status === status)?._count ?? 0;
    const rewards = Object.fromEntries(REFERRAL_STATUSES.map((status) => [status, countOf(status)]));
    return {
      terms,
      came: states.reduce((total, { _count }) => total + _count, 0),
      bought,
      turnover: fromDecimal(turnover._sum.amount ?? new Prisma.Decimal(0)),
      rewards: rewards as ReferralPage['rewards'],
      best: best.map(({ came, bought: buyers, ...inviter }) => ({ inviter, came, bought: buyers })),
      held: held.flatMap(({ id, paymentId, inviter }) =>
        inviter && paymentId !== null ? [{ referralId: id, paymentId, inviter }] : [],
      ),
    };
  }

  /** @throws AppError `notFound`, `referralDecided` where it waits for nobody's word any more */
  const decide =
    (
      action: 'referral.given' | 'referral.denied',
      how: (work: Work, referralId: number) => Promise<boolean>,
    ) =>
    async (scope: TenantScope, actor: Actor, referralId: number): Promise<void> => {
      await transact(async (work) => {
        await requireMay(work.db, scope, actor, 'shop');
        const ours = await work.db.referral.count({ where: { id: referralId, botId: scope.botId } });
        if (ours === 0) throw new AppError('notFound');
        if (!(await work.once(actor.act))) return;
        if (!(await how(work, referralId))) throw new AppError('referralDecided');
        work.audit(actor, action, { referral: referralId, bot: scope.botId });
      });
    };

  return {
    open,
    give: decide('referral.given', (work, id) => giveHeld(work, id, timeZone)),
    deny: decide('referral.denied', denyHeld),
  };
}
