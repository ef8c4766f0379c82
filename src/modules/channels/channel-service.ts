import type { Channel as ChannelRow, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, actorInChat, requireOwner, requireOwnerOf } from '../../kernel/actor.ts';
import type { AuditActor } from '../../kernel/audit.ts';
import { AppError } from '../../kernel/errors.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { requireMayRead } from '../../kernel/rights.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { ownerOf } from '../notifications/address.ts';
import { tell } from '../notifications/notice.ts';
import {
  type Channel,
  type ChatDescription,
  type ChatMembership,
  type ChatSight,
  CONNECTED,
  OUTSIDE,
  toChannel,
} from './channel.ts';
import { CHANNEL_NOTICES, tellOfChat } from './channel-notices.ts';
import { noteSight, updateChat } from './chat-changes.ts';
import {
  countActive,
  countWaiting,
  disconnect,
  freeFromRemovedBots,
  lockChats,
  refusalIsToldAt,
  whyNot,
} from './chat-connection.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A bot has a chat that it may sell. */
    chatConnected: { ownerId: number };
  }
}

export type ChannelService = ReturnType<typeof createChannelService>;

export function createChannelService({
  prisma,
  transact,
  look,
}: {
  prisma: PrismaClient;
  transact: UnitOfWork;
  /** A chat as the bot sees it now; null where it is not inside. */
  look: (place: { telegramBotId: bigint; telegramChatId: bigint }) => Promise<ChatSight | null>;
}) {
  /**
   * The bot's place in a chat has changed. Connects a new chat, notes rights lost or back, and tells the owner.
   * Heard again, also long after, or behind what is newer, it changes nothing and tells nothing.
   */
  async function membershipChanged(scope: TenantScope, membership: ChatMembership): Promise<void> {
    await transact((work) => noteMembership(work, scope, membership));
  }

  async function noteMembership(work: Work, scope: TenantScope, membership: ChatMembership): Promise<void> {
    await lockChats(work, scope);
    const known = await work.db.channel.findFirst({
      where: { botId: scope.botId, telegramChatId: membership.telegramChatId },
      orderBy: { id: 'desc' },
    });
    if (known) {
      if (known.toldOrder !== null && known.toldOrder >= membership.toldOrder) return;
      const { toldOrder } = membership;
      await work.db.channel.update({ where: { id: known.id }, data: { toldOrder } });
    }
    if (known?.connectedAt && !known.disconnectedAt) return updateChat(work, scope, known, membership);
    if (!membership.isInside) return;
    const actor = actorInChat(scope, membership.changedBy);
    const isOwners = actor.kind === 'owner';
    const event = `${membership.telegramChatId}:${membership.changedAt.getTime()}`;
    const refusal = await whyNot(work.db, scope, membership);
    if (refusal) {
      const { title } = membership;
      const telegramChatId = String(membership.telegramChatId);
      const refused = { botId: scope.botId, telegramChatId, title, reason: refusal };
      const dueAt = await refusalIsToldAt(work, scope, membership);
      // Strangers may add it wherever they like: of that the owner hears once an hour.
      const key = `chat-refused:${scope.botId}:${isOwners ? event : `${membership.type}:${hourOf(work.now)}`}`;
      return tell(work, CHANNEL_NOTICES.chatRefused, ownerOf(scope), refused, { key, dueAt });
    }
    if (isOwners) await freeFromRemovedBots(work, membership.telegramChatId);
    const channel = await saveChat(work, scope, known, membership, isOwners);
    if (!isOwners) {
      const key = `chat-waits:${scope.botId}:${membership.type}:${hourOf(work.now)}`;
      return tellOfChat(work, scope, 'chatWaitsForOwner', channel.id, { key });
    }
    announceConnected(work, scope, actor, channel);
  }

  /** Asked before somebody is shown their chats. @throws AppError `notFound` */
  function requireMayConnect(scope: TenantScope, actor: Actor): void {
    requireOwnerOf(scope, actor);
  }

  /** The owner points at a chat where the bot is already. @throws AppError `notFound` */
  async function connectOwn(
    scope: TenantScope,
    actor: Actor,
    seen: Omit<ChatMembership, 'changedBy'>,
  ): Promise<void> {
    await transact(async (work) => {
      const { telegramUserId: changedBy } = await requireOwner(work.db, scope, actor);
      await noteMembership(work, scope, { ...seen, changedBy });
    });
  }

  function announceConnected(work: Work, scope: TenantScope, actor: AuditActor, channel: ChannelRow): void {
    work.audit(actor, 'chat.connected', { channel: channel.id, bot: scope.botId });
    tellOfChat(work, scope, 'chatConnected', channel.id);
    work.publish('chatConnected', { ownerId: scope.ownerId });
  }

  /**
   * What a look at a connected chat found: an update that was missed, and what Telegram tells nobody, is made up for.
   * @param sight null: the bot is not there
   */
  async function chatSeen(scope: TenantScope, channelId: number, sight: ChatSight | null): Promise<void> {
    await transact(async (work) => {
      await lockChats(work, scope);
      const known = await work.db.channel.findFirst({
        where: { id: channelId, botId: scope.botId, ...CONNECTED },
      });
      if (known) await noteSight(work, scope, known, sight ?? { ...known, ...OUTSIDE });
    });
  }

  /** Another update showed the chat. Telegram says nothing when it gets a username, so whatever shows it is heard. */
  async function chatMentioned(scope: TenantScope, about: ChatDescription): Promise<void> {
    const where = { ...CONNECTED, botId: scope.botId, telegramChatId: about.telegramChatId };
    const before = await prisma.channel.findFirst({ where });
    if (!before || (before.isPublic === about.isPublic && before.title === about.title)) return;
    await transact(async (work) => {
      await lockChats(work, scope);
      const known = await work.db.channel.findFirst({ where });
      if (known) await noteSight(work, scope, known, { ...known, ...about, isInside: true });
    });
  }

  /**
   * The owner takes a chat to which somebody else added the bot, as the chat is now: rights and visibility may have changed
   * since it was added.
   * @throws AppError `notFound`, `chatRefused.*`, `chatGone`, `telegramUnavailable`
   */
  async function acceptChat(scope: TenantScope, actor: Actor, channelId: number): Promise<void> {
    const asked = { id: channelId, botId: scope.botId };
    const before = await prisma.channel.findFirst({ where: asked });
    if (!before) throw new AppError('notFound');
    if (before.connectedAt && !before.disconnectedAt) return;
    const sight = await lookNow(scope, before.telegramChatId);
    if (!sight) throw new AppError('chatGone', { title: before.title });
    await transact(async (work) => {
      await requireOwner(work.db, scope, actor);
      if (!(await work.once(actor.act))) return;
      await lockChats(work, scope);
      const row = await work.db.channel.findFirst({ where: asked });
      if (!row) throw new AppError('notFound');
      if (row.connectedAt && !row.disconnectedAt) return;
      const refusal = await whyNot(work.db, scope, sight);
      if (refusal) throw new AppError(`chatRefused.${refusal}`, { title: sight.title });
      await freeFromRemovedBots(work, row.telegramChatId);
      const { title, isPublic, isBasicGroup, canInvite, canRestrict } = sight;
      const channel = await work.db.channel.update({
        where: { id: row.id },
        data: {
          title,
          isPublic,
          isBasicGroup,
          canInvite,
          canRestrict,
          connectedAt: work.now,
          disconnectedAt: null,
        },
      });
      announceConnected(work, scope, actor, channel);
    });
  }

  async function lookNow(scope: TenantScope, telegramChatId: bigint): Promise<ChatSight | null> {
    try {
      return await look({ telegramBotId: scope.telegramBotId, telegramChatId });
    } catch (error) {
      if (isDeliveryFailure(error, 'not-sent', 'unknown')) throw new AppError('telegramUnavailable');
      throw error;
    }
  }

  /** @throws AppError `chatHasSubscribers`, `chatHasReceipts` while anybody has paid for it alone */
  async function disconnectChat(scope: TenantScope, actor: Actor, channelId: number): Promise<Channel> {
    return transact(async (work) => {
      await requireOwner(work.db, scope, actor);
      if (!(await work.once(actor.act))) throw new AppError('notFound');
      // Nobody gets time in it beside us.
      await lockChats(work, scope);
      const row = await work.db.channel.findFirst({
        where: { id: channelId, botId: scope.botId, ...CONNECTED },
      });
      if (!row) throw new AppError('notFound');
      const active = await countActive(work, channelId);
      if (active > 0) throw new AppError('chatHasSubscribers', { title: row.title, count: active });
      // One for several chats is refused by the name of the one that is gone.
      const waiting = await countWaiting(work, channelId, { isAlone: true });
      if (waiting > 0) throw new AppError('chatHasReceipts', { title: row.title });
      await disconnect(work, scope, actor, channelId);
      return toChannel(row);
    });
  }

  /** The bot's connected chats, the channel first. */
  async function listChannels(scope: TenantScope, actor: Actor): Promise<Channel[]> {
    await requireMayRead(prisma, scope, actor, 'look');
    const rows = await prisma.channel.findMany({
      where: { botId: scope.botId, ...CONNECTED },
      orderBy: { type: 'asc' },
    });
    return rows.map(toChannel);
  }

  return {
    membershipChanged,
    requireMayConnect,
    connectOwn,
    chatSeen,
    chatMentioned,
    acceptChat,
    disconnectChat,
    listChannels,
  };
}

function hourOf(now: Date): number {
  return Math.floor(now.getTime() / HOUR_MS);
}

async function saveChat(
  { db, now }: Work,
  scope: TenantScope,
  known: ChannelRow | null,
  membership: ChatMembership,
  connected: boolean,
): Promise<ChannelRow> {
  const data = {
    type: membership.type,
    title: membership.title,
    isBasicGroup: membership.isBasicGroup,
    isPublic: membership.isPublic,
    canInvite: membership.canInvite,
    canRestrict: membership.canRestrict,
    toldOrder: membership.toldOrder,
    connectedAt: connected ? now : null,
    disconnectedAt: null,
  };
  if (known) return db.channel.update({ where: { id: known.id }, data });
  return db.channel.create({
    data: { ...data, botId: scope.botId, telegramChatId: membership.telegramChatId },
  });
}
