import type { PrismaClient } from '../../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../../kernel/tenant-scope.ts';
import { fromDecimal } from '../../../shared/money.ts';
import { type Duration, toDuration } from '../../plans/duration.ts';
import type { RevenueQuery } from './reports/revenue.ts';
import type { KnownSource } from './reports/sources.ts';

/** A plan, as far as it takes to call it something. */
export interface NamedPlan {
  /** The owner's own; null: it is called by its duration. */
  name: string | null;
  duration: Duration;
  /** Its first chat, where the bot sells several; null: it sells this one alone. */
  chat: string | null;
}

/** What groups of revenue are called, by their keys: those that are gone as well, and none of methods, which are words. */
export async function readNames(
  prisma: PrismaClient,
  { botId }: TenantScope,
  by: RevenueQuery['by'],
  nameOf: (plan: NamedPlan) => string,
): Promise<ReadonlyMap<string, string>> {
  switch (by) {
    case 'method':
      return new Map();
    case 'chat': {
      const chats = await prisma.channel.findMany({ where: { botId }, select: { id: true, title: true } });
      return new Map(chats.map(({ id, title }) => [String(id), title]));
    }
    case 'source': {
      const sources = await prisma.source.findMany({ where: { botId }, select: { id: true, name: true } });
      return new Map(sources.map(({ id, name }) => [String(id), name]));
    }
    case 'plan': {
      const plans = await prisma.plan.findMany({
        where: { channel: { botId } },
        include: { channel: { select: { title: true } } },
      });
      const sellsOne = new Set(plans.map(({ channelId }) => channelId)).size === 1;
      return new Map(
        plans.map(({ id, name, channel, ...columns }) => {
          const chat = sellsOne ? null : channel.title;
          return [String(id), nameOf({ name, duration: toDuration(columns), chat })];
        }),
      );
    }
  }
}

/** Every source that a bot ever had, with what it cost. */
export async function readSources(prisma: PrismaClient, { botId }: TenantScope): Promise<KnownSource[]> {
  const sources = await prisma.source.findMany({
    where: { botId },
    select: { id: true, slug: true, name: true, cost: true },
  });
  return sources.map(({ cost, ...source }) => ({ ...source, cost: cost && fromDecimal(cost) }));
}
