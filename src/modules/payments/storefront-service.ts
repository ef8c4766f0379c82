import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import type { TenantScope } from '../../shared/tenant-scope.ts';
import { CAN_SELL, type Channel, CONNECTED, toChannel } from '../channels/channel.ts';
import type { EndUser } from '../end-users/end-user.ts';
import { byDuration, type Plan } from '../plans/plan.ts';
import { toPlan } from '../plans/plan-service.ts';

/** What a seller bot shows one person: what they have, and what they may buy. */
export interface Storefront {
  /** Null: the default text. */
  welcomeMessage: string | null;
  subscriptions: HeldSubscription[];
  /** Chats with at least one plan for this person; empty when nothing is sold now. */
  offers: { channel: Channel; plans: Plan[] }[];
}

export interface HeldSubscription {
  id: number;
  channel: Channel;
  /** Null = lifetime. */
  expiresAt: Date | null;
  joinedAt: Date | null;
}

/**
 * The one rule of when a plan may be bought, as a condition on `plans`: the bot runs and is not paused, its owner is
 * not banned and has a card, the chat is connected with every right it needs.
 */
export function onSale(scope: TenantScope) {
  return {
    isActive: true,
    channel: {
      ...CAN_SELL,
      botId: scope.botId,
      bot: { isActive: true, pausedAt: null, cardNumber: { not: null }, owner: { banned: false } },
    },
  } as const;
}

export function createStorefrontService({ prisma }: { prisma: PrismaClient }) {
  return {
    async open(scope: TenantScope, endUser: EndUser): Promise<Storefront> {
      const [bot, plans, held] = await Promise.all([
        prisma.sellerBot.findUniqueOrThrow({ where: { id: scope.botId }, select: { welcomeMessage: true } }),
        endUser.banned ? [] : prisma.plan.findMany({ where: onSale(scope), include: { channel: true } }),
        prisma.subscription.findMany({
          where: { endUserId: endUser.id, status: 'active', channel: { botId: scope.botId, ...CONNECTED } },
          include: { channel: true },
        }),
      ]);
      const lifetime = new Set(held.filter((one) => one.expiresAt === null).map((one) => one.channelId));
      const offers = new Map<number, { channel: Channel; plans: Plan[] }>();
      for (const { channel, ...plan } of plans.sort(byDuration)) {
        if (lifetime.has(channel.id)) continue;
        const offer = offers.get(channel.id) ?? { channel: toChannel(channel), plans: [] };
        offer.plans.push(toPlan(plan));
        offers.set(channel.id, offer);
      }
      return {
        welcomeMessage: bot.welcomeMessage,
        subscriptions: held.map((one) => ({
          id: one.id,
          channel: toChannel(one.channel),
          expiresAt: one.expiresAt,
          joinedAt: one.joinedAt,
        })),
        offers: [...offers.values()].sort((a, b) => a.channel.type.localeCompare(b.channel.type)),
      };
    },
  };
}
