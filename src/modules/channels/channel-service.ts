import type { Channel as ChannelRow, Prisma, PrismaClient } from '../../infra/prisma-client/client.ts';
import { type Actor, requireOwner } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { isDeliveryFailure } from '../../kernel/outbox/delivery-error.ts';
import { type TenantScope, toTenantScope } from '../../kernel/tenant-scope.ts';
import type { UnitOfWork, Work } from '../../kernel/unit-of-work.ts';
import { HOUR_MS } from '../../shared/durations.ts';
import { tell } from '../notifications/notice.ts';
import {
  type Channel,
  type ChatDescription,
  type ChatMembership,
  type ChatSight,
  CONNECTED,
  toChannel,
} from './channel.ts';
import { CHANNEL_NOTICES, type ChatRefusal } from './channel-notices.ts';

export type ChannelService = ReturnType<typeof createChannelService>;

/** A group that grows says so within this time of its first word under the new id. */
const GROWTH_IS_TOLD_MS = 10_000;

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A bot has its rights in a chat again. */
    chatUsable: { botId: number };
  }
}

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
    await transact(async (work) => {
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
      const event = `${membership.telegramChatId}:${membership.changedAt.getTime()}`;
      const refusal = await whyNot(work.db, scope, membership);
      if (refusal) {
        const { title } = membership;
        const telegramChatId = String(membership.telegramChatId);
        const refused = { botId: scope.botId, telegramChatId, title, reason: refusal };
        // It may be the bot's own group, grown: whether it is, its next word tells.
        const dueAt = new Date(
          work.now.getTime() + ((await mayHaveGrown(work, scope, membership)) ? GROWTH_IS_TOLD_MS : 0),
        );
        // Strangers may add it wherever they like: of that the owner hears once an hour.
        const isOwners = membership.changedBy === scope.ownerTelegramUserId;
        const key = `chat-refused:${scope.botId}:${isOwners ? event : `${membership.type}:${hourOf(work.now)}`}`;
        return tell(work, CHANNEL_NOTICES.chatRefused, ownerOf(scope), refused, { key, dueAt });
      }
      const isOwners = membership.changedBy === scope.ownerTelegramUserId;
      if (isOwners) await freeFromRemovedBots(work, membership.telegramChatId);
      const channel = await saveChat(work, scope, known, membership, isOwners);
      if (!isOwners) {
        const key = `chat-waits:${scope.botId}:${membership.type}:${hourOf(work.now)}`;
        return tellOwner(work, scope, 'chatWaitsForOwner', channel.id, { key });
      }
      announceConnected(work, scope, channel);
    });
  }

  function announceConnected(work: Work, scope: TenantScope, channel: ChannelRow): void {
    work.audit({
      actor: `owner:${scope.ownerTelegramUserId}`,
      action: 'chat.connected',
      target: `channel:${channel.id}`,
      botId: scope.botId,
    });
    tellOwner(work, scope, 'chatConnected', channel.id);
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
   * A call met a group under the id that it had as a basic one; nobody had told us that it has grown. Rows of chats that
   * bots gave up go along: what they still have to do there, they do under the new id.
   */
  async function groupGrew(fromChatId: bigint, toChatId: bigint): Promise<void> {
    const holder = await prisma.channel.findFirst({
      where: { ...CONNECTED, telegramChatId: fromChatId },
      include: { bot: { include: { owner: true } } },
    });
    if (holder) await groupUpgraded(toTenantScope(holder.bot), fromChatId, toChatId);
    await prisma.channel.updateMany({
      where: {
        telegramChatId: fromChatId,
        OR: [{ connectedAt: null }, { disconnectedAt: { not: null } }],
      },
      data: { telegramChatId: toChatId, isBasicGroup: false },
    });
  }

  /**
   * A basic group became a supergroup: the same group under a new id. Another bot that met the new id first, and so took
   * it for a chat of its own, has to let go of it, unless somebody has paid for it there.
   * @returns the connected group under its new id, whose rights may have been heard of before; null for none
   */
  async function groupUpgraded(
    scope: TenantScope,
    fromChatId: bigint,
    toChatId: bigint,
  ): Promise<{ channelId: number } | null> {
    return transact(async (work) => {
      // Both chats tell of it, at the same time: the second one finds the group moved.
      await lockChats(work, scope);
      const ours = await work.db.channel.findFirst({
        where: { ...CONNECTED, botId: scope.botId, telegramChatId: { in: [fromChatId, toChatId] } },
      });
      if (!ours) return null;
      if (ours.telegramChatId === toChatId) return { channelId: ours.id };
      const rival = await work.db.channel.findFirst({
        where: { ...CONNECTED, telegramChatId: toChatId },
        include: { bot: { include: { owner: true } } },
      });
      if (rival && rival.bot.removedAt === null && (await isPaidFor(work, rival.id))) {
        await disconnect(work, scope, ours.id);
        return null;
      }
      if (rival) await disconnect(work, toTenantScope(rival.bot), rival.id);
      await work.db.channel.update({
        where: { id: ours.id },
        data: { telegramChatId: toChatId, isBasicGroup: false },
      });
      return { channelId: ours.id };
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
      announceConnected(work, scope, channel);
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

  /** @throws AppError `chatHasSubscribers`, `chatHasReceipts` while anybody has paid for it */
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
      const { active, waiting } = await countPaid(work, channelId);
      if (active > 0) throw new AppError('chatHasSubscribers', { title: row.title, count: active });
      if (waiting > 0) throw new AppError('chatHasReceipts', { title: row.title });
      await disconnect(work, scope, channelId);
      return toChannel(row);
    });
  }

  /** The bot's connected chats, the channel first. */
  async function listChannels(scope: TenantScope): Promise<Channel[]> {
    const rows = await prisma.channel.findMany({
      where: { botId: scope.botId, ...CONNECTED },
      orderBy: { type: 'asc' },
    });
    return rows.map(toChannel);
  }

  return {
    membershipChanged,
    chatSeen,
    chatMentioned,
    groupGrew,
    groupUpgraded,
    acceptChat,
    disconnectChat,
    listChannels,
  };
}

const OUTSIDE = { isInside: false, canInvite: false, canRestrict: false };

function hourOf(now: Date): number {
  return Math.floor(now.getTime() / HOUR_MS);
}

/** What changes a bot's chats stands in a line; whoever adds time in one of them waits for it. */
async function lockChats({ db }: Work, scope: TenantScope): Promise<void> {
  await db.$queryRaw`SELECT id FROM channels WHERE user_bot_id = ${scope.botId} ORDER BY id FOR NO KEY UPDATE`;
}

async function countPaid({ db }: Work, channelId: number): Promise<{ active: number; waiting: number }> {
  const active = await db.subscription.count({ where: { channelId, status: 'active' } });
  const waiting = await db.payment.count({ where: { channelId, status: 'pending' } });
  return { active, waiting };
}

async function isPaidFor(work: Work, channelId: number): Promise<boolean> {
  const { active, waiting } = await countPaid(work, channelId);
  return active + waiting > 0;
}

async function disconnect(work: Work, scope: TenantScope, channelId: number): Promise<void> {
  await work.db.channel.update({
    where: { id: channelId, botId: scope.botId },
    data: { disconnectedAt: work.now },
  });
  work.audit({
    actor: `owner:${scope.ownerTelegramUserId}`,
    action: 'chat.disconnected',
    target: `channel:${channelId}`,
    botId: scope.botId,
  });
  tellOwner(work, scope, 'chatDisconnected', channelId);
}

/** A supergroup, while the bot's own group is still a basic one. */
async function mayHaveGrown(
  { db }: Work,
  scope: TenantScope,
  { type, isBasicGroup }: Pick<ChatMembership, 'type' | 'isBasicGroup'>,
): Promise<boolean> {
  if (type !== 'group' || isBasicGroup) return false;
  return (await db.channel.count({ where: { ...CONNECTED, botId: scope.botId, isBasicGroup: true } })) > 0;
}

async function whyNot(
  db: Prisma.TransactionClient,
  scope: TenantScope,
  chat: Pick<ChatMembership, 'telegramChatId' | 'type' | 'isPublic'>,
): Promise<ChatRefusal | null> {
  if (chat.isPublic) return 'public';
  const rivals = await db.channel.findMany({
    where: {
      ...CONNECTED,
      OR: [
        { telegramChatId: chat.telegramChatId, bot: { removedAt: null } },
        { botId: scope.botId, type: chat.type },
      ],
    },
    select: { botId: true, telegramChatId: true },
  });
  if (rivals.some((rival) => rival.botId !== scope.botId)) return 'takenByAnotherBot';
  if (rivals.length > 0) return chat.type === 'channel' ? 'secondChannel' : 'secondGroup';
  return null;
}

/** A removed bot keeps its chats for its return, unless somebody else wants one: nobody could disconnect it there. */
async function freeFromRemovedBots({ db, now, audit }: Work, telegramChatId: bigint): Promise<void> {
  const freed = await db.channel.updateManyAndReturn({
    where: { ...CONNECTED, telegramChatId, bot: { removedAt: { not: null } } },
    data: { disconnectedAt: now },
  });
  for (const { id, botId } of freed) {
    audit({ actor: 'system', action: 'chat.disconnected', target: `channel:${id}`, botId });
  }
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

/** A look that finds everything as it was changes and tells nothing. */
async function noteSight(
  work: Work,
  scope: TenantScope,
  known: ChannelRow,
  sight: Omit<ChatSight, 'telegramChatId' | 'type'>,
): Promise<void> {
  const fields = ['title', 'isPublic', 'isBasicGroup', 'canInvite', 'canRestrict'] as const;
  if (fields.every((field) => known[field] === sight[field])) return;
  await updateChat(work, scope, known, { ...sight, changedAt: work.now });
}

async function updateChat(
  work: Work,
  scope: TenantScope,
  known: ChannelRow,
  chat: Omit<ChatMembership, 'telegramChatId' | 'type' | 'changedBy' | 'toldOrder'>,
): Promise<void> {
  const canInvite = chat.isInside && chat.canInvite;
  const canRestrict = chat.isInside && chat.canRestrict;
  const { title, isPublic, isBasicGroup } = chat;
  await work.db.channel.update({
    where: { id: known.id },
    data: { canInvite, canRestrict, title, isPublic, isBasicGroup },
  });
  if (!chat.isInside) {
    const key = `chat-lost:${known.id}:${chat.changedAt.getTime()}`;
    return tellOwner(work, scope, 'chatLost', known.id, { key });
  }
  const had = known.canInvite && known.canRestrict;
  const has = canInvite && canRestrict;
  const hasOtherRights = known.canInvite !== canInvite || known.canRestrict !== canRestrict;
  const wasOpened = isPublic && !known.isPublic;
  const wasClosed = !isPublic && known.isPublic;
  const say = (kind: 'chatPublic' | 'chatPrivate' | 'chatRightsMissing' | 'chatRightsBack') =>
    tellOwner(work, scope, kind, known.id);
  if (wasOpened) say('chatPublic');
  if (!has && (hasOtherRights || wasClosed)) say('chatRightsMissing');
  // Neither is true of a chat that still sells nothing for the other's sake.
  else if (has && wasClosed) say('chatPrivate');
  else if (has && !had && !isPublic) say('chatRightsBack');
  if (has && !had) work.publish('chatUsable', { botId: scope.botId });
}

const ownerOf = ({ ownerId }: TenantScope) => ({ kind: 'owner', ownerId }) as const;

function tellOwner(
  work: Work,
  scope: TenantScope,
  kind: Exclude<keyof typeof CHANNEL_NOTICES, 'chatRefused'>,
  channelId: number,
  options: { key?: string } = {},
): void {
  tell(work, CHANNEL_NOTICES[kind], ownerOf(scope), { channelId }, options);
}
