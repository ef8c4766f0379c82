import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { isForgotten } from '../../shared/tenant-scope.ts';
import { DeliveryError } from '../notifications/delivery-error.ts';
import type { Keeper } from '../promises/promise.ts';
import type { UnitOfWork } from '../promises/unit-of-work.ts';
import { lockEndUser } from '../subscriptions/subscription-repository.ts';
import type { ChatGateway, ChatPlace, Presence } from './chat-gateway.ts';

/** Each change is looked at once more. */
const SETTLE_ATTEMPTS = 4;

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

  /** Makes the chat what the books say of a ban; they may say otherwise by then, or somebody undid it meanwhile. */
  async function settleBan(place: ChatPlace, endUserId: number): Promise<void> {
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt += 1) {
      const endUser = await prisma.endUser.findUnique({ where: { id: endUserId } });
      if (!endUser || isForgotten(endUser)) return;
      const presence = await chats.presenceOf(place, endUser.telegramUserId);
      if (presence === 'administrator' || endUser.banned === (presence === 'banned')) return;
      if (endUser.banned) await chats.ban(place, endUser.telegramUserId);
      else await chats.liftBan(place, endUser.telegramUserId);
    }
    throw new DeliveryError('not-sent');
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
      if (banned || presence === 'banned') await settleBan(place, endUser.id);
      await noteRemoved(deps, subscription.id, endUser.id, channel.bot);
      return 'kept';
    },

    'remove-stranger': async ({ channelId, telegramUserId }) => {
      const channel = await prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
      if (!channel || (await hasActive(prisma, channelId, BigInt(telegramUserId)))) return 'not-due';
      await putOut(placeOf(channel), BigInt(telegramUserId));
      return 'kept';
    },

    'settle-ban': async ({ channelId, endUserId }) => {
      const channel = await prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
      if (!channel) return 'not-due';
      await settleBan(placeOf(channel), endUserId);
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

/** They are out. Who paid in that very moment gets a way in again. */
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
        payload: { subscriptionId: active.id, paymentId: null, reason: 'again' },
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
