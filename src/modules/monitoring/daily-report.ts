import { z } from 'zod';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { DAY_MS, HOUR_MS } from '../../shared/durations.ts';
import { fromDecimal } from '../../shared/money.ts';
import { NOT_FORGOTTEN } from '../owners/owner.ts';
import { FAILING } from '../seller-bots/seller-bot.ts';
import type { AlertGateway } from './alert-gateway.ts';
import type { DailyPeople, PeopleTrend } from './daily-people.ts';
import type { HourlyMetrics } from './hourly-metrics.ts';
import type { Moderators } from './moderators.ts';

const dailyReport = z.object({ moderatorId: z.string(), until: z.iso.datetime() });

declare module '../../kernel/outbox/outbox-message.ts' {
  interface OutboxPayloads {
    /** One moderator reads how the last 24 hours went. */
    'daily-report': z.infer<typeof dailyReport>;
  }
}

/** The platform's last 24 hours. */
export interface DailyReport extends PeopleTrend {
  until: Date;
  owners: number;
  newOwners: number;
  bots: number;
  /** @usernames of bots whose token died, as many as fit. */
  failingBots: string[];
  failingCount: number;
  subscribers: number;
  newSubscribers: number;
  activeUsers: number;
  approved: number;
  rejected: number;
  waiting: number;
  /** Tiyin. */
  turnover: bigint;
  errors: number;
}

const FAILING_BOTS_SHOWN = 10;

/** Enqueues the report of this day to every moderator; twice in a day changes nothing. */
export function createDailyReports({
  transact,
  moderatorIds,
}: {
  transact: UnitOfWork;
  moderatorIds: readonly bigint[];
}): () => Promise<void> {
  return () =>
    transact(async ({ now, enqueue }) => {
      for (const id of moderatorIds) {
        enqueue({
          kind: 'daily-report',
          key: `daily-report:${now.toISOString().slice(0, 10)}:${id}`,
          payload: { moderatorId: String(id), until: now.toISOString() },
        });
      }
    });
}

interface Sources {
  prisma: PrismaClient;
  metrics: Pick<HourlyMetrics, 'readDay'>;
  people: Pick<DailyPeople, 'readTrend'>;
}

export function createMonitoringMessages(
  deps: Sources & {
    moderators: Moderators;
    alerts: AlertGateway;
  },
): OutboxDefinitions<'daily-report'> {
  return {
    'daily-report': {
      payload: dailyReport,
      onUnknown: 'counts as sent',
      endsWhenRefused: true,
      async handle({ moderatorId, until }) {
        await deps.moderators.refresh();
        const moderator = deps.moderators.list().find((one) => String(one.telegramUserId) === moderatorId);
        if (!moderator) return 'not-due';
        await deps.alerts.report(moderator, await readDailyReport(deps, new Date(until)));
        return 'delivered';
      },
    },
  };
}

async function readDailyReport({ prisma, metrics, people }: Sources, until: Date): Promise<DailyReport> {
  const from = new Date(until.getTime() - DAY_MS);
  const during = { gte: from, lt: until };
  // Metrics are kept by whole hours; the one that has begun is left to the next report.
  const hour = (instant: Date) => new Date(Math.floor(instant.getTime() / HOUR_MS) * HOUR_MS);
  const [
    owners,
    newOwners,
    bots,
    failingCount,
    failingBots,
    subscribers,
    newSubscribers,
    approved,
    rejected,
    waiting,
    day,
    trend,
  ] = await Promise.all([
    prisma.owner.count({ where: NOT_FORGOTTEN }),
    prisma.owner.count({ where: { ...NOT_FORGOTTEN, createdAt: during } }),
    prisma.sellerBot.count({ where: { isActive: true } }),
    prisma.sellerBot.count({ where: FAILING }),
    prisma.sellerBot.findMany({
      where: FAILING,
      select: { username: true },
      orderBy: { id: 'asc' },
      take: FAILING_BOTS_SHOWN,
    }),
    prisma.endUser.count({ where: { subscriptions: { some: { status: 'active' } } } }),
    prisma.endUser.count({ where: { subscriptions: { some: { startedAt: during } } } }),
    prisma.payment.aggregate({
      where: { status: 'approved', approvedAt: during },
      _count: true,
      _sum: { amount: true },
    }),
    prisma.payment.count({ where: { status: 'rejected', decidedAt: during } }),
    prisma.payment.count({ where: { status: 'pending' } }),
    metrics.readDay(hour(from), hour(until)),
    people.readTrend(until),
  ]);
  return {
    until,
    owners,
    newOwners,
    bots,
    failingBots: failingBots.map(({ username }) => username),
    failingCount,
    subscribers,
    newSubscribers,
    activeUsers: day.activeUsers,
    ...trend,
    approved: approved._count,
    rejected,
    waiting,
    turnover: fromDecimal(approved._sum.amount ?? 0),
    errors: day.errors,
  };
}
