import type { PrismaClient } from '../../infra/prisma-client/client.ts';
import { DeliveryError } from '../../kernel/outbox/delivery-error.ts';
import type { OutboxHandler, OutboxPayloads } from '../../kernel/outbox/outbox-message.ts';
import { isForgotten } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import type { ChatGateway, ChatPlace, Presence } from '../channels/chat-gateway.ts';
import { isFree } from '../free-list/free-member.ts';
import { endUserOf, moderator, ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import { lockEndUser } from '../subscriptions/subscription-queries.ts';
import { ACCESS_NOTICES } from './access-notices.ts';
import { settleBan } from './ban-settling.ts';
import { findActiveIn, readBan } from './chat-access.ts';

export interface RemovalHandlersDeps {
  prisma: PrismaClient;
  transact: UnitOfWork;
  chats: ChatGateway;
  moderatorIds: readonly bigint[];
}

/** Who must not be inside is out in the end, whatever died in between: judged by what Telegram says, not by calls. */
export function createRemovalHandlers(deps: RemovalHandlersDeps): {
  'remove-member': OutboxHandler<'remove-member'>;
  'remove-stranger': OutboxHandler<'remove-stranger'>;
  'ask-about-removal': OutboxHandler<'ask-about-removal'>;
  'settle-ban': OutboxHandler<'settle-ban'>;
} {
  const { prisma, chats } = deps;

  /**
   * @returns where they are then; null for whoever may stay: they renewed meanwhile, bought from the bot that has the
   * chat now, or are on its free list. @throws DeliveryError `not-sent` while they are still inside
   */
  async function putOut(
    channelId: number,
    place: ChatPlace,
    telegramUserId: bigint,
  ): Promise<Presence | null> {
    const before = await chats.presenceOf(place, telegramUserId);
    // Only now: the look took its time, and may have found the chat under a new id.
    const { telegramChatId } = await prisma.channel.findUniqueOrThrow({ where: { id: channelId } });
    if (await findActiveIn(prisma, telegramChatId, telegramUserId)) return null;
    if (await isFree(prisma, telegramChatId, telegramUserId)) return null;
    if (before !== 'inside') return before;
    await chats.removeMember(place, telegramUserId);
    const after = await chats.presenceOf(place, telegramUserId);
    if (after === 'inside') throw new DeliveryError('not-sent');
    return after;
  }

  async function readAdder(subscriptionId: number): Promise<Adder | null> {
    const subscription = await prisma.subscription.findUnique({
      where: { id: subscriptionId },
      include: { endUser: true },
    });
    if (!subscription) return null;
    const { endUserId, endUser } = subscription;
    return { subscriptionId, endUserId, telegramUserId: endUser.telegramUserId };
  }

  return {
    'remove-member': async ({ subscriptionId, telegramUserId: forgotten, why }) => {
      const subscription = await prisma.subscription.findUnique({
        where: { id: subscriptionId },
        include: { endUser: true, channel: { include: { bot: true } } },
      });
      if (!subscription || subscription.status === 'active' || subscription.kickedAt) return 'not-due';
      const { endUser, channel } = subscription;
      const telegramUserId = forgotten === undefined ? endUser.telegramUserId : BigInt(forgotten);
      if (isForgotten({ telegramUserId })) return 'not-due';
      // The token that answers for this bot may be somebody else's by now.
      if (channel.bot.removedAt) {
        if (channel.bot.releasedAt) await tellThatMembersStay(deps, channel.bot.id);
        return 'not-due';
      }
      const place = placeOf(channel);
      const presence = await putOut(channel.id, place, telegramUserId);
      if (presence === null) return 'not-due';
      if (presence === 'administrator') {
        await tellThatAdminStays(deps, subscription.id, channel.bot);
        return 'delivered';
      }
      // Putting somebody out lifts a ban: one that came in the meantime too.
      const present = await prisma.endUser.findUniqueOrThrow({ where: { id: endUser.id } });
      const { banned } = await readBan(prisma, { ...present, telegramUserId }, channel.telegramChatId);
      if (banned || presence === 'banned') await settleBan(deps, place, endUser.id, telegramUserId);
      await noteRemoved(deps, { subscriptionId, why }, { id: endUser.id, telegramUserId }, channel);
      return 'delivered';
    },

    'remove-stranger': async ({ channelId, telegramUserId, addedBySubscriptionId }) => {
      const channel = await prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
      if (!channel) return 'not-due';
      const added = addedBySubscriptionId === undefined ? null : await readAdder(addedBySubscriptionId);
      // Whom an administrator adds is the owner's guest.
      if (added && (await chats.presenceOf(placeOf(channel), added.telegramUserId)) === 'administrator')
        return 'not-due';
      const presence = await putOut(channelId, placeOf(channel), BigInt(telegramUserId));
      if (presence === null) return 'not-due';
      await putStrangerRight(deps, channel, BigInt(telegramUserId));
      if (added) await tellOfFriend(deps, channel.bot, added, telegramUserId);
      return 'delivered';
    },

    'ask-about-removal': async ({ subscriptionId }, { id }) => {
      const subscription = await prisma.subscription.findUnique({
        where: { id: subscriptionId },
        include: { endUser: true, channel: { include: { bot: true } } },
      });
      if (subscription?.status !== 'active' || isForgotten(subscription.endUser)) return 'not-due';
      const { channel, endUser } = subscription;
      const presence = await chats.presenceOf(placeOf(channel), endUser.telegramUserId);
      if (presence === 'inside' || presence === 'administrator') return 'not-due';
      await deps.transact(async (work) => {
        const options = { key: `removed-by-bot:${id}`, botId: channel.bot.id };
        tell(work, ACCESS_NOTICES.removedByBot, ownerOf(channel.bot), { subscriptionId }, options);
      });
      return 'delivered';
    },

    'settle-ban': async ({ channelId, endUserId }) => {
      const channel = await prisma.channel.findUnique({ where: { id: channelId }, include: { bot: true } });
      if (!channel) return 'not-due';
      await settleBan(deps, placeOf(channel), endUserId);
      return 'delivered';
    },
  };
}

function placeOf(channel: { telegramChatId: bigint; bot: { telegramBotId: bigint } }): ChatPlace {
  return { telegramBotId: channel.bot.telegramBotId, telegramChatId: channel.telegramChatId };
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
  { transact }: RemovalHandlersDeps,
  about: Pick<OutboxPayloads['remove-member'], 'subscriptionId' | 'why'>,
  { id: endUserId, telegramUserId }: { id: number; telegramUserId: bigint },
  { id: channelId, bot }: { id: number; bot: Tenant },
): Promise<void> {
  await transact(async (work) => {
    const { db, now } = work;
    await lockEndUser(db, endUserId, bot.id);
    const removed = await db.subscription.updateManyAndReturn({
      where: { id: about.subscriptionId, status: { not: 'active' }, kickedAt: null },
      data: { kickedAt: now },
    });
    await enqueueWayBack(work, channelId, telegramUserId);
    if (removed.length === 0) return;
    await db.subscription.updateMany({
      where: { endUserId, channelId, status: { not: 'active' }, kickedAt: null },
      data: { kickedAt: now },
    });
    tell(work, ACCESS_NOTICES.endUserRemoved, ownerOf(bot), about, { botId: bot.id });
  });
}

/** The stranger may be known here: banned meanwhile, or let in by a payment that was approved while they were put out. */
async function putStrangerRight(
  deps: RemovalHandlersDeps,
  channel: { id: number; telegramChatId: bigint; bot: Tenant & { telegramBotId: bigint } },
  telegramUserId: bigint,
): Promise<void> {
  const where = { telegramUserId_botId: { telegramUserId, botId: channel.bot.id } };
  const endUser = await deps.prisma.endUser.findUnique({ where });
  if (endUser?.banned) return settleBan(deps, placeOf(channel), endUser.id);
  await deps.transact(async ({ db, enqueue }) => {
    if (endUser) await lockEndUser(db, endUser.id, channel.bot.id);
    await enqueueWayBack({ db, enqueue }, channel.id, telegramUserId);
  });
}

interface Adder {
  subscriptionId: number;
  endUserId: number;
  telegramUserId: bigint;
}

/** Owner and buyer read once that the buyer's friend is out again. */
async function tellOfFriend(
  { transact }: RemovalHandlersDeps,
  bot: Tenant,
  { subscriptionId, endUserId }: Adder,
  telegramUserId: string,
): Promise<void> {
  await transact(async (work) => {
    const options = { botId: bot.id };
    const buyer = endUserOf({ endUserId });
    tell(work, ACCESS_NOTICES.friendAdded, ownerOf(bot), { subscriptionId, telegramUserId }, options);
    tell(work, ACCESS_NOTICES.friendPutOut, buyer, { subscriptionId }, options);
  });
}

/** For whoever got a right to be there while they were put out. */
async function enqueueWayBack(
  { db, enqueue }: Pick<Work, 'db' | 'enqueue'>,
  channelId: number,
  telegramUserId: bigint,
): Promise<void> {
  const { telegramChatId } = await db.channel.findUniqueOrThrow({ where: { id: channelId } });
  const active = await findActiveIn(db, telegramChatId, telegramUserId);
  if (!active) return;
  const payload = { subscriptionId: active.id, reason: 'again' } as const;
  enqueue({ kind: 'deliver-access', botId: active.botId, payload });
}

/** Begins the keys of notices that an administrator stays. */
export const ADMIN_STAYS = 'admin-stays:';

/** Once: the owner alone can remove an administrator. */
async function tellThatAdminStays(
  { transact }: RemovalHandlersDeps,
  subscriptionId: number,
  bot: Tenant,
): Promise<void> {
  await transact(async (work) => {
    const options = { key: `${ADMIN_STAYS}${subscriptionId}`, botId: bot.id };
    tell(work, ACCESS_NOTICES.adminStays, ownerOf(bot), { subscriptionId }, options);
  });
}

/** Once a bot: nobody but the moderators knows that its former members are still inside. */
async function tellThatMembersStay(
  { transact, moderatorIds }: RemovalHandlersDeps,
  botId: number,
): Promise<void> {
  await transact(async (work) => {
    for (const moderatorId of moderatorIds) {
      const key = `released-members:${botId}:${moderatorId}`;
      tell(work, ACCESS_NOTICES.releasedMembersStay, moderator(moderatorId), { botId }, { key });
    }
  });
}
