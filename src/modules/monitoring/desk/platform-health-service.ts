import type { QueueMetrics } from '../../../infra/observability/metrics.ts';
import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import { type Actor, requireModerator } from '../../../kernel/actor.ts';
import { FAILING } from '../../seller-bots/seller-bot.ts';
import type { Health } from '../health-service.ts';

/** What the platform stands on, as it is now. */
export interface PlatformHealth {
  health: Health;
  /** Null: they cannot be read. */
  queues: readonly QueueMetrics[] | null;
  /** Bots whose token died, those of the shortest time first. */
  failingBots: {
    telegramBotId: bigint;
    username: string;
    owner: { id: number; fullName: string };
    tokenDeadAt: Date | null;
  }[];
  /** What moderators were last told of each kind of trouble, the newest first. */
  alerts: { kind: string; saidAt: Date; isOpen: boolean }[];
}

const MOST_FAILING = 100;

/** What moderators ask of the platform's health. To anybody else nothing of it exists. */
export function createPlatformHealthService(deps: {
  prisma: PrismaClient;
  moderatorIds: readonly bigint[];
  readHealth: () => Promise<Health>;
  readQueues: () => Promise<readonly QueueMetrics[] | null>;
}) {
  const { prisma, moderatorIds } = deps;

  async function read(actor: Actor): Promise<PlatformHealth> {
    requireModerator(actor, moderatorIds);
    const [health, queues, failingBots, alerts] = await Promise.all([
      deps.readHealth(),
      deps.readQueues(),
      prisma.sellerBot.findMany({
        where: FAILING,
        select: {
          telegramBotId: true,
          username: true,
          tokenDeadAt: true,
          owner: { select: { id: true, fullName: true } },
        },
        orderBy: [{ tokenDeadAt: 'desc' }, { id: 'desc' }],
        take: MOST_FAILING,
      }),
      prisma.alert.findMany({ orderBy: [{ saidAt: 'desc' }, { kind: 'asc' }] }),
    ]);
    return { health, queues, failingBots, alerts };
  }

  return { read };
}
