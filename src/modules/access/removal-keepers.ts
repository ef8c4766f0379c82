import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isForgotten } from '../../shared/tenant-scope.ts';
import { DeliveryError } from '../notifications/delivery-error.ts';
import type { Keeper } from '../promises/promise.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';
import { lockEndUser } from '../subscriptions/subscription-repository.ts';
import { settleBan } from './ban-settling.ts';
import type { ChatGateway, ChatPlace, Presence } from './chat-gateway.ts';

export interface RemovalKeepersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  chats: ChatGateway;
}

/** Who must not be inside is out in the end, whatever died in between: judged by what Telegram says, not by calls. */
export function createRemovalKeepers(deps: RemovalKeepersDeps): {
  'remove-member': Keeper<'remove-member'>;
  'remove-stranger': Keeper<'remove-stranger'>;
  'settle-ban': Keeper<'settle-ban'>;
} {
  const { prisma, chats } = deps;

  /** @returns where they are then. @throws DeliveryError `not-sent` while they are still inside */
  async function putOut(place: ChatPlace, telegramUserId: bigint): Promise<Presence> {
    const before = await chats.presenceOf(place, telegramUserId);
    if (before !== 'inside') return before;
    await chats.removeMember(place, telegramUserId);
    const after = await chats.presenceOf(place, telegramUserId);
    if (after === 'inside') throw new DeliveryError('not-sent');
    return after;
  }

  return {
    'remove-member': async ({ subscriptionId }) => {
      const subscription = await prisma.subscription.findUnique({
        where: { id: subscriptionId },
        include: { endUser: true, channel: { include: { bot: true } } },
      });
      if (!subscription || subscription.status === 'active' || subscription.kickedAt) return 'not-due';
      const { endUser, channel } = subscription;
      if (isForgotten(endUser)) return 'not-due';
      // Who renewed meanwhile stays: the newer subscription holds their place.
      if (await hasActive(prisma, channel.id, endUser.telegramUserId)) return 'not-due';
      const place = placeOf(channel);
      const presence = await putOut(place, endUser.telegramUserId);
      if (presence === 'administrator') {
        await tellThatAdminStays(deps, subscription.id, channel.bot);
        return 'kept';
      }
      // Putting somebody out lifts a ban: one that came in the meantime too.
      const { banned } = await prisma.endUser.findUniqueOrThrow({ where: { id: endUser.id } });
      if (banned || presence === 'banned') await settleBan(deps, place, endUser.id);
      await noteRemoved(deps, subscription.id, endUser.id, channel.bot);
      return 'kept';
    },

    'remove-stranger': async ({ channelId, telegramUserId }) => {
      const channel = await prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
      if (!channel || (await hasActive(prisma, channelId, BigInt(telegramUserId)))) return 'not-due';
      await putOut(placeOf(channel), BigInt(telegramUserId));
      await putStrangerRight(deps, channel, BigInt(telegramUserId));
      return 'kept';
    },

    'settle-ban': async ({ channelId, endUserId }) => {
      const channel = await prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
      if (!channel) return 'not-due';
      await settleBan(deps, placeOf(channel), endUserId);
      return 'kept';
    },
  };
}

function placeOf(channel: { telegramChatId: bigint; bot: { telegramBotId: bigint } }): ChatPlace {
  return { telegramBotId: channel.bot.telegramBotId, telegramChatId: channel.telegramChatId };
}

async function hasActive(prisma: PrismaClient, channelId: number, telegramUserId: bigint): Promise<boolean> {
  const active = await prisma.subscription.findFirst({
    where: { channelId, status: 'active', endUser: { telegramUserId } },
    select: { id: true },
  });
  return active !== null;
}

interface Tenant {
  id: number;
  ownerId: number;
}

/**
 * They are out, for this subscription and whatever ended before it: one removal is told of once. Who paid in that very
 * moment gets a way in again.
 */
async function noteRemoved(
  { transact }: RemovalKeepersDeps,
  subscriptionId: number,
  endUserId: number,
  bot: Tenant,
): Promise<void> {
  await transact(async ({ db, now, promise }) => {
    await lockEndUser(db, endUserId, bot.id);
    const removed = await db.subscription.updateManyAndReturn({
      where: { id: subscriptionId, status: { not: 'active' }, kickedAt: null },
      data: { kickedAt: now },
    });
    const row = removed[0];
    const channelId = row?.channelId;
    if (channelId !== undefined) {
      await db.subscription.updateMany({
        where: { endUserId, channelId, status: { not: 'active' }, kickedAt: null },
        data: { kickedAt: now },
      });
    }
    const active = await db.subscription.findFirst({
      where: row
        ? { endUserId, channelId: row.channelId, status: 'active' }
        : { id: subscriptionId, status: 'active' },
      select: { id: true },
    });
    if (active) {
      promise({
        kind: 'deliver-access',
        botId: bot.id,
        payload: { subscriptionId: active.id, reason: 'again' },
      });
    }
    if (channelId === undefined) return;
    promise({
      kind: 'sure-notice',
      botId: bot.id,
      payload: {
        to: { kind: 'owner', ownerId: bot.ownerId },
        notice: { kind: 'endUserRemoved', subscriptionId },
        quiet: true,
      },
    });
  });
}

/** The stranger may be known here: banned meanwhile, or let in by a payment that was approved while they were put out. */
async function putStrangerRight(
  deps: RemovalKeepersDeps,
  channel: { id: number; telegramChatId: bigint; bot: Tenant & { telegramBotId: bigint } },
  telegramUserId: bigint,
): Promise<void> {
  const where = { telegramUserId_botId: { telegramUserId, botId: channel.bot.id } };
  const endUser = await deps.prisma.endUser.findUnique({ where });
  if (!endUser) return;
  if (endUser.banned) return settleBan(deps, placeOf(channel), endUser.id);
  await deps.transact(async ({ db, promise }) => {
    await lockEndUser(db, endUser.id, channel.bot.id);
    const active = await db.subscription.findFirst({
      where: { endUserId: endUser.id, channelId: channel.id, status: 'active' },
      select: { id: true },
    });
    if (!active) return;
    const payload = { subscriptionId: active.id, reason: 'again' } as const;
    promise({ kind: 'deliver-access', botId: channel.bot.id, payload });
  });
}

/** Begins the keys of notices that an administrator stays. */
export const ADMIN_STAYS = 'admin-stays:';

/** Once: the owner alone can remove an administrator. */
async function tellThatAdminStays(
  { transact }: RemovalKeepersDeps,
  subscriptionId: number,
  bot: Tenant,
): Promise<void> {
  await transact(async ({ promise }) => {
    promise({
      kind: 'sure-notice',
      key: `${ADMIN_STAYS}${subscriptionId}`,
      botId: bot.id,
      payload: {
        to: { kind: 'owner', ownerId: bot.ownerId },
        notice: { kind: 'adminStays', subscriptionId },
        quiet: false,
      },
    });
  });
}
