import type { Prisma } from '../../infra/prisma-client/client.ts';
import { SYSTEM } from '../../kernel/actor.ts';
import type { AuditActor } from '../../kernel/audit.ts';
import type { TenantScope } from '../../kernel/tenant-scope.ts';
import type { Work } from '../../kernel/unit-of-work.ts';
import { SECOND_MS } from '../../shared/durations.ts';
import { type ChatMembership, CONNECTED } from './channel.ts';
import { type ChatRefusal, tellOfChat } from './channel-notices.ts';

declare module '../../kernel/events.ts' {
  interface DomainEvents {
    /** A bot has given up a chat: it gives no time in it any more. */
    chatDisconnected: { channelId: number };
  }
}

/** What changes a bot's chats stands in a line; whoever adds time in one of them waits for it. */
export async function lockChats({ db }: Work, scope: TenantScope): Promise<void> {
  await db.$queryRaw`SELECT id FROM channels WHERE user_bot_id = ${scope.botId} ORDER BY id FOR NO KEY UPDATE`;
}

/** Who has a chat that they paid for: nobody may give it up meanwhile. */
export function countActive({ db }: Work, channelId: number): Promise<number> {
  return db.subscription.count({ where: { channelId, status: 'active' } });
}

/** Receipts under review that are for a chat. @param isAlone for no other beside it */
export function countWaiting(
  { db }: Work,
  channelId: number,
  { isAlone }: { isAlone: boolean },
): Promise<number> {
  const forWhat = isAlone ? { chats: { every: { channelId } } } : {};
  return db.paymentChat.count({
    where: { channelId, isOpen: true, payment: { status: 'pending', ...forWhat } },
  });
}

export async function isPaidFor(work: Work, channelId: number): Promise<boolean> {
  return (
    (await countActive(work, channelId)) > 0 || (await countWaiting(work, channelId, { isAlone: false })) > 0
  );
}

export async function disconnect(
  work: Work,
  scope: TenantScope,
  actor: AuditActor,
  channelId: number,
): Promise<void> {
  await work.db.channel.update({
    where: { id: channelId, botId: scope.botId },
    data: { disconnectedAt: work.now },
  });
  work.publish('chatDisconnected', { channelId });
  work.audit(actor, 'chat.disconnected', { channel: channelId, bot: scope.botId });
  tellOfChat(work, scope, 'chatDisconnected', channelId);
}

/** Why a bot may not have a chat; null where it may. */
export async function whyNot(
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
export async function freeFromRemovedBots({ db, now, audit }: Work, telegramChatId: bigint): Promise<void> {
  const freed = await db.channel.updateManyAndReturn({
    where: { ...CONNECTED, telegramChatId, bot: { removedAt: { not: null } } },
    data: { disconnectedAt: now },
  });
  for (const { id, botId } of freed) {
    audit(SYSTEM, 'chat.disconnected', { channel: id, bot: botId });
  }
}

/** A group that grows says so within this time of its first word under the new id. */
const GROWTH_IS_TOLD_MS = 10 * SECOND_MS;

/**
 * When the owner is to hear of a chat that their bot may not have. It may be the bot's own group, grown: whether it is,
 * its next word tells.
 */
export async function refusalIsToldAt(
  { db, now }: Work,
  scope: TenantScope,
  { type, isBasicGroup }: Pick<ChatMembership, 'type' | 'isBasicGroup'>,
): Promise<Date> {
  if (type !== 'group' || isBasicGroup) return now;
  const basic = await db.channel.count({ where: { ...CONNECTED, botId: scope.botId, isBasicGroup: true } });
  return basic === 0 ? now : new Date(now.getTime() + GROWTH_IS_TOLD_MS);
}
