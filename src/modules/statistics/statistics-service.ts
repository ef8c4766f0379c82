import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { Clock } from '../../shared/clock.ts';
import { fromDecimalString } from '../../shared/money.ts';
import type { Owner } from '../owners/owner.ts';
import type { PaymentStatus } from '../payments/payment.ts';

const DAY_MS = 86_400_000;

/** Figures from the books; money in tiyin, of approved payments only. */
export interface Statistics {
  endUsers: number;
  liveSubscribers: number;
  payments: Record<PaymentStatus, number>;
  turnover: { today: bigint; week: bigint; month: bigint; allTime: bigint };
}

export function createStatisticsService({ prisma, clock }: { prisma: PrismaClient; clock: Clock }) {
  return {
    /**
     * @param botId `user_bots.id`; null: all of the owner's bots. Somebody else's bot counts nothing.
     * @param startOfToday as the owner's time zone sees it
     */
    async read(owner: Owner, botId: number | null, startOfToday: Date): Promise<Statistics> {
      const bot = { ownerId: owner.id, ...(botId === null ? { removedAt: null } : { id: botId }) };
      const since = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
      const turnover = async (from?: Date) => {
        const where = { bot, status: 'approved', ...(from ? { approvedAt: { gte: from } } : {}) };
        const sum = await prisma.payment.aggregate({ where, _sum: { amount: true } });
        return fromDecimalString(sum._sum.amount?.toFixed(2) ?? '0');
      };
      const [endUsers, liveSubscribers, states, today, week, month, allTime] = await Promise.all([
        prisma.endUser.count({ where: { bot } }),
        prisma.subscription.count({ where: { status: 'active', channel: { bot } } }),
        prisma.payment.groupBy({ by: ['status'], where: { bot }, _count: true }),
        turnover(startOfToday),
        turnover(since(7)),
        turnover(since(30)),
        turnover(),
      ]);
      const payments = { created: 0, pending: 0, approved: 0, rejected: 0, cancelled: 0, reversed: 0 };
      for (const { status, _count } of states) payments[status as PaymentStatus] = _count;
      return { endUsers, liveSubscribers, payments, turnover: { today, week, month, allTime } };
    },
  };
}
