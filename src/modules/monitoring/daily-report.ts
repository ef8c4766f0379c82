import { z } from 'zod';
import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { OutboxDefinitions } from '../../kernel/outbox/outbox-message.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { DAY_MS, HOUR_MS } from '../../shared/durations.ts';
import { NOT_FORGOTTEN } from '../owners/owner.ts';
import { shownMethod } from '../payments/methods/shown-method.ts';
import { amountIn, type Currency } from '../payments/payment.ts';
import { FAILING } from '../seller-bots/seller-bot.ts';
import type { Taking } from '../statistics/statistics.ts';
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
  /** Tiyin, of what was paid in soʻm. */
  turnover: bigint;
  takings: Taking[];
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
    prisma.payment.groupBy({
      by: ['currency', 'paymentMethod'],
      where: { status: 'approved', approvedAt: during, isTest: false },
      orderBy: [{ currency: 'asc' }, { paymentMethod: 'asc' }],
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
    approved: approved.reduce((sum, { _count }) => sum + _count, 0),
    rejected,
    waiting,
    ...takingsOf(approved),
    errors: day.errors,
  };
}

/** What came in, in all and by where it came from. */
function takingsOf(
  groups: readonly {
    currency: string;
    paymentMethod: string;
    _sum: { amount: { toFixed(digits: number): string } | null };
  }[],
): Pick<DailyReport, 'turnover' | 'takings'> {
  const takings: DailyReport['takings'] = [];
  for (const { currency: stored, paymentMethod, _sum } of groups) {
    const currency = stored as Currency;
    const method = shownMethod(paymentMethod);
    const amount = amountIn(currency, _sum.amount?.toFixed(2) ?? '0');
    const known = takings.find((one) => one.method === method && one.currency === currency);
    if (known) known.amount += amount;
    else takings.push({ method, currency, amount });
  }
  const inSum = takings.filter(({ currency }) => currency === 'UZS');
  return { turnover: inSum.reduce((sum, { amount }) => sum + amount, 0n), takings };
}
